import Crypto
import Foundation

/// 抽签: who of too many applicants has a seat at a hearing, in the form in which it is published and anybody can compute it.
///
/// All texts are UTF-8 and compared by bytes; times are UTC, `2026-12-01T01:00:00.000000Z`, and compare as text.
/// 1. *Commit*, before registration closes: the server draws a seed of 32 bytes, keeps it to itself and publishes its
///    SHA-256, with the name of a public value and the moment, later than closing, at which that value comes into being.
/// 2. *Freeze*, after closing and before that moment: the numbers of every category, ascending, and `listHash` of them.
///    Nothing changes the list from here on.
/// 3. *Value*, from that moment on: entered before two witnesses.
/// 4. *Draw*: each number is sorted by its `mac`; as many as there are seats are chosen, the others are the reserve in that
///    order. The seed is published.
///
/// The seed is fixed before the value exists, so is the list, and who enters the value knows no seed. A sort by HMAC and no
/// shuffle: it needs no generator that everybody must have the same of, and one number taken out leaves the order of the others.
/// What nobody can compute: that no registration was lost – each applicant looks for theirs in the list –, that commitment and
/// list are those that were published at their time, and that the value came into being when the file says: that is compared
/// with its own announcement. The seed of a lot that is annulled is published, too: whoever annuls one does not hide its outcome.
///
/// `ops/lot/verify_lot.py` does the same without this program.
package struct Lot: Codable, Sendable, Equatable {
    package enum Format: String, Codable, Sendable {
        case verifiable = "minyi-lot-v1"
        /// Drawn on site before witnesses and recorded: without commitment, seed and value.
        case witnessed = "minyi-lot-witnessed-v1"
    }

    package enum State: String, Codable, Sendable { case committed, frozen, drawn, annulled }

    /// A public value that another took the place of, before the list was frozen.
    package struct EarlierSource: Codable, Sendable, Equatable {
        package var source: String
        package var dueAt: String
        package var until: String
    }

    package struct Category: Codable, Sendable, Equatable {
        package var code: String
        package var name: String
        package var seats: Int
        /// Of the registrations, once the list is frozen.
        package var numbers: [String]?
        package var chosen: [String]?
        package var reserve: [String]?
    }

    package var format: Format
    package var state: State
    package var hearing: String
    package var title: String
    package var commitment: String?
    package var committedAt: String?
    package var registrationUntil: String
    package var valueSource: String?
    package var earlierSources: [EarlierSource]?
    package var valueDueAt: String?
    package var frozenAt: String?
    package var listSha256: String?
    package var value: String?
    package var valueEnteredAt: String?
    package var drawnAt: String?
    package var seed: String?
    package var witnesses: [String]?
    package var place: String?
    package var notary: String?
    package var annulledAt: String?
    package var annulledWhy: String?
    package var categories: [Category]
}

// MARK: What is computed

extension Lot {
    package static func commitment(to seed: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: seed)) }

    /// SHA-256 over `code TAB number LF` for each number of each category, in the order in which they are given: that of the
    /// bytes of their codes and numbers.
    package static func listHash(_ categories: [Category]) -> [UInt8] {
        var hash = SHA256()
        for category in categories {
            for number in category.numbers ?? [] { hash.update(data: Array("\(category.code)\t\(number)\n".utf8)) }
        }
        return Array(hash.finalize())
    }

    /// The 32 bytes that a number is sorted by: HMAC-SHA256 of the seed over format, hearing, value, category and number, with
    /// a line feed between them.
    package static func mac(
        of number: String, seed: [UInt8], hearing: String, value: String, category: String
    ) -> [UInt8] {
        let message = [Format.verifiable.rawValue, hearing, value, category, number].joined(separator: "\n")
        return Array(
            HMAC<SHA256>.authenticationCode(for: Array(message.utf8), using: SymmetricKey(data: seed)))
    }

    /// The numbers in the order in which the lot puts them.
    package static func order(
        _ numbers: [String], seed: [UInt8], hearing: String, value: String, category: String
    ) -> [String] {
        numbers.map { number in
            (mac: mac(of: number, seed: seed, hearing: hearing, value: value, category: category), number: number)
        }
        .sorted { one, other in
            one.mac == other.mac ? precedes(one.number, other.number) : one.mac.lexicographicallyPrecedes(other.mac)
        }
        .map { $0.number }
    }

    /// By bytes: `<` of texts goes by characters.
    static func precedes(_ one: String, _ other: String) -> Bool { one.utf8.lexicographicallyPrecedes(other.utf8) }
}

// MARK: What is read

extension Lot {
    /// Why a file cannot be read as a lot, to be put after “because”. Names keys of the format, and nothing out of the file.
    package struct Unreadable: Error, Equatable {
        package let why: String

        fileprivate static let noJSON = "it is no JSON in UTF-8"
    }

    /// 4 MB
    package static let mostBytes = 4 * 1024 * 1024
    static let mostCategories = 40
    static let mostNumbers = 100_000
    /// The whole, its list of categories, one of them, its numbers.
    private static let deepest = 4

    /// Reads the file of a lot, which may be anybody's: within limits, and with the keys of the format alone, each once. Whether
    /// it says the truth, `findings` knows.
    /// - Throws: `Unreadable`.
    package init(json: [UInt8]) throws {
        guard json.count <= Self.mostBytes else { throw Unreadable(why: "it is larger than 4 MB") }
        let opening = json.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        // UTF-8 without a mark in front of it, as the format says; Foundation would guess at others.
        guard opening == UInt8(ascii: "{"), !json.contains(0), String(validating: json, as: UTF8.self) != nil else {
            throw Unreadable(why: Unreadable.noJSON)
        }
        let (texts, depth) = Self.measures(of: json)
        guard depth <= Self.deepest else { throw Unreadable(why: "lists stand within lists where none belong") }
        do {
            self = try JSONDecoder().decode(Lot.self, from: Data(json))
        } catch let fault as DecodingError {
            throw Unreadable(fault)
        } catch {
            throw Unreadable(why: Unreadable.noJSON)
        }
        guard categories.count <= Self.mostCategories else {
            throw Unreadable(why: "it has more than \(Self.mostCategories) categories")
        }
        let counts = categories.map { category in
            max(category.numbers?.count ?? 0, (category.chosen?.count ?? 0) + (category.reserve?.count ?? 0))
        }
        guard counts.reduce(0, +) <= Self.mostNumbers else {
            throw Unreadable(why: "it has more than \(Self.mostNumbers) numbers")
        }
        // Of a key that stands twice one reader takes the first and another the last. Whatever was read stands in the file once.
        guard Self.measures(of: Array(try JSONEncoder().encode(self))).texts == texts else {
            throw Unreadable(why: "a key stands there that does not belong there, stands twice, or has no value")
        }
    }

    /// How many texts (keys and values) JSON has, and how deep lists and objects stand within each other.
    private static func measures(of json: [UInt8]) -> (texts: Int, depth: Int) {
        var (texts, depth, deepest) = (0, 0, 0)
        var (isText, isEscaped) = (false, false)
        for byte in json {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                isText.toggle()
                if isText { texts += 1 }
            } else if isText {
                isEscaped = byte == UInt8(ascii: "\\")
            } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                depth += 1
                deepest = max(deepest, depth)
            } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                depth -= 1
            }
        }
        return (texts, deepest)
    }
}

extension Lot.Unreadable {
    fileprivate init(_ fault: DecodingError) {
        switch fault {
        case .keyNotFound(let key, let context):
            why = "\(Self.path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            why = "\(Self.path(context.codingPath)) is not what belongs there"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            why = "\(Self.path(context.codingPath)) is not what belongs there"
        default:
            why = Self.noJSON
        }
    }

    /// `categories[2].seats`
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce("") { path, key in
            if let index = key.intValue { return "\(path)[\(index)]" }
            return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
        }
    }
}

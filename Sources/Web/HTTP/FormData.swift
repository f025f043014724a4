import Foundation
import Text

/// What a form sent: fields in order, and files. Texts are valid UTF-8 without NUL, with `\n` line ends.
package struct FormData: Sendable {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// An uploaded file. The name is the last component only and never used as a path; the type is what the browser
    /// claims and decides nothing.
    package struct File: Sendable {
        package let field: String
        package let filename: String
        package let contentType: String
        let contents: UploadedFile

        init(field: String, filename: String, contentType: String, contents: UploadedFile) {
            self.field = field
            self.filename = filename
            self.contentType = contentType
            self.contents = contents
        }

        /// Bytes; of a file that is too large for any purpose, somewhat more than the largest limit.
        package var size: Int { contents.size }

        /// A browser sends an empty one where none was chosen.
        var isChosen: Bool { !(filename.isEmpty && size == 0) }

        /// The whole content. Megabytes: for a thread that may wait.
        package var bytes: [UInt8] { get throws { try contents.read() } }
    }

    package let fields: [Field]
    package let files: [File]
    private let index: [String: [Int]]

    package init(fields: [Field] = [], files: [File] = []) {
        self.fields = fields
        self.files = files
        var index: [String: [Int]] = [:]
        for (position, field) in fields.enumerated() { index[field.name, default: []].append(position) }
        self.index = index
    }

    /// The text of a field as typed, without white space around it; empty when the field is missing.
    package func string(_ name: String) -> String {
        let text = exactly(name)
        func isBlank(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isWhitespace ?? false }
        // Few are; Foundation takes longer to begin than to trim.
        guard isBlank(text.unicodeScalars.first) || isBlank(text.unicodeScalars.last) else { return text }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The text of a field exactly as sent (passwords); empty when the field is missing.
    package func exactly(_ name: String) -> String {
        index[name]?.first.map { fields[$0].value } ?? ""
    }

    /// The text of a field; nil when it is missing or blank.
    package func optional(_ name: String) -> String? {
        let text = string(name)
        return text.isEmpty ? nil : text
    }

    /// A whole number in ASCII digits (with a leading minus at most); nil when missing or anything else.
    package func int(_ name: String) -> Int? {
        let text = string(name)
        guard !text.utf8.isEmpty, text.utf8.first != UInt8(ascii: "+") else { return nil }
        return Int(text)
    }

    /// Figures and signs as an input method for Chinese may write them (１２：３０) become ASCII.
    static func plainDigits(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isWide = (0xFF01...0xFF5E).contains(scalar.value)
            plain.append(isWide ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar)
        }
        return String(plain)
    }

    /// Whether a checkbox is ticked.
    package func bool(_ name: String) -> Bool {
        ["on", "1", "true", "yes"].contains(string(name))
    }

    /// All values of a field that may be sent several times (checkboxes of a list).
    package func strings(_ name: String) -> [String] {
        (index[name] ?? []).map { fields[$0].value }
    }

    /// A list that a script of ours wrote as JSON, with every text in it cleaned as those of forms are: the database holds no NUL.
    /// - Throws: `Problem.badRequest` for anything else.
    func jsonList(_ name: String) throws -> String {
        let sent = try? JSONSerialization.jsonObject(with: Data(exactly(name).utf8))
        guard let list = sent as? [Any], let data = try? JSONSerialization.data(withJSONObject: Self.cleaned(list))
        else { throw Problem.badRequest }
        return String(decoding: data, as: UTF8.self)
    }

    private static func cleaned(_ value: Any) -> Any {
        if let text = value as? String { return TextNormalisation.normalised(text) }
        if let list = value as? [Any] { return list.map(cleaned) }
        guard let object = value as? [String: Any] else { return value }
        return Dictionary(
            object.map { (TextNormalisation.normalised($0.key), cleaned($0.value)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// All values of a field that are whole numbers.
    package func ints(_ name: String) -> [Int] {
        strings(name).compactMap { Int($0) }
    }

    package func has(_ name: String) -> Bool { index[name] != nil }

    /// The file chosen in a field; nil when none was chosen.
    package func file(_ name: String) -> File? { files(name).first }

    /// The files chosen in a field that takes several.
    package func files(_ name: String) -> [File] {
        files.filter { $0.field == name && $0.isChosen }
    }

    /// The UUID the page was made with, so that a double click, a reload or a second try is one submission.
    package var idempotencyKey: UUID? { UUID(uuidString: string(IdempotencyKey.field)) }

    /// Checks a name or value byte by byte and makes all line ends `\n`. Marks piled on one letter go, before anything compares
    /// the text with another.
    static func text(_ bytes: [UInt8]) throws(BadForm) -> String {
        guard !bytes.contains(0) else { throw .encoding }
        var plain = bytes
        if bytes.contains(UInt8(ascii: "\r")) {
            plain = []
            plain.reserveCapacity(bytes.count)
            var afterReturn = false
            for byte in bytes {
                if byte == UInt8(ascii: "\r") {
                    plain.append(UInt8(ascii: "\n"))
                } else if !(byte == UInt8(ascii: "\n") && afterReturn) {
                    plain.append(byte)
                }
                afterReturn = byte == UInt8(ascii: "\r")
            }
        }
        guard let text = String(validating: plain, as: UTF8.self) else { throw .encoding }
        return TextNormalisation.withoutPiledMarks(text)
    }
}

/// A hidden field that makes sending a form twice the same as sending it once.
package enum IdempotencyKey {
    package static let field = "idempotency"

    /// A fresh key for a form that is shown for the first time.
    package static func make() -> String { UUID().uuidString.lowercased() }
}

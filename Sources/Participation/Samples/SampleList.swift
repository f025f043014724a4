import Documents
import Foundation
import Text

/// A table with the people of a sample, as it stands in a file or was typed.
package struct SampleTable: Sendable {
    package static let mostRows = 5_000
    /// 5 MB.
    package static let mostBytes = 5 * 1024 * 1024
    package static let mostColumns = 50

    /// Why a table cannot be read; its sentences are in the locales under `samples.import.refused`.
    package enum Refused: String, Error, Sendable, CaseIterable {
        case empty
        case tooLarge = "too_large"
        case tooMany = "too_many"
        /// Neither a workbook nor text.
        case unreadable
    }

    /// Which column holds what, counted from 1.
    package struct Columns: Sendable, Equatable {
        package var phone: Int
        package var name: Int?
        package var stratum: Int?
        /// The first row says what stands below.
        package var hasHeading: Bool

        package init(phone: Int, name: Int? = nil, stratum: Int? = nil, hasHeading: Bool) {
            (self.phone, self.name, self.stratum, self.hasHeading) = (phone, name, stratum, hasHeading)
        }

        /// As people type them: number, name, part.
        package static let typed = Columns(phone: 1, name: 2, stratum: 3, hasHeading: false)
    }

    package let rows: [Sheet.Row]

    private static let threads = OwnThreads("sample-lists", threads: 1, longestQueue: 10)

    /// - Throws: `Refused`, `OwnThreads.Busy`.
    package static func read(_ bytes: [UInt8]) async throws -> SampleTable {
        guard bytes.count <= mostBytes else { throw Refused.tooLarge }
        return try await threads.run { try SampleTable(bytes) }
    }

    /// The same of what somebody typed.
    package static func read(typed text: String) async throws -> SampleTable {
        try await threads.run { try SampleTable(typed: text) }
    }

    /// Somebody typed it: a line a person.
    package init(typed text: String) throws {
        // Commas of a Chinese keyboard, and blanks between columns copied from elsewhere.
        try self.init(Array(text.replacing("，", with: ",").replacing("\t", with: ",").utf8))
    }

    private init(_ bytes: [UInt8]) throws {
        var rows: [Sheet.Row] = []
        var limits = Sheet.Limits(rows: Self.mostRows + 1)
        limits.columns = Self.mostColumns
        limits.cellBytes = 2_000
        do {
            try Sheet.read(bytes, limits: limits) { rows.append($0) }
        } catch let fault as Sheet.Fault {
            throw fault.isAboutRows ? Refused.tooMany : .unreadable
        }
        guard !rows.isEmpty else { throw Refused.empty }
        self.rows = rows
    }

    package var width: Int { rows.map(\.cells.count).max() ?? 0 }

    /// What seems to stand where: by the words above, else the first column with numbers that can be called.
    package func guess() -> Columns {
        let headings = (1...max(1, width)).map { rows.first?[$0] ?? "" }
        func column(_ words: [String]) -> Int? {
            headings.firstIndex { heading in words.contains { heading.lowercased().contains($0) } }.map { $0 + 1 }
        }
        let byHeading = column(["电话", "手机", "phone", "mobile", "tel"])
        let byNumbers = (1...max(1, width)).first { number in
            rows.prefix(20).contains { Contact.normalisedPhone($0[number]) != nil }
        }
        let phone = byHeading ?? byNumbers ?? 1
        let hasHeading = Contact.normalisedPhone(rows.first?[phone] ?? "") == nil
        guard hasHeading else { return Columns(phone: phone, hasHeading: false) }
        return Columns(
            phone: phone, name: column(["姓名", "名字", "name"]), stratum: column(["乡镇", "镇", "街道", "town", "组"]),
            hasHeading: true)
    }

    /// The people of these columns, and why each other row is none.
    package func people(_ columns: Columns) -> SampleList {
        var (people, faults, seen): ([SampleList.Person], [SampleList.Fault], [String: Int]) = ([], [], [:])
        for row in columns.hasHeading ? rows.dropFirst() : rows[...] {
            func text(_ column: Int?) -> String { column.map { TextNormalisation.normalised(row[$0]) } ?? "" }
            let (typed, name, stratum) = (text(columns.phone), text(columns.name), text(columns.stratum))
            func refuse(_ reason: SampleList.Reason) { faults.append(.init(line: row.line, reason: reason)) }
            if typed.isEmpty {
                refuse(.noPhone)
            } else if TextLength.count(name) > Contact.longestName {
                refuse(.longName)
            } else if TextLength.count(stratum) > SampleList.longestStratum {
                refuse(.longStratum)
            } else if let phone = Contact.normalisedPhone(typed) {
                if let line = seen[phone] {
                    refuse(.twice(line: line))
                } else {
                    seen[phone] = row.line
                    people.append(.init(line: row.line, phone: phone, name: name, stratum: stratum))
                }
            } else {
                refuse(.wrongPhone)
            }
        }
        return SampleList(people: people, faults: faults)
    }
}

extension Sheet.Fault {
    fileprivate var isAboutRows: Bool {
        switch self {
        case .document(.tooManyRows): return true
        case .csv(let fault):
            if case .tooManyRows = fault.reason { return true }
            return false
        default: return false
        }
    }
}

/// Who of a table can be called.
package struct SampleList: Sendable {
    package static let longestStratum = 40

    package struct Person: Sendable {
        package let line: Int
        /// Digits.
        package let phone: String
        package let name: String
        package let stratum: String
    }

    /// Why a row is nobody to be called; what stands in it is not repeated.
    package enum Reason: Sendable, Equatable {
        case noPhone, wrongPhone, longName, longStratum
        /// The number stands on an earlier line.
        case twice(line: Int)
        /// It stands in a sample of this questionnaire already.
        case known

        package var code: String {
            switch self {
            case .noPhone: "no_phone"
            case .wrongPhone: "wrong_phone"
            case .longName: "long_name"
            case .longStratum: "long_stratum"
            case .twice: "twice"
            case .known: "known"
            }
        }
    }

    package struct Fault: Sendable, Equatable {
        package let line: Int
        package let reason: Reason
    }

    package internal(set) var people: [Person]
    package internal(set) var faults: [Fault]
}

import Foundation
import Postgres
import Text

package typealias CommentSheet = EntrySheet<Comment>

/// What a table of comments is read against: the consultation and the rows of its draft.
package struct CommentEntryTerms: Sendable {
    package let procedure: ProcedureHeading
    /// Positions by the numbers that people know them by.
    let positions: [String: Int]

    /// - Returns: nil where there is no such procedure that the actor may see.
    package static func load(
        procedure number: String, in database: Database, as actor: DatabaseActor
    ) async throws -> CommentEntryTerms? {
        try await database.read(as: actor) { tx in
            guard let procedure = try ProcedureHeading.read(number: number, tx) else { return nil }
            let passages = try tx.all(Passage.of(edition: procedure.editionID), as: Passage.self)
            return CommentEntryTerms(
                procedure: procedure,
                positions: Dictionary(
                    passages.map { ($0.number, $0.position) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// The last day on which one may have come.
    var lastArrival: CalendarDate {
        min(ChinaTime.date(procedure.now), ChinaTime.lastDay(before: procedure.closesAt))
    }
}

extension EntrySheet where Entry == Comment {
    /// Off the threads that answer requests.
    /// - Throws: `EntrySheetFaults`, or `OwnThreads.Busy`.
    package static func read(_ bytes: [UInt8], terms: CommentEntryTerms) async throws -> CommentSheet {
        try await EntrySheetLimits.reader.run { try CommentSheet(reading: bytes, terms: terms) }
    }

    /// - Throws: `EntrySheetFaults` with everything that is wrong.
    package init(reading bytes: [UInt8], terms: CommentEntryTerms) throws(EntrySheetFaults) {
        try self.init(reading: bytes) { terms.comment($0) }
    }
}

extension Comment: SheetEntry {
    package typealias Column = CommentColumn

    package func keyed(_ key: UUID) -> Comment {
        var copy = self
        copy.key = key
        return copy
    }

    package static func door(_ items: [CommentItem]) -> SQL { CommentItem.door(items) }

    package func cell(for verdict: IntakeOutcome.Verdict) -> EntryCellFault<CommentColumn>? {
        switch verdict {
        case .arrivedLate: .init(column: .receivedOn, value: "", expected: .beforeClosing)
        case .arrivedEarly: .init(column: .receivedOn, value: "", expected: .afterOpening)
        case .unknownPassage: .init(column: .row, value: "", expected: .row)
        // The window has closed since the table was read.
        case .entryOver, .closed, .notOpen, .suspended: .init(column: .receivedOn, value: "", expected: .entryWindow)
        default: nil
        }
    }
}

extension CommentEntryTerms {
    /// Reads the cells of one row.
    fileprivate func comment(_ cell: @escaping (CommentColumn) -> String) -> (Comment?, [EntryCellFault<CommentColumn>])
    {
        var cells = EntryCells(cell)
        let day = cells.needed(.receivedOn, .date, MessageCells.day)
        cells.require(day.map { $0 <= lastArrival } ?? true, .receivedOn, .beforeClosing)
        cells.require(day.map { $0 >= procedure.firstArrival } ?? true, .receivedOn, .afterOpening)
        let channel = cells.needed(.channel, .commentChannel) { text in
            Self.meetings.contains(text)
                ? .meeting : MessageCells.channels[text].flatMap { Channel.entered.contains($0) ? $0 : nil }
        }
        let position = cells.optional(.row, .row) { positions[$0] }
        let people = cells.optional(.people, .people) {
            Int($0).flatMap { (2...Submitter.mostPeople).contains($0) ? $0 : nil }
        }
        let organisation = cells.text(.organisation)
        let submitter: Submitter? =
            switch cells.text(.sender) {
            case "单位", "组织", "企业": .organisation(organisation)
            case "联名": .joint(people: people ?? 0)
            case "个人": .person
            case "": !organisation.isEmpty ? .organisation(organisation) : people.map { .joint(people: $0) } ?? .person
            default: nil
            }
        cells.require(submitter != nil, .sender, .sender)
        let showsName = cells.optional(.showName, .yesOrNo) { MessageCells.answers[$0.lowercased()] } ?? false
        let comment = Comment(
            key: UUID(), procedure: procedure.number, editionID: procedure.editionID, position: position,
            body: cells.text(.body), channel: channel ?? .letter, submitter: submitter ?? .person,
            contact: Contact(name: cells.text(.name), phone: cells.text(.phone)), showsName: showsName,
            entry: Comment.Entry(arrivedOn: day ?? .earliest, forSomeone: true))
        for fault in comment.faults(name: .optional, phone: .optional) {
            let (column, expected) = fault.cell
            cells.require(false, column, expected)
        }
        return (cells.wrong.isEmpty ? comment : nil, cells.wrong)
    }

    private static let meetings: Set<String> = ["会议", "座谈会", "座谈"]
}

/// Reads the cells of a row and notes what is wrong with them.
struct EntryCells<Column: EntryColumn> {
    private let cell: (Column) -> String
    private(set) var wrong: [EntryCellFault<Column>] = []

    init(_ cell: @escaping (Column) -> String) { self.cell = cell }

    func text(_ column: Column) -> String { TextNormalisation.normalised(cell(column)) }

    /// A required cell, read by `read`.
    mutating func needed<T>(_ column: Column, _ expected: EntrySheetFault.Expectation, _ read: (String) -> T?) -> T? {
        let text = text(column)
        if let value = read(text) { return value }
        wrong.append(.init(column: column, value: text, expected: text.isEmpty ? .filled : expected))
        return nil
    }

    /// A cell that may be empty.
    mutating func optional<T>(_ column: Column, _ expected: EntrySheetFault.Expectation, _ read: (String) -> T?) -> T? {
        text(column).isEmpty ? nil : needed(column, expected, read)
    }

    mutating func require(_ condition: Bool, _ column: Column, _ expected: EntrySheetFault.Expectation) {
        if !condition { wrong.append(.init(column: column, value: text(column), expected: expected)) }
    }
}

extension Comment.Fault {
    /// The cell it stands in, and what is expected there.
    fileprivate var cell: (CommentColumn, EntrySheetFault.Expectation) {
        switch self {
        case .bodyEmpty: (.body, .filled)
        case .bodyTooLong: (.body, .shorter(limit: Intake.longestBody))
        case .organisationRequired: (.organisation, .filled)
        case .organisationTooLong: (.organisation, .shorter(limit: Submitter.longestOrganisation))
        case .peopleMissing: (.people, .people)
        case .nameRequired: (.name, .filled)
        case .nameTooLong: (.name, .shorter(limit: Contact.longestName))
        case .phoneRequired, .phoneMalformed: (.phone, .phone)
        }
    }
}

import Foundation
import Text

/// Reads the cells of one row of a table of messages, however people and systems write them.
struct MessageCells {
    typealias Wrong = EntryCellFault<MessageColumn>

    private let units: [String: Int]
    private let today: CalendarDate

    init(units: [Unit], today: CalendarDate) {
        let existing = units.filter { $0.validUntil == nil }
        self.units = Dictionary(
            existing.map { ($0.name, $0.id) } + existing.map { ($0.code, $0.id) },
            uniquingKeysWith: { first, _ in first })
        self.today = today
    }

    /// - Parameter cell: the text of a column; empty where the file has none.
    /// - Returns: nil with everything that is wrong.
    func message(_ cell: (MessageColumn) -> String) -> (Message?, [Wrong]) {
        var wrong: [Wrong] = []
        func text(_ column: MessageColumn) -> String { TextNormalisation.normalised(cell(column)) }
        /// A required cell, read by `read`.
        func needed<T>(_ column: MessageColumn, _ expected: EntrySheetFault.Expectation, _ read: (String) -> T?) -> T? {
            let text = text(column)
            if let value = read(text) { return value }
            wrong.append(Wrong(column: column, value: text, expected: text.isEmpty ? .filled : expected))
            return nil
        }
        /// A cell that may be empty.
        func optional<T>(_ column: MessageColumn, _ expected: EntrySheetFault.Expectation, _ read: (String) -> T?)
            -> T?
        {
            text(column).isEmpty ? nil : needed(column, expected, read)
        }
        let day = needed(.receivedOn, .date, Self.day)
        if let day, day > today {
            wrong.append(Wrong(column: .receivedOn, value: text(.receivedOn), expected: .notFuture))
        }
        if let day, day < today.adding(days: -Message.longestAgo) {
            wrong.append(Wrong(column: .receivedOn, value: text(.receivedOn), expected: .recent))
        }
        let channel = needed(.channel, .channel) { Self.channels[$0] }
        let kind = needed(.kind, .kind) { Self.kinds[$0.replacing("我要", with: "").replacing("网上", with: "")] }
        let unit = optional(.unit, .unit) { units[$0] }
        let concerned = Self.parts(text(.concernedUnits)).compactMap { name -> Int? in
            if units[name] == nil { wrong.append(Wrong(column: .concernedUnits, value: name, expected: .unit)) }
            return units[name]
        }
        let publish = optional(.publish, .yesOrNo) { Self.answers[$0.lowercased()] } ?? false
        let showName = optional(.showName, .yesOrNo) { Self.answers[$0.lowercased()] } ?? false
        let message = Message(
            key: UUID(), kind: kind ?? .inquiry, title: text(.title), body: text(.body), place: text(.place),
            unitID: unit,
            concernedUnitIDs: Array(Set(concerned)).sorted(), concernedNames: text(.concernedNames),
            channel: channel ?? .letter,
            contact: Contact(name: text(.name), phone: text(.phone), email: text(.email)), mayBePublished: publish,
            mayShowName: showName,
            entry: day.map { Comment.Entry(arrivedOn: $0, forSomeone: true, readBack: false, slipID: nil) },
            external: external(text(.source), text(.number), channel, &wrong))
        wrong += message.faults.map { fault in
            let (column, expected) = fault.cell
            return Wrong(column: column, value: text(column), expected: expected)
        }
        return (wrong.isEmpty ? message : nil, wrong)
    }

    /// What comes from 12345 need not say so on each line.
    private func external(
        _ source: String, _ number: String, _ channel: Channel?, _ wrong: inout [Wrong]
    ) -> Message.External? {
        let source = source.isEmpty && !number.isEmpty && channel == .hotline ? "12345" : source
        if source.isEmpty && number.isEmpty { return nil }
        if source.isEmpty || number.isEmpty {
            wrong.append(Wrong(column: source.isEmpty ? .source : .number, value: "", expected: .sourceAndNumber))
        }
        if TextLength.count(source) > Message.External.longestSource {
            wrong.append(
                Wrong(column: .source, value: source, expected: .shorter(limit: Message.External.longestSource)))
        }
        if TextLength.count(number) > Message.External.longestNumber {
            wrong.append(
                Wrong(column: .number, value: number, expected: .shorter(limit: Message.External.longestNumber)))
        }
        return Message.External(source: source, number: number)
    }

    // MARK: Words

    static let channels: [String: Channel] = [
        "窗口": .counter, "现场": .counter, "当面": .counter, "来访": .visit, "走访": .visit, "电话": .phone, "来电": .phone,
        "12345": .hotline,
        "12345热线": .hotline, "热线": .hotline, "政务热线": .hotline, "信函": .letter, "来信": .letter, "信件": .letter, "邮件": .mail,
        "电子邮件": .mail, "电子邮箱": .mail,
    ]
    private static let kinds: [String: MessageKind] = [
        "咨询": .inquiry, "投诉": .complaint, "建议": .suggestion, "意见建议": .suggestion, "求助": .help, "举报": .report,
        "违法举报": .report,
    ]
    static let answers: [String: Bool] = [
        "是": true, "可以": true, "同意": true, "√": true, "1": true, "true": true, "yes": true, "y": true, "否": false,
        "不可以": false,
        "不同意": false, "×": false, "0": false, "false": false, "no": false, "n": false,
    ]

    private static func parts(_ text: String) -> [String] {
        let marks: Set<Unicode.Scalar> = ["、", ",", "，", ";", "；", "\n"]
        return text.unicodeScalars.split { marks.contains($0) }
            .map { String(String.UnicodeScalarView($0)).trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// `2026-02-09`, `2026/2/9`, `2026.2.9`, `2026年2月9日`, `20260209`; a time behind it is left aside.
    static func day(_ text: String) -> CalendarDate? {
        guard
            let match = text.wholeMatch(
                of: /(\d{4})\s*[-\/.年]\s*(\d{1,2})\s*[-\/.月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?)?/)
        else {
            guard let match = text.wholeMatch(of: /(\d{4})(\d{2})(\d{2})/) else { return nil }
            return CalendarDate("\(match.1)-\(match.2)-\(match.3)")
        }
        guard let year = Int(match.1), let month = Int(match.2), let day = Int(match.3) else { return nil }
        return CalendarDate(year: year, month: month, day: day)
    }
}

extension Message.Fault {
    /// The cell it stands in, and what is expected there.
    fileprivate var cell: (MessageColumn, EntrySheetFault.Expectation) {
        switch self {
        case .titleEmpty: (.title, .filled)
        case .titleTooLong: (.title, .shorter(limit: Message.longestTitle))
        case .bodyEmpty: (.body, .filled)
        case .bodyTooLong: (.body, .shorter(limit: Intake.longestBody))
        case .placeTooLong: (.place, .shorter(limit: Message.longestPlace))
        case .namesTooLong: (.concernedNames, .shorter(limit: Message.longestNames))
        case .tooManyUnits, .tooManyFiles: (.concernedUnits, .fewerUnits(limit: Message.mostConcernedUnits))
        case .unitConcerned: (.unit, .otherUnit)
        case .nameTooLong: (.name, .shorter(limit: Contact.longestName))
        case .phoneRequired, .phoneMalformed: (.phone, .phone)
        case .emailMalformed: (.email, .email)
        }
    }
}

import Foundation

// The plain form of answers, as `Answer` describes it.

extension Answer.Choice {
    /// Nil for what is neither a code nor an object of `other`, or of one of them with a comment.
    init?(_ plain: PlainValue) {
        if case .text(let code) = plain {
            self = .option(code)
            return
        }
        guard case .object(let members) = plain else { return nil }
        var comment: String?
        if case .text(let words)? = members["comment"] { comment = words }
        guard members.count == (comment == nil ? 1 : 2) else { return nil }
        if case .text(let words)? = members["other"] {
            self = .other(words, comment: comment)
        } else if case .text(let code)? = members["option"], comment != nil {
            self = .option(code, comment: comment)
        } else {
            return nil
        }
    }

    var plain: PlainValue {
        guard words != nil || comment != nil else { return .text(code) }
        var members = words.map { ["other": PlainValue.text($0)] } ?? ["option": .text(code)]
        members["comment"] = comment.map { .text($0) }
        return .object(members)
    }
}

extension Answer {
    /// Nil when it is not the form of answers to this kind; whether its options exist is asked later.
    package init?(_ plain: PlainValue, to kind: Question.Kind) {
        switch kind {
        case .single:
            guard let choice = Choice(plain) else { return nil }
            self = .choice(choice)
        case .multiple, .ranking:
            guard case .list(let list) = plain else { return nil }
            let choices = list.compactMap { Choice($0) }
            guard choices.count == list.count else { return nil }
            self = .choices(choices)
        case .yesNo:
            guard let truth = plain.asTruth else { return nil }
            self = .truth(truth)
        case .scale, .number:
            guard let number = plain.asNumber else { return nil }
            self = .number(number)
        case .text, .date, .unit:
            guard case .text(let text) = plain else { return nil }
            self = .text(text)
        case .file:
            let list: [PlainValue] = if case .list(let several) = plain { several } else { [plain] }
            let ids = list.compactMap { one -> UUID? in
                if case .text(let text)? = one["file"] { UUID(uuidString: text) } else { nil }
            }
            guard !ids.isEmpty, ids.count == list.count else { return nil }
            self = .files(ids)
        case .matrix(let matrix):
            guard let answer = Self.matrix(plain, matrix.cell) else { return nil }
            self = answer
        case .information: return nil
        }
    }

    private static func matrix(_ plain: PlainValue, _ cell: Question.Matrix.Cell) -> Answer? {
        guard case .object(let rows) = plain else { return nil }
        switch cell {
        case .single:
            let chosen = rows.compactMapValues { if case .text(let code) = $0 { code } else { nil } }
            return chosen.count == rows.count ? .matrixChoice(chosen) : nil
        case .multiple:
            let chosen = rows.compactMapValues { row -> [String]? in
                guard case .list(let list) = row else { return nil }
                let codes = list.compactMap { if case .text(let code) = $0 { code } else { nil } }
                return codes.count == list.count ? codes : nil
            }
            return chosen.count == rows.count ? .matrixChoices(chosen) : nil
        case .number: return cells(rows, \.asNumber).map { .matrixNumbers($0) }
        case .text: return cells(rows) { if case .text(let words) = $0 { words } else { nil } }.map { .matrixTexts($0) }
        }
    }

    private static func cells<Cell>(
        _ rows: [String: PlainValue], _ cell: (PlainValue) -> Cell?
    ) -> [String: [String: Cell]]? {
        let found = rows.compactMapValues { row -> [String: Cell]? in
            guard case .object(let columns) = row else { return nil }
            let cells = columns.compactMapValues(cell)
            return cells.count == columns.count ? cells : nil
        }
        return found.count == rows.count ? found : nil
    }

    private static func plain(_ files: [UUID]) -> PlainValue {
        let list = files.map { PlainValue.object(["file": .text($0.uuidString.lowercased())]) }
        if let only = list.first, list.count == 1 { return only }
        return .list(list)
    }

    package var plain: PlainValue {
        switch self {
        case .choice(let choice): choice.plain
        case .choices(let choices): .list(choices.map(\.plain))
        case .truth(let truth): .truth(truth)
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        case .files(let ids): Self.plain(ids)
        case .matrixChoice(let rows): .object(rows.mapValues { .text($0) })
        case .matrixChoices(let rows): .object(rows.mapValues { .list($0.map { .text($0) }) })
        case .matrixNumbers(let rows): .object(rows.mapValues { .object($0.mapValues { .number($0) }) })
        case .matrixTexts(let rows): .object(rows.mapValues { .object($0.mapValues { .text($0) }) })
        }
    }
}

extension PlainValue {
    /// YAML gives every scalar as text.
    fileprivate var asTruth: Bool? {
        switch self {
        case .truth(let truth): truth
        case .text("true"): true
        case .text("false"): false
        default: nil
        }
    }

    fileprivate var asNumber: Double? {
        switch self {
        case .number(let number): number.magnitude <= DecimalText.most ? number : nil
        case .text(let text): DecimalText.number(text)
        default: nil
        }
    }
}

/// What is stored as the answers of a sheet is not.
package enum AnswersFault: Error, Sendable, Equatable {
    case notJSON
    /// The questionnaire has no such question.
    case foreign(question: String)
    /// Not the form of answers to this question.
    case form(question: String)
}

extension Answers {
    /// - Throws: `AnswersFault`.
    package init(json: Data, for questionnaire: Questionnaire) throws(AnswersFault) {
        guard let members = try? JSONDecoder().decode([String: PlainValue].self, from: json) else {
            throw .notJSON
        }
        let kinds = questionnaire.kinds
        self.init(minimumCapacity: members.count)
        for (code, plain) in members {
            guard let kind = kinds[code] else { throw .foreign(question: code) }
            guard let answer = Answer(plain, to: kind) else { throw .form(question: code) }
            self[code] = answer
        }
    }

    /// Keys in the order of their bytes: the same answers are the same bytes.
    package func json() -> Data { Data(plain.json.utf8) }

    package var plain: PlainValue { .object(mapValues(\.plain)) }
}

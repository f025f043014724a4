/// What a correction of an open questionnaire may not do: give a code that has answers another meaning, or none.
///
/// Words, hints, conditions, limits and order may change, and there may be more questions and options; those who have answered
/// keep the version they answered to. A question whose kind is wrong is dropped and asked again under another code, and so is a
/// quota with another condition: sheets already have places in it.
package struct CorrectionFault: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// The question asks for something else now.
        case kind
        /// An option, row or column is gone, or has another code.
        case option
        /// A scale goes from or to another number, so its numbers no longer mean the same.
        case scale
        /// A code was used before by a question that is gone.
        case reused
        /// Other sheets have places in the quota, or it was gone for a while.
        case quota
    }

    /// Of the question or the quota.
    package let code: String
    package let kind: Kind
    /// The codes of what is gone.
    package let codes: [String]

    /// - Parameter versions: as it was asked so far, the newest last.
    package static func all(from versions: [Questionnaire], to corrected: Questionnaire) -> [CorrectionFault] {
        var faults: [CorrectionFault] = []
        for question in corrected.questions {
            guard let index = versions.lastIndex(where: { $0.question(question.code) != nil }),
                let before = versions[index].question(question.code)
            else { continue }
            if index < versions.count - 1 {
                faults.append(CorrectionFault(code: question.code, kind: .reused, codes: [question.code]))
            } else if before.kind.form != question.kind.form {
                faults.append(CorrectionFault(code: question.code, kind: .kind, codes: []))
            } else if case (.scale(let then), .scale(let now)) = (before.kind, question.kind) {
                if (then.from, then.to) != (now.from, now.to) {
                    faults.append(CorrectionFault(code: question.code, kind: .scale, codes: []))
                }
            } else {
                let now = Set(question.kind.codes)
                let gone = before.kind.codes.filter { !now.contains($0) }
                if !gone.isEmpty { faults.append(CorrectionFault(code: question.code, kind: .option, codes: gone)) }
            }
        }
        return faults + quotas(from: versions, to: corrected)
    }

    private static func quotas(from versions: [Questionnaire], to corrected: Questionnaire) -> [CorrectionFault] {
        corrected.quotas.compactMap { quota in
            func same(_ other: Questionnaire.Quota) -> Bool { other.code == quota.code }
            guard let index = versions.lastIndex(where: { $0.quotas.contains(where: same) }) else { return nil }
            let before = versions[index].quotas.first(where: same)
            if index == versions.count - 1, before?.condition == quota.condition { return nil }
            return CorrectionFault(code: quota.code, kind: .quota, codes: [])
        }
    }
}

extension Question.Kind {
    /// What an answer looks like; two kinds with the same form can read each other's answers.
    package enum Form: String, Sendable, CaseIterable {
        case single, multiple, yesNo, matrix, matrixMultiple, matrixNumbers, matrixTexts, scale, ranking, number, text
        case date, units, towns, file, information
    }

    package var form: Form {
        switch self {
        case .single: .single
        case .multiple: .multiple
        case .yesNo: .yesNo
        case .matrix(let matrix):
            switch matrix.cell {
            case .single: .matrix
            case .multiple: .matrixMultiple
            case .number: .matrixNumbers
            case .text: .matrixTexts
            }
        case .scale: .scale
        case .ranking: .ranking
        case .number: .number
        case .text: .text
        case .date: .date
        case .unit(.units): .units
        case .unit(.towns): .towns
        case .file: .file
        case .information: .information
        }
    }

    /// The codes of options by which choices are counted, something else among them.
    package var optionCodes: [String] {
        switch self {
        case .single(let it): it.options.map(\.code) + (it.other == nil ? [] : [Tally.other])
        case .multiple(let it): it.options.map(\.code) + (it.other == nil ? [] : [Tally.other])
        case .ranking(let it): it.options.map(\.code)
        default: []
        }
    }

    /// The codes of options, rows and columns that answers name; rows as `r:`, columns as `c:` before them.
    package var codes: [String] {
        switch self {
        case .single, .multiple, .ranking: optionCodes
        case .matrix(let it): it.rows.map { "r:" + $0.code } + it.columns.map { "c:" + $0.code }
        default: []
        }
    }

    /// A question of this form as it begins, with nothing in it.
    package init(_ form: Form) {
        switch form {
        case .single: self = .single(Question.Single(options: []))
        case .multiple: self = .multiple(Question.Multiple(options: []))
        case .yesNo: self = .yesNo
        case .matrix: self = .matrix(Question.Matrix(rows: [], columns: []))
        case .matrixMultiple: self = .matrix(Question.Matrix(rows: [], columns: [], cell: .multiple))
        case .matrixNumbers: self = .matrix(Question.Matrix(rows: [], columns: [], cell: .number(Question.Number())))
        case .matrixTexts:
            self = .matrix(Question.Matrix(rows: [], columns: [], cell: .text(most: Question.Matrix.Cell.mostWords)))
        case .scale: self = .scale(Question.Scale())
        case .ranking: self = .ranking(Question.Ranking(options: []))
        case .number: self = .number(Question.Number())
        case .text: self = .text(Question.Text())
        case .date: self = .date(Question.Days())
        case .units: self = .unit(.units)
        case .towns: self = .unit(.towns)
        case .file: self = .file(Question.Files())
        case .information: self = .information
        }
    }
}

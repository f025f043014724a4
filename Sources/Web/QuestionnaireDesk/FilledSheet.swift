import Foundation
import Participation
import Postgres
import Questionnaires
import Text

/// All of a sheet as staff have typed it on one page, from paper or in a call. What must be answered may be missing there; what is there must
/// be possible.
struct FilledSheet {
    /// Under which it is sent.
    let key: UUID
    let version: DeskQuestionnaire.Version
    /// What stands in the fields.
    let values: FieldValues
    /// All that can be read, also where the question is not asked with it.
    let stored: Answers
    let answers: Answers
    /// Of its answers, the codes of the quotas they count for.
    let quotas: [String]
    /// The codes of answers that are not kept, or not whole, as their questions are not asked.
    let dropped: [String]
    /// What cannot be read or is not possible.
    let faults: [AnswerFault]
    /// The codes of the questions that must be answered and are not; of what cannot be read nothing more is said.
    let missing: [String]
    let answering: Answering

    /// - Parameter units: all there are.
    /// - Throws: the first formula of the version that is none.
    init(
        _ key: UUID, _ values: FieldValues, to version: DeskQuestionnaire.Version, units: [Participation.Unit]
    ) throws {
        let answering = try Answering(questionnaire: version.content, seed: key.seed)
        // Staff keep a scan of the whole, and no file of any question.
        let values = values.withoutFiles(of: version.content.questions)
        let (read, misread) = answering.readWhole { values[$0] }
        let (kept, dropped) = answering.cleaned(read)
        let all = answering.faults(kept)
        let missed = Set(all.filter(\.isMissing).map(\.question))
        let questions = version.content.questions
        (self.key, self.version, self.values, self.answering) = (key, version, values, answering)
        (stored, answers, self.dropped, quotas) = (read, kept, dropped, answering.quotas(kept))
        faults = misread + all.filter { !$0.isMissing } + questions.unitFaults(kept, units)
        let faulty = Set(faults.map(\.question))
        missing = questions.filter { $0.kind.form != .file && missed.contains($0.code) && !faulty.contains($0.code) }
            .map(\.code)
    }

    /// The codes of the questions that are asked with these answers, in their order, as far as staff can answer them for somebody.
    var asked: [String] {
        answering.shown(answers).questions.filter { $0.kind.form != .file && $0.isAsked }.map(\.code)
    }
}

extension WebApplication {
    /// As it goes to the door.
    func answered(
        _ filled: FilledSheet, of it: DeskQuestionnaire, fileIDs: [UUID] = [], channel: Channel,
        arrivedOn: CalendarDate, _ context: MinyiContext
    ) async throws -> AnsweredSheet {
        let town = try await town(in: filled.answers, of: filled.version.content, context)
        return AnsweredSheet(
            key: filled.key, questionnaire: it.number, version: filled.version.version, answers: filled.answers.json(),
            quotas: filled.quotas, town: town, fileIDs: fileIDs, channel: channel, arrivedOn: arrivedOn)
    }

    /// The name of the town that was chosen in the first question for one.
    private func town(
        in answers: Answers, of content: Questionnaire, _ context: MinyiContext
    ) async throws -> String? {
        guard let question = content.questions.first(where: { $0.kind == .unit(.towns) }),
            case .text(let code)? = answers[question.code]
        else { return nil }
        return try await pools.staff.read(as: context.actor) {
            try $0.first(Participation.Unit.named(code: code), as: Participation.Unit.self)
        }?.name
    }
}

extension Texts {
    /// What a clerk is to look at before a sheet is stored: answers that are not kept, and those that must be there and are not.
    func doubts(about filled: FilledSheet) -> String {
        [("vanishing", filled.dropped), ("missing", filled.missing)].filter { !$0.1.isEmpty }.map { key, codes in
            self["builder.entry.\(key)", ["questions": questions(codes, in: filled.version.content)]]
        }.joined(separator: " ")
    }

    /// Questions by their numbers and their first words.
    func questions(_ codes: [String], in content: Questionnaire) -> String {
        let (numbers, spoken) = (PaperForm.numbers(content), SpokenFormula(content, self))
        return codes.compactMap { content.question($0) }.map { question in
            self[
                "builder.entry.question",
                ["number": numbers[question.code] ?? 0, "text": String(spoken.repeated(question.text).prefix(30))]]
        }.joined(separator: self["questionnaires.comma"])
    }
}

extension AnswerFault {
    fileprivate var isMissing: Bool { kind == .required }
}

extension Answering {
    /// What stands in the fields of every page.
    func readWhole(_ form: (String) -> [String]) -> (answers: Answers, faults: [AnswerFault]) {
        var (answers, faults): (Answers, [AnswerFault]) = ([:], [])
        for page in questionnaire.pages {
            let read = read(form: form, page: page.code)
            answers.merge(read.answers) { first, _ in first }
            faults += read.faults
        }
        return (answers, faults)
    }
}

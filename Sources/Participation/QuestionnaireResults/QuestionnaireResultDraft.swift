import Foundation
import Postgres
import Questionnaires
import Text

/// The result of a questionnaire as it would be published now, made from the figures and from what its organiser writes.
package struct QuestionnaireResultDraft: Sendable {
    /// What the organiser writes beside the figures.
    package struct Wording: Sendable, Equatable {
        package var title: String
        package var analysis: String
        package var nextStep: String
        package var unitAtFoot: String
        package var dateAtFoot: CalendarDate
        /// Of a version that corrects another: what and why.
        package var correction: String

        package static let longestTitle = 200
        package static let longestText = 5000

        package init(
            title: String, analysis: String, nextStep: String, unitAtFoot: String, dateAtFoot: CalendarDate,
            correction: String = ""
        ) {
            self.title = TextNormalisation.normalised(title)
            self.analysis = TextNormalisation.normalised(analysis)
            self.nextStep = TextNormalisation.normalised(nextStep)
            self.unitAtFoot = TextNormalisation.normalised(unitAtFoot)
            self.dateAtFoot = dateAtFoot
            self.correction = TextNormalisation.normalised(correction)
        }

        /// The words that were prepared last, dated today; nothing but the plain ones where there are none, or they are sealed.
        static func first(for it: DeskQuestionnaire, _ tx: borrowing Session) throws -> Wording {
            let today = ChinaTime.date(it.now)
            let json = try tx.firstValue(
                """
                select content::text from clearances
                where questionnaire_id = \(it.id) and content ? 'title' order by id desc limit 1
                """, as: String.self)
            guard
                let last = try json.map({
                    try PublishedContent.decode(PublishedContent.QuestionnaireResult.self, from: $0)
                })
            else {
                return Wording(
                    title: it.title + "结果", analysis: "", nextStep: "", unitAtFoot: it.unitName, dateAtFoot: today)
            }
            return Wording(
                title: last.title, analysis: last.analysis, nextStep: last.nextStep, unitAtFoot: last.unitAtFoot,
                dateAtFoot: today)
        }
    }

    package let content: PublishedContent.QuestionnaireResult

    package static func read(
        _ it: DeskQuestionnaire, wording: Wording, _ tx: borrowing Session
    ) throws -> QuestionnaireResultDraft {
        let versions = try DeskQuestionnaire.versions(of: it.id, tx)
        let tally = try Tally.desk(it.id, tx)
        let base = QuestionFigures.Base(rawValue: it.percentBase.rawValue) ?? .respondents
        let smallest = it.smallestShown
        func known(_ known: Tally.Known, _ options: [String]? = nil) -> QuestionFigures.Part {
            QuestionFigures.Part(
                (options ?? tally.options(of: known.rawValue)).map {
                    (option: $0, count: tally[Tally.Mark(question: known.rawValue, option: $0)])
                }.filter { options != nil || $0.count > 0 }, smallest: smallest)
        }
        let byVersion = Dictionary(
            known(.version, versions.map { String($0.version) }).lines.map { ($0.option, $0.count) },
            uniquingKeysWith: { first, _ in first })
        let words = try tx.all(
            """
            select question, words, sheets, blanked from (
              select question, coalesce(blanked_words, words) as words, sheets, blanked_words is not null as blanked,
                row_number() over (partition by question order by sheets desc, wording) as place
              from text_wordings where questionnaire_id = \(it.id) and screening = 'shown') x
            where place <= 100 order by question, place
            """, as: TextWording.Shown.self)
        let written = try tx.all(TextWording.Waiting.desk(it.id), as: TextWording.Waiting.self)
        let asked = AskedQuestion.all(in: versions.map(\.content))
        let isSmall = (1..<smallest).contains(tally.sheets)
        let questions = QuestionFigures.all(asked, in: tally, base: base, smallest: smallest).map {
            figures -> PublishedContent.QuestionnaireResult.Figures in
            let code = figures.asked.question.code
            let hidesWords = isSmall || !figures.showsWords
            let shown = hidesWords ? [] : words.filter { $0.question == code }
            let unshown = written.filter { $0.question == code }.reduce(0) { $0 + $1.wordings } - shown.count
            return .init(
                code: code, answered: isSmall ? nil : figures.answered, parts: isSmall ? [] : figures.parts,
                words: shown.map {
                    .init(
                        text: $0.words, sheets: $0.sheets >= smallest ? $0.sheets : nil,
                        blanked: $0.blanked ? true : nil)
                },
                unshown: hidesWords || (1..<smallest).contains(unshown) ? nil : unshown)
        }
        let units = try tx.all(Participation.Unit.all, as: Participation.Unit.self)
        let frozen = versions.map { version -> PublishedContent.QuestionnaireResult.Version in
            // Nobody outside sees quotas; a full one also tells a count that is not shown.
            var content = version.content
            content.quotas = []
            return .init(
                version: version.version, openedAt: version.openedAt, note: version.note,
                sheets: byVersion[String(version.version)] ?? nil, asked: content)
        }
        let chosen = Set(questions.flatMap { $0.parts.flatMap { $0.lines.map(\.option) } })
        return QuestionnaireResultDraft(
            content: .init(
                number: it.number, kind: it.kind, title: wording.title,
                unit: it.unitName, purpose: it.purpose, whoMayAnswer: it.whoMayAnswer,
                voice: it.voice, opensAt: it.opensAt,
                closesAt: it.closedAt ?? it.closesAt, base: base, smallestShown: smallest,
                sheets: isSmall ? nil : tally.sheets,
                channels: known(.channel),
                versions: frozen, questions: questions,
                units: Dictionary(
                    units.filter { chosen.contains($0.code) }.map { ($0.code, $0.name) },
                    uniquingKeysWith: { first, _ in first }),
                analysis: RedactionPolicy.text(wording.analysis), nextStep: RedactionPolicy.text(wording.nextStep),
                correction: wording.correction.isEmpty ? nil : RedactionPolicy.text(wording.correction),
                unitAtFoot: wording.unitAtFoot, dateAtFoot: wording.dateAtFoot.description))
    }
}

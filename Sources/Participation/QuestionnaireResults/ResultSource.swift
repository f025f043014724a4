import Foundation
import Postgres
import Questionnaires

/// A questionnaire as its results need it: everything that was asked, and how it is to be shown.
package struct ResultSource: Row {
    package let id: Int
    package let number: String
    package let title: String
    package let purpose: String
    package let whoMayAnswer: String
    package let unitName: String
    /// At the moment it was read.
    package let state: PublicQuestionnaire.State
    package let opensAt: Date
    /// Exclusive: the end that is planned, or, once it is over, the real one.
    package let endsAt: Date
    package let resultsShown: PublicQuestionnaire.ResultsShown
    package let base: QuestionFigures.Base
    package let smallestShown: Int
    /// For everyone: of which moment its figures are; nil: of this one.
    package let shownAt: Date?
    /// The oldest first; empty before it was opened.
    package let versions: [Questionnaire]
    /// What each of them corrected; "" for the first.
    package let notes: [String]
    /// Everything that was asked in them.
    package let asked: [AskedQuestion]

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        title = try row["title"]
        purpose = try row["purpose"]
        whoMayAnswer = try row["who_may_answer"]
        unitName = try row["unit_name"]
        state = try row["state"]
        opensAt = try row["opens_at"]
        endsAt = PublicQuestionnaire.end(opensAt, try row["closes_at"], try row["closed_at"])
        resultsShown = try row["results_shown"]
        base = QuestionFigures.Base(rawValue: try row["percent_base"]) ?? .respondents
        smallestShown = try row["smallest_shown"]
        shownAt = try row["shown_at"]
        notes = try row["notes"]
        let contents: [String] = try row["contents"]
        versions = try contents.map { try JSONDecoder().decode(Questionnaire.self, from: Data($0.utf8)) }
        asked = AskedQuestion.all(in: versions)
    }

    /// For the units that see it; one that is still prepared has nothing to show.
    package static func desk(_ number: String) -> SQL {
        """
        select q.id, q.number, q.title, q.purpose, q.who_may_answer, u.name as unit_name,
          state_at(q.state, q.opens_at, q.closes_at, minyi_clock()) as state, q.opens_at, q.closes_at, q.closed_at, q.results_shown,
          q.percent_base, q.smallest_shown, null::timestamptz as shown_at,
          array(select v.content::text from questionnaire_versions v where v.questionnaire_id = q.id order by v.version) as contents,
          array(select v.note from questionnaire_versions v where v.questionnaire_id = q.id order by v.version) as notes
        from questionnaires q join units u on u.id = q.unit_id where q.number = \(number) and q.state <> 'preparing'
        """
    }

    /// For everyone, once its results may be seen.
    package static func `public`(_ number: String) -> SQL {
        """
        select q.questionnaire_id as id, q.number, q.title, q.purpose, q.who_may_answer, q.unit_name,
          state_at(q.state, q.opens_at, q.closes_at, minyi_clock()) as state, q.opens_at, q.closes_at, q.closed_at, q.results_shown,
          q.percent_base, q.smallest_shown, public_results_shown_at(q.number) as shown_at,
          array(select public_questionnaire_contents(q.number)) as contents,
          array(select public_questionnaire_notes(q.number)) as notes
        from public_questionnaires q where q.number = \(number) and public_results_open(q.number) is not null
        """
    }
}

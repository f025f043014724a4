import Foundation
import Postgres
import Text

/// 问卷 or 民意调查 as everybody may know it, without what is asked.
package struct PublicQuestionnaire: Row {
    package enum Kind: String, PostgresValue, CaseIterable, Sendable { case questionnaire, poll }

    package enum State: String, PostgresValue, CaseIterable, Sendable {
        case announced, open, suspended, closed, published, terminated
    }

    /// What keeps somebody from answering twice.
    package enum Voice: String, PostgresValue, CaseIterable, Sendable { case open, browser, code, person }

    /// When results are shown.
    package enum ResultsShown: String, PostgresValue, CaseIterable, Sendable {
        case live, closed, published

        /// Whether everyone may see counts in this state, when nothing waits (`isCounting`); the database decides (`public_results_open`).
        package func isOpen(in state: State) -> Bool {
            switch self {
            case .live: [.open, .suspended, .closed, .published].contains(state)
            case .closed: [.closed, .published].contains(state)
            case .published: false
            }
        }
    }

    package struct Consultation: Sendable, Equatable {
        package let number: String
        package let title: String

        /// Nil where it stands in none.
        init?(_ row: RowReader) throws {
            let (host, hostTitle): (String?, String?) = (try row["host_number"], try row["host_title"])
            guard let number = host, let title = hostTitle else { return nil }
            (self.number, self.title) = (number, title)
        }
    }

    package let id: Int
    package let number: String
    package let kind: Kind
    package let title: String
    package let purpose: String
    package let whoMayAnswer: String
    /// As the unit was called when this was published.
    package let unitName: String
    /// The state at `now`; nothing waits for the worker that stores it.
    package let state: State
    package let opensAt: Date
    /// Exclusive.
    package let closesAt: Date
    /// What everyone was told before the end was last changed; nil where it never was.
    package let promisedUntil: Date?
    /// Why the end was changed.
    package let deadlineNote: String
    /// Why it is suspended, or was closed before its end.
    package let stopNote: String
    package let closedAt: Date?
    package let voice: Voice
    package let resultsShown: ResultsShown
    package let contactPhone: String
    /// The newest version of what is asked, what it corrected, and since when it holds.
    package let version: Int
    package let versionNote: String
    package let versionAt: Date
    /// As many have answered as may.
    package let isFull: Bool
    /// The consultation whose page it stands in.
    package let consultation: Consultation?
    /// How verified persons say who they are.
    package let personWay: PersonWay
    /// Where verified persons have a voice each: when the key of their voices was destroyed, and how many voices and answers there were.
    package let voiceKeyDestroyedAt: Date?
    package let voicesCounted: Int?
    package let unlinkedCounted: Int?
    /// The database's clock when this was read.
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["questionnaire_id"]
        number = try row["number"]
        kind = try row["kind"]
        title = try row["title"]
        purpose = try row["purpose"]
        whoMayAnswer = try row["who_may_answer"]
        unitName = try row["unit_name"]
        state = try row["state"]
        opensAt = try row["opens_at"]
        closesAt = try row["closes_at"]
        promisedUntil = try row["promised_until"]
        deadlineNote = try row["deadline_note"]
        stopNote = try row["stop_note"]
        closedAt = try row["closed_at"]
        voice = try row["voice"]
        resultsShown = try row["results_shown"]
        contactPhone = try row["contact_phone"]
        version = try row["version"]
        versionNote = try row["version_note"]
        versionAt = try row["version_at"]
        isFull = try row["is_full"]
        consultation = try Consultation(row)
        personWay = try row["person_way"]
        voiceKeyDestroyedAt = try row["voice_key_destroyed_at"]
        voicesCounted = try row["voices_counted"]
        unlinkedCounted = try row["unlinked_counted"]
        now = try row["now"]
    }

    /// Whether a sheet sent from the web now would find it open; the door decides.
    package var takesSheets: Bool { state == .open && !isFull }

    /// Closed before the end that everyone was told.
    package var endedEarly: Bool { closedAt.map { $0 < closesAt } ?? false }

    /// The end that is planned, or, once it is over, the real one.
    package var endsAt: Date { Self.end(opensAt, closesAt, closedAt) }

    /// One that was stopped before it began keeps the time it was planned for.
    static func end(_ opensAt: Date, _ closesAt: Date, _ closedAt: Date?) -> Date {
        guard let closedAt, closedAt > opensAt else { return closesAt }
        return min(closedAt, closesAt)
    }

    /// Nothing is asked of people before the first question.
    package var isAnsweredAtOnce: Bool { voice == .open || voice == .browser }

    /// It is over, and the answers of verified persons do not stand with the others yet.
    package var isCounting: Bool { voice == .person && state == .closed && unlinkedCounted == nil }

    /// Whether something can be read where its results stand: figures, or what was published.
    package var showsResults: Bool { resultsShown.isOpen(in: state) && !isCounting || state == .published }

    /// Whole days from today to the last day that is in time: 0 is today. Nil unless it is open.
    package var daysLeft: Int? {
        guard state == .open else { return nil }
        return max(0, ChinaTime.lastDay(before: closesAt).days(since: ChinaTime.date(now)))
    }

    static let columns: SQL = """
        q.questionnaire_id, q.number, q.kind, q.title, q.purpose, q.who_may_answer, q.unit_name,
        state_at(q.state, q.opens_at, q.closes_at, c.moment) as state, q.opens_at, q.closes_at,
        q.promised_until, q.deadline_note, q.stop_note, q.closed_at, q.voice,
        q.results_shown, q.contact_phone, q.version, q.version_note, q.version_at, q.is_full,
        q.person_way, q.voice_key_destroyed_at, q.voices_counted, q.unlinked_counted, h.number as host_number,
        h.title as host_title, c.moment as now
        """
    static let source: SQL = """
        public_questionnaires q left join public_procedures h on h.procedure_id = q.procedure_id
        cross join (select minyi_clock() as moment) c
        """

    package enum Shelf: String, CaseIterable, Sendable {
        /// Announced, open or suspended: what ends first comes first.
        case current
        /// Those with a published result, the newest first.
        case results
        /// Everything that is over, the newest first.
        case over

        fileprivate var states: [String] {
            switch self {
            case .current: ["announced", "open", "suspended"]
            case .results: ["published"]
            case .over: ["closed", "published", "terminated"]
            }
        }
    }

    /// - Parameters:
    ///   - after: `id` of the last one on the page before.
    ///   - limit: at most 100.
    package static func list(
        _ shelf: Shelf, after: Int? = nil, limit: Int, in database: Database
    ) async throws -> [PublicQuestionnaire] {
        let (states, most) = (shelf.states, min(max(limit, 1), 100))
        let order: SQL =
            shelf == .current ? "q.closes_at, q.questionnaire_id" : "q.closes_at desc, q.questionnaire_id desc"
        let page: SQL =
            switch (after, shelf) {
            case (nil, _): ""
            case (let id?, .current):
                """
                and (q.closes_at, q.questionnaire_id) >
                  (select closes_at, questionnaire_id from public_questionnaires where questionnaire_id = \(id))
                """
            case (let id?, .results), (let id?, .over):
                """
                and (q.closes_at, q.questionnaire_id) <
                  (select closes_at, questionnaire_id from public_questionnaires where questionnaire_id = \(id))
                """
            }
        return try await database.all(
            """
            select \(columns) from \(source)
            where state_at(q.state, q.opens_at, q.closes_at, c.moment) = any (\(states)) \(page)
            order by \(order) limit \(most)
            """, as: PublicQuestionnaire.self)
    }

    /// Those that stand in the page of a consultation.
    package static func attached(to consultation: Int, in database: Database) async throws -> [PublicQuestionnaire] {
        try await database.all(
            "select \(columns) from \(source) where q.procedure_id = \(consultation) order by q.questionnaire_id",
            as: PublicQuestionnaire.self)
    }
}

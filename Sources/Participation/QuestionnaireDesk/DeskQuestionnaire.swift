import Foundation
import Postgres
import Questionnaires
import Text

/// A questionnaire or a poll as colleagues see it.
package struct DeskQuestionnaire: Row, Identifiable {
    package typealias Kind = PublicQuestionnaire.Kind
    package typealias Voice = PublicQuestionnaire.Voice
    package typealias ResultsShown = PublicQuestionnaire.ResultsShown

    /// Those that everyone sees, and the one before.
    package enum State: String, PostgresValue, CaseIterable, Sendable {
        case preparing, announced, open, suspended, closed, published, terminated
    }

    package enum PercentBase: String, PostgresValue, CaseIterable, Sendable { case respondents, answers }

    package let id: Int
    package let number: String
    package let kind: Kind
    package let unitID: Int
    package let unitName: String
    package let title: String
    package let purpose: String
    package let whoMayAnswer: String
    /// As it is worked on.
    package let content: Questionnaire
    package let contentVersion: Int
    /// The newest version that was opened; nil while it is prepared.
    package let version: Int?
    package let voice: Voice
    package let personWay: PersonWay
    package let resultsShown: ResultsShown
    package let mostSheets: Int?
    package let opensAt: Date
    package let closesAt: Date
    /// When it really ended.
    package let closedAt: Date?
    package let entryUntil: Date?
    package let state: State
    package let percentBase: PercentBase
    package let smallestShown: Int
    package let contactPhone: String
    package let procedureID: Int?
    /// Sheets that count.
    package let sheets: Int
    /// The database's clock.
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        kind = try row["kind"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        title = try row["title"]
        purpose = try row["purpose"]
        whoMayAnswer = try row["who_may_answer"]
        content = try Questionnaire(try row["content"] as JSONText)
        contentVersion = try row["content_version"]
        version = try row["version"]
        voice = try row["voice"]
        personWay = try row["person_way"]
        resultsShown = try row["results_shown"]
        mostSheets = try row["most_sheets"]
        opensAt = try row["opens_at"]
        closesAt = try row["closes_at"]
        closedAt = try row["closed_at"]
        entryUntil = try row["entry_until"]
        state = try row["state"]
        percentBase = try row["percent_base"]
        smallestShown = try row["smallest_shown"]
        contactPhone = try row["contact_phone"]
        procedureID = try row["procedure_id"]
        sheets = try row["sheets"]
        now = try row["now"]
    }

    package static func with(number: String) -> SQL {
        """
        select q.id, q.number, q.kind, q.unit_id, u.name as unit_name, q.title, q.purpose, q.who_may_answer, q.content, q.content_version,
          q.version, q.voice, q.person_way, q.results_shown, q.most_sheets, q.opens_at, q.closes_at, q.closed_at, q.entry_until, q.state, q.percent_base,
          q.smallest_shown, q.contact_phone, q.procedure_id, minyi_clock() as now,
          (select coalesce(sum(c.sheets), 0)::bigint from sheets_that_count(array[q.id]) c) + voices_so_far(q.id) as sheets
        from questionnaires q join units u on u.id = q.unit_id
        where q.number = \(number)
        """
    }

    /// The database's clock.
    package static func now(_ tx: borrowing Session) throws -> Date { try tx.value("select minyi_clock()") }

    /// By the database's clock.
    package static func today(_ tx: borrowing Session) throws -> CalendarDate { ChinaTime.date(try now(tx)) }

    /// As it was asked, the newest last.
    package static func versions(of id: Int, _ tx: borrowing Session) throws -> [Version] {
        try tx.all(
            """
            select version, content, opened_at, note from questionnaire_versions where questionnaire_id = \(id) order by version
            """, as: Version.self)
    }

    /// Every code that something had in a version that was asked or in a content that is still kept. Nothing new may be called
    /// so: answers name it, or it was dropped and may come back.
    package static func usedCodes(of id: Int, _ tx: borrowing Session) throws -> Set<String> {
        Set(
            try tx.values(
                """
                select distinct c #>> '{}' from (
                  select content from questionnaire_versions where questionnaire_id = \(id)
                  union all select content from questionnaire_drafts where questionnaire_id = \(id)
                ) k, jsonb_path_query(k.content, '$.**.code') c
                """, as: String.self))
    }

    /// How many sheets that count were answered to each version.
    package static func sheets(of id: Int, _ tx: borrowing Session) throws -> [Int: Int] {
        let counts = try tx.all(
            "select version, sheets from sheets_that_count(array[\(id)::bigint])", as: VersionCount.self)
        return Dictionary(uniqueKeysWithValues: counts.map { ($0.version, $0.sheets) })
    }

    /// How many sheets that count answer each of these questions.
    package static func answered(_ questions: [String], of id: Int, _ tx: borrowing Session) throws -> [String: Int] {
        guard !questions.isEmpty else { return [:] }
        let counts = try tx.all(
            """
            select asked.code, count(*) as sheets from answer_sheets s, unnest(\(questions)::text[]) asked (code)
            where s.questionnaire_id = \(id) and s.withdrawn_at is null and s.sealed_at is null and s.answers -> asked.code is not null
            group by asked.code
            """, as: CodeCount.self)
        return Dictionary(uniqueKeysWithValues: counts.map { ($0.code, $0.sheets) })
    }

    private struct CodeCount: Row {
        let code: String
        let sheets: Int

        init(_ row: RowReader) throws { (code, sheets) = (try row["code"], try row["sheets"]) }
    }

    /// How many sheets hold a place in each quota, by its code; none before it was opened.
    package static func quotas(of id: Int, _ tx: borrowing Session) throws -> [String: Int] {
        let counts = try tx.all(
            "select code, taken as sheets from quota_counts where questionnaire_id = \(id)", as: CodeCount.self)
        return Dictionary(uniqueKeysWithValues: counts.map { ($0.code, $0.sheets) })
    }

    private struct VersionCount: Row {
        let version: Int
        let sheets: Int

        init(_ row: RowReader) throws { (version, sheets) = (try row["version"], try row["sheets"]) }
    }

    package struct Version: Row {
        package let version: Int
        package let content: Questionnaire
        package let openedAt: Date
        package let note: String

        package init(_ row: RowReader) throws {
            version = try row["version"]
            content = try Questionnaire(try row["content"] as JSONText)
            openedAt = try row["opened_at"]
            note = try row["note"]
        }
    }

    /// The end that is planned, or, once it is over, the real one.
    package var endsAt: Date { PublicQuestionnaire.end(opensAt, closesAt, closedAt) }

    /// Whether its content may still be worked on, for the questionnaire or for a correction of it.
    package var isWorkedOn: Bool {
        switch state {
        case .preparing: true
        case .announced, .open, .suspended: now < closesAt
        case .closed, .published, .terminated: false
        }
    }

    /// Whether what arrived in time may be entered.
    package var takesEntries: Bool {
        switch state {
        case .open, .suspended, .closed: entryUntil.map { now < $0 } ?? false
        case .preparing, .announced, .published, .terminated: false
        }
    }
}

extension DeskQuestionnaire {
    /// A line of the list.
    package struct Line: Row, Identifiable {
        package let id: Int
        package let number: String
        package let kind: Kind
        package let unitName: String
        package let title: String
        package let state: State
        package let opensAt: Date
        package let closesAt: Date
        /// The end that is planned, or, once it is over, the real one.
        package let endsAt: Date
        package let entryUntil: Date?
        package let sheets: Int
        package let mostSheets: Int?
        package let isCorrected: Bool
        package let now: Date

        package init(_ row: RowReader) throws {
            id = try row["id"]
            number = try row["number"]
            kind = try row["kind"]
            unitName = try row["unit_name"]
            title = try row["title"]
            state = try row["state"]
            opensAt = try row["opens_at"]
            closesAt = try row["closes_at"]
            endsAt = PublicQuestionnaire.end(opensAt, closesAt, try row["closed_at"])
            entryUntil = try row["entry_until"]
            sheets = try row["sheets"]
            mostSheets = try row["most_sheets"]
            isCorrected = try row["is_corrected"]
            now = try row["now"]
        }

        /// Nobody more can answer, although it is open.
        package var isFull: Bool { state == .open && mostSheets.map { sheets >= $0 } ?? false }

        /// Stands behind those that are worked on.
        package var isOver: Bool {
            switch state {
            case .preparing, .announced, .open, .suspended: false
            case .closed, .published, .terminated: true
            }
        }
    }

    /// Which of those that a colleague may see.
    package struct Search: Sendable, Equatable {
        /// In the title, or the number.
        package var words = ""
        package var kind: Kind?
        package var state: State?

        package init() {}

        /// What is worked on first, then the newest.
        /// - Parameter last: the last one of the page before.
        package func lines(
            most limit: Int, after last: (isOver: Bool, id: Int)? = nil, _ tx: borrowing Session
        ) throws -> [Line] {
            try tx.all(
                """
                with lines as materialized (
                  select q.id, q.number, q.kind, u.name as unit_name, q.title, q.state, q.opens_at, q.closes_at, q.closed_at, q.entry_until,
                    q.most_sheets, minyi_clock() as now, q.state in ('closed', 'published', 'terminated') as is_over,
                    exists (select from questionnaire_versions v where v.questionnaire_id = q.id and v.version = q.version
                      and v.content <> q.content) as is_corrected
                  from questionnaires q join units u on u.id = q.unit_id
                  where (\(words) = '' or strpos(lower(q.title), lower(\(words))) > 0 or q.number = upper(\(words)))
                    and (\(kind)::text is null or q.kind = \(kind))
                    and (\(state)::text is null or q.state = \(state))
                    and (\(last?.id)::bigint is null or q.state in ('closed', 'published', 'terminated') and not \(last?.isOver)
                      or q.state in ('closed', 'published', 'terminated') = \(last?.isOver) and q.id < \(last?.id))
                  order by is_over, q.id desc limit \(limit)
                )
                select l.*, coalesce(c.sheets, 0) + voices_so_far(l.id) as sheets from lines l left join (
                  select questionnaire_id, sum(sheets)::bigint as sheets from sheets_that_count(array(select id from lines)) group by 1) c
                  on c.questionnaire_id = l.id
                order by l.is_over, l.id desc
                """, as: Line.self)
        }
    }
}

extension Questionnaire {
    init(_ json: JSONText) throws {
        self = try JSONDecoder().decode(Questionnaire.self, from: Data(json.text.utf8))
    }

    /// As the database stores it.
    var json: JSONText {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return JSONText(String(decoding: try encoder.encode(self), as: UTF8.self))
        }
    }
}

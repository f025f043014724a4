import Documents
import Foundation
import Postgres
import Text

/// 意见台账: every opinion on a procedure with what became of it, and without anybody's contact. It is read with a cursor, so that it may be
/// as long as it is.
package struct OpinionLedger: Sendable {
    package enum Column: String, CaseIterable, Sendable {
        case number, part, channel
        case receivedAt = "received_at"
        case arrivedOn = "arrived_on"
        case submitter, people, edition, row, passage, opinion, screening, outcome, reason
        case transferredTo = "transferred_to"
        case effect, alike
        case answeredAt = "answered_at"
        case ending
    }

    package struct Line: Row {
        package let number: String
        package let part: Int
        package let channel: String
        package let receivedAt: Date
        package let arrivedOn: CalendarDate?
        package let submitter: String
        package let organisation: String
        package let people: Int
        package let editionOrdinal: Int?
        package let rowNumber: String?
        package let passage: String?
        /// Empty once withdrawn or sealed.
        package let opinion: String
        package let screening: String
        package let hiddenCode: String?
        package let outcome: String?
        package let reason: String
        package let transferredTo: String
        /// Where and by when what was adopted shows, unless a change is linked.
        package let effect: String
        package let effectOn: CalendarDate?
        /// How many opinions say nearly the same and were answered with it; 1 for none.
        package let alike: Int
        package let invalidCode: String?
        package let answeredAt: Date?
        package let isWithdrawn: Bool
        package let isSealed: Bool

        package init(_ row: RowReader) throws {
            number = try row["number"]
            part = try row["ordinal"]
            channel = try row["channel"]
            receivedAt = try row["received_at"]
            arrivedOn = try row["arrived_on"]
            submitter = try row["submitter"]
            organisation = try row["organisation"]
            people = try row["people"]
            editionOrdinal = try row["edition_ordinal"]
            rowNumber = try row["row_number"]
            passage = try row["passage"]
            opinion = try row["opinion"]
            screening = try row["screening"]
            hiddenCode = try row["hidden_code"]
            outcome = try row["outcome"]
            reason = try row["reason"]
            transferredTo = try row["transferred_to"]
            effect = try row["effect"]
            effectOn = try row["effect_on"]
            alike = try row["alike"]
            invalidCode = try row["invalid_code"]
            answeredAt = try row["answered_at"]
            isWithdrawn = try row["is_withdrawn"]
            isSealed = try row["is_sealed"]
        }
    }

    /// In the order in which they came.
    static func lines(procedureID: Int) -> SQL {
        """
        select s.number, o.ordinal, s.channel, s.received_at, s.arrived_on, s.submitter,
          case when x.is_there then s.organisation else '' end as organisation, s.people,
          e.ordinal as edition_ordinal, g.number as row_number,
          nullif(concat_ws(' / ', nullif(g.level1, ''), nullif(g.level2, ''), nullif(left(g.text, 60), '')), '') as passage,
          case when x.is_there then o.body else '' end as opinion, s.screening, s.hidden_code,
          d.outcome, case when x.is_there then coalesce(d.reason, '') else '' end as reason,
          case when x.is_there then coalesce(d.transferred_to, '') else '' end as transferred_to,
          case when x.is_there then coalesce(d.effect, '') else '' end as effect, case when x.is_there then d.effect_on end as effect_on,
          case when x.is_there then count(*) filter (where x.is_there) over (partition by coalesce(o.group_id, -o.id), d.outcome, d.reason)
            else 1 end as alike, d.invalid_code, d.answered_at,
          s.withdrawn_at is not null as is_withdrawn, s.sealed_at is not null as is_sealed
        from submissions s join opinions o on o.submission_id = s.id
        cross join lateral (select s.withdrawn_at is null and s.sealed_at is null as is_there) x
        left join dispositions d on d.opinion_id = o.id and d.superseded_at is null
        left join editions e on e.id = s.edition_id left join passages g on g.id = o.passage_id
        where s.procedure_id = \(procedureID) order by s.id, o.ordinal
        """
    }

    /// Lines that come from the database at a time.
    private static let batch = 1000

    /// Hands over the cells of each opinion, in constant memory.
    /// - Parameter words: the text of a key of the locales, which all columns are named by, too (`ledger.columns.…`).
    package static func each(
        procedureID: Int, _ tx: borrowing Session, words: (String) -> String,
        _ take: ([SheetWriter.Cell]) throws -> Void
    ) throws {
        // Looked up once for all lines.
        var known: [String: String] = [:]
        func word(_ key: String) -> String {
            if let word = known[key] { return word }
            let word = words(key)
            known[key] = word
            return word
        }
        try tx.each(lines(procedureID: procedureID), as: Line.self, batch: batch) { line in
            try take(Column.allCases.map { cell($0, line, word) })
        }
    }

    package static func heading(words: (String) -> String) -> [String] {
        Column.allCases.map { words("ledger.columns.\($0.rawValue)") }
    }

    private static func cell(_ column: Column, _ it: Line, _ word: (String) -> String) -> SheetWriter.Cell {
        func text(_ text: String?) -> SheetWriter.Cell { text.map { $0.isEmpty ? .empty : .text($0) } ?? .empty }
        switch column {
        case .number: return .text(it.number)
        case .part: return .number(Double(it.part))
        case .channel: return .text(word("consultations.channels.\(it.channel)"))
        case .receivedAt: return .text(moment(it.receivedAt))
        case .arrivedOn: return text(it.arrivedOn?.description)
        case .submitter:
            return .text(it.organisation.isEmpty ? word("ledger.submitters.\(it.submitter)") : it.organisation)
        case .people: return .number(Double(it.people))
        case .edition: return it.editionOrdinal.map { .number(Double($0)) } ?? .empty
        case .row: return text(it.rowNumber)
        case .passage: return .text(it.passage ?? word("ledger.whole"))
        case .opinion: return text(it.opinion)
        case .screening:
            let reason = it.hiddenCode.map { "：" + word("submissions.hidden_codes.\($0)") } ?? ""
            return .text(word("submissions.screenings.\(it.screening)") + reason)
        case .outcome:
            let reason = it.invalidCode.map { "：" + word("dispositions.invalid_codes.\($0)") } ?? ""
            return it.outcome.map { .text(word("outcomes.\($0)") + reason) }
                ?? (it.isWithdrawn ? .empty : .text(word("outcomes.pending")))
        case .reason: return text(it.reason)
        case .transferredTo: return text(it.transferredTo)
        case .effect:
            return text([it.effect, it.effectOn?.description ?? ""].filter { !$0.isEmpty }.joined(separator: " "))
        case .alike: return .number(Double(it.alike))
        case .answeredAt: return text(it.answeredAt.map(moment))
        case .ending:
            return it.isSealed
                ? .text(word("ledger.sealed")) : it.isWithdrawn ? .text(word("outcomes.withdrawn")) : .empty
        }
    }

    /// `2026-11-26 15:03` in China: it sorts, and spreadsheets know it.
    static func moment(_ moment: Date) -> String { ChinaTime.input(moment).replacing("T", with: " ") }
}

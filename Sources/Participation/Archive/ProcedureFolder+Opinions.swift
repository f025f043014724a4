import Documents
import Foundation
import Postgres
import Text

/// What was said, and answered.
extension ProcedureFolder {
    private struct Answered: Row {
        let number: String
        let part: Int
        let outcome: String
        let reason: String
        let transferredTo: String
        let effect: String
        let effectOn: CalendarDate?
        let invalidCode: String?
        let answeredBy: String
        let answeredAt: Date
        /// It is a copy: what held before an answer that was taken back, and holds again.
        let isRestored: Bool
        let supersededAt: Date?
        let undoneAt: Date?

        init(_ row: RowReader) throws {
            number = try row["number"]
            part = try row["ordinal"]
            outcome = try row["outcome"]
            reason = try row["reason"]
            transferredTo = try row["transferred_to"]
            effect = try row["effect"]
            effectOn = try row["effect_on"]
            invalidCode = try row["invalid_code"]
            answeredBy = try row["answered_by_name"]
            answeredAt = try row["answered_at"]
            isRestored = try row["is_restored"]
            supersededAt = try row["superseded_at"]
            undoneAt = try row["undone_at"]
        }
    }

    private struct Original: Row {
        let number: String
        let name: String
        let hash: [UInt8]

        init(_ row: RowReader) throws {
            number = try row["number"]
            name = try row["media_type"]
            hash = try row["sha256"]
        }
    }

    /// The ledger, every answer, what units thought, and which letters there are.
    func addOpinions(_ it: Procedure, _ tx: borrowing Session) throws {
        let folder = words["archive.names.opinions"]
        for format in TableFile.Format.allCases {
            let title = words["archive.parts.ledger"]
            try add("\(folder)/\(words["archive.names.ledger"]).\(format.rawValue)", title) { path in
                let table = TableFile(
                    name: title, heading: OpinionLedger.heading { words[$0] }, madeAt: it.createdAt)
                try table.write(to: path, as: format) { add in
                    try OpinionLedger.each(procedureID: it.id, tx, words: { words[$0] }, add)
                }
            }
        }
        // Answers that were given and replaced are on record, too.
        try addTable(
            "\(folder)/\(words["archive.names.answers"])", words["archive.parts.answers"],
            ["number", "part", "outcome", "reason", "transferred_to", "effect", "by", "at", "until", "undone_at"].map {
                words["archive.answers.\($0)"]
            }
        ) { add in
            try tx.each(
                """
                select s.number, o.ordinal, d.outcome, case when x.is_there then d.reason else '' end as reason,
                  case when x.is_there then d.transferred_to else '' end as transferred_to, case when x.is_there then d.effect else '' end as effect,
                  case when x.is_there then d.effect_on end as effect_on, d.invalid_code, m.display_name as answered_by_name, d.answered_at,
                  d.restores is not null as is_restored, d.superseded_at, d.undone_at
                from dispositions d join opinions o on o.id = d.opinion_id join submissions s on s.id = o.submission_id
                join staff m on m.id = d.answered_by
                cross join lateral (select s.sealed_at is null and s.withdrawn_at is null as is_there) x
                where s.procedure_id = \(it.id) order by s.id, o.ordinal, d.id
                """, as: Answered.self
            ) { answer in
                let why = answer.invalidCode.map { "：" + self.words["dispositions.invalid_codes.\($0)"] } ?? ""
                let cells = [
                    answer.number, String(answer.part), self.words["outcomes.\(answer.outcome)"] + why, answer.reason,
                    answer.transferredTo,
                    [answer.effect, answer.effectOn?.description ?? ""].filter { !$0.isEmpty }.joined(separator: " "),
                    answer.answeredBy,
                    OpinionLedger.moment(answer.answeredAt)
                        + (answer.isRestored ? "：" + self.words["archive.restored"] : ""),
                    answer.supersededAt.map(OpinionLedger.moment) ?? "",
                    answer.undoneAt.map(OpinionLedger.moment) ?? "",
                ]
                try add(cells.map { .text($0) })
            }
        }
        // Letters and lists bear names, addresses and telephone numbers: they stay, their hashes say which they are.
        try addTable(
            "\(folder)/\(words["archive.names.originals"])", words["archive.parts.originals"],
            ["number", "kind", "sha256"].map { words["archive.originals.\($0)"] }
        ) { add in
            try tx.each(
                """
                select s.number, a.media_type, a.sha256 from submissions s join attachments a on a.id = s.slip_id
                where s.procedure_id = \(it.id) and s.sealed_at is null order by s.id
                """, as: Original.self
            ) { try add([.text($0.number), .text($0.name), .text(Hexadecimal.encode($0.hash))]) }
        }
        try addViews(it, tx)
    }

    private struct Place: Row {
        let opinionID: Int
        let number: String
        let part: Int

        init(_ row: RowReader) throws {
            opinionID = try row["id"]
            number = try row["number"]
            part = try row["ordinal"]
        }
    }

    /// What units were asked about single opinions, and said. Of what was sealed or taken back nothing is left in them.
    private func addViews(_ it: Procedure, _ tx: borrowing Session) throws {
        let places = try tx.all(
            """
            select o.id, s.number, o.ordinal from opinions o join submissions s on s.id = o.submission_id
            where o.procedure_id = \(it.id) and exists (select from opinion_views v where v.opinion_id = o.id) order by o.id
            """, as: Place.self)
        guard !places.isEmpty else { return }
        let byOpinion = Dictionary(places.map { ($0.opinionID, $0) }, uniquingKeysWith: { $1 })
        let views = try tx.all(OpinionView.of(opinions: places.map(\.opinionID)), as: OpinionView.self)
        try addTable(
            "\(words["archive.names.opinions"])/\(words["archive.names.views"])", words["archive.parts.views"],
            [
                "number", "part", "case", "unit", "question", "asked_by", "asked_at", "state", "words", "written_by",
                "approved_by", "answered_at",
            ].map { words["archive.views.\($0)"] }
        ) { add in
            for view in views {
                let place = byOpinion[view.opinionID]
                let cells = [
                    place?.number ?? "", place.map { String($0.part) } ?? "", view.number, view.unitName ?? "",
                    view.question, view.askedBy, OpinionLedger.moment(view.askedAt),
                    self.words["casework.states.\(view.state.rawValue)"], view.words ?? "", view.writtenBy ?? "",
                    view.approvedBy ?? "", view.answeredAt.map(OpinionLedger.moment) ?? "",
                ]
                try add(cells.map { .text($0) })
            }
        }
    }
}

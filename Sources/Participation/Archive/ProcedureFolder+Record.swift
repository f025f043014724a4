import Documents
import Foundation
import Postgres
import Text

/// Who reviewed and approved, and who did what.
extension ProcedureFolder {
    func addClearances(_ it: Procedure, _ tx: borrowing Session) throws {
        let clearances = try tx.all(Cleared.of(procedure: it.id), as: Cleared.self)
        let folder = words["archive.names.clearances"]
        try addTable(
            "\(folder)/\(words["archive.parts.clearances"])", words["archive.parts.clearances"],
            [
                "id", "kind", "title", "attribute", "attribute_reason", "proposed", "proposed_reason", "index_number",
                "document_number", "written_on", "subject", "keywords", "published_by", "reason", "prepared_by",
                "prepared_at", "reviewed_by", "reviewed_at", "review",
                "review_note", "approved_by", "approved_at", "approval", "approval_note", "signer", "signed_on",
                "published_at",
                "withdrawn_at", "hash",
            ].map { words["archive.clearances.\($0)"] }
        ) { add in
            for one in clearances { try add(one.cells(words).map { .text($0) }) }
        }
        for one in clearances {
            guard let scan = one.scanID, let kind = one.scanKind else { continue }
            try addAttachment(
                scan, "\(folder)/\(words["archive.names.scan"])-\(one.id).\(kind.ending)", words["archive.parts.scan"],
                tx)
        }
    }

    private struct Event: Row {
        let at: Date
        let subject: String
        let number: String
        let kind: String
        let staffName: String?
        let from: String?
        let to: String?
        let code: String?

        init(_ row: RowReader) throws {
            at = try row["at"]
            subject = try row["subject"]
            number = try row["number"]
            kind = try row["kind"]
            staffName = try row["staff_name"]
            from = try row["from_state"]
            to = try row["to_state"]
            code = try row["code"]
        }
    }

    /// Codes and ids, as they are on record; and in words where there are some. That a file or a ledger was made or taken is not part of
    /// it: it would differ each time.
    func addEvents(_ it: Procedure, _ tx: borrowing Session) throws {
        try addTable(
            "\(words["archive.names.events"])", words["archive.parts.events"],
            ["at", "subject", "number", "kind", "words", "by", "from", "to", "code"].map {
                words["archive.events.\($0)"]
            }
        ) { add in
            try tx.each(
                """
                select e.at, e.subject, coalesce(s.number, w.number, c.number, e.subject_id::text) as number, e.kind,
                  m.display_name as staff_name, e.from_state, e.to_state, e.code
                from procedure_events(\(it.id)) e left join staff m on m.id = e.staff_id
                left join submissions s on e.subject = 'submission' and s.id = e.subject_id
                left join written_consultations w on e.subject = 'written' and w.id = e.subject_id
                left join cases c on e.subject = 'case' and c.id = e.subject_id
                where e.kind not in ('file_made', 'file_taken', 'ledger_taken')
                order by e.at, e.id
                """, as: Event.self, batch: 1000
            ) { event in
                let cells = [
                    OpinionLedger.moment(event.at), event.subject, event.number, event.kind, self.words(for: event),
                    event.staffName ?? self.words["procedures.events.by_itself"], event.from ?? "", event.to ?? "",
                    event.code ?? "",
                ]
                try add(cells.map { .text($0) })
            }
        }
    }

    private func words(for event: Event) -> String {
        let key = "archive.happened.\(event.subject).\(event.kind)"
        let general = "procedures.events.\(event.subject).\(event.kind)"
        return words.has(key) ? words[key] : words.has(general) && event.subject == "procedure" ? words[general] : ""
    }
}

/// A clearance with its reviewers and signers.
private struct Cleared: Row {
    let id: Int
    let scanID: UUID?
    let scanKind: FileKind?
    private let kind: String
    private let attribute: String
    private let proposed: String
    /// What stands at its head, and why.
    private let head: [String]
    private let texts: [String]

    init(_ row: RowReader) throws {
        id = try row["id"]
        scanID = try row["paper_scan_id"]
        scanKind = try row["media_type"]
        kind = try row["kind"]
        attribute = try row["disclosure_attribute"]
        proposed = try row["proposed_attribute"]
        func moment(_ name: String) throws -> String {
            let moment: Date? = try row[name]
            return moment.map(OpinionLedger.moment) ?? ""
        }
        func day(_ name: String) throws -> String {
            let day: CalendarDate? = try row[name]
            return day?.description ?? ""
        }
        func verdict(_ name: String) throws -> String {
            let verdict: Bool? = try row[name]
            return verdict.map { $0 ? "archive.verdicts.yes" : "archive.verdicts.no" } ?? ""
        }
        let (index, publisher): (String?, String?) = (try row["index_number"], try row["published_by"])
        head = [
            index ?? "", try row["document_number"], try day("written_on"), try row["subject"], try row["keywords"],
            publisher ?? "",
        ]
        let (reviewer, approver): (String?, String?) = (try row["reviewed_by_name"], try row["approved_by_name"])
        let hash: [UInt8] = try row["content_hash"]
        texts = [
            try row["title"], try row["attribute_reason"], try row["proposed_reason"],
            try row["reason"], try row["prepared_by_name"], try moment("prepared_at"), reviewer ?? "",
            try moment("reviewed_at"), try verdict("review_passed"), try row["review_note"], approver ?? "",
            try moment("approved_at"), try verdict("approval_granted"), try row["approval_note"],
            try row["paper_signer"], try day("paper_signed_on"), try moment("published_at"), try moment("withdrawn_at"),
            Hexadecimal.encode(hash),
        ]
    }

    func cells(_ words: FileWords) -> [String] {
        let texts = texts.map { $0.hasPrefix("archive.verdicts.") ? words[$0] : $0 }
        return [
            String(id), words["consultations.kinds.\(kind)"], texts[0], words["clearances.attributes.\(attribute)"],
            texts[1],
            words["clearances.attributes.\(proposed)"], texts[2],
        ] + head + texts.dropFirst(3)
    }

    static func of(procedure id: Int) -> SQL {
        """
        select c.id, c.kind, c.title, c.disclosure_attribute, c.attribute_reason, c.proposed_attribute, c.proposed_reason, v.index_number,
          c.document_number, c.written_on, c.subject, c.keywords, v.unit_name as published_by, c.reason,
          p.display_name as prepared_by_name, c.prepared_at, r.display_name as reviewed_by_name, c.reviewed_at, c.review_passed, c.review_note,
          a.display_name as approved_by_name, c.approved_at, c.approval_granted, c.approval_note, c.paper_signer, c.paper_signed_on,
          c.paper_scan_id, f.media_type, c.published_at, c.withdrawn_at, c.content_hash
        from clearances c join staff p on p.id = c.prepared_by left join staff r on r.id = c.reviewed_by left join staff a on a.id = c.approved_by
        left join attachments f on f.id = c.paper_scan_id
        left join published_versions v on v.procedure_id = c.procedure_id and v.kind = c.kind and v.content_hash = c.content_hash
          and v.published_at = c.published_at
        where c.procedure_id = \(id) order by c.id
        """
    }
}

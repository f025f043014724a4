import Documents
import Foundation
import Postgres
import Text

/// The parts themselves.
extension ProcedureFolder {
    // MARK: What was published

    private struct Version: Row {
        let kind: String
        let version: Int
        let title: String
        let content: String?
        let hash: [UInt8]
        let publishedAt: Date
        let isSealed: Bool

        init(_ row: RowReader) throws {
            kind = try row["kind"]
            version = try row["version"]
            title = try row["title"]
            content = try row["content"]
            hash = try row["content_hash"]
            publishedAt = try row["published_at"]
            isSealed = try row["is_sealed"]
        }
    }

    /// Each version as it was frozen, byte for byte: the SHA-256 of the file is the hash that stands on its page. Beside it a page to read.
    func addVersions(_ it: Procedure, _ tx: borrowing Session) throws {
        // A published result keeps its rows apart; the clearance has it whole.
        let versions = try tx.all(
            """
            select v.kind, v.version, v.title, c.content::text as content, v.content_hash, v.published_at, v.sealed_at is not null as is_sealed
            from published_versions v left join lateral (
              select c.content from clearances c where c.procedure_id = v.procedure_id and c.kind = v.kind and c.content_hash = v.content_hash
                and c.published_at is not null and v.sealed_at is null order by c.id limit 1) c on true
            where v.procedure_id = \(it.id) order by v.published_at, v.id
            """, as: Version.self)
        for version in versions {
            let kind = words["consultations.kinds.\(version.kind)"]
            let name = "\(words["archive.names.versions"])/\(kind)-\(version.version)"
            let title = "\(kind) \(version.version)"
            guard let content = version.content else {
                try addText(
                    name + ".txt", title,
                    words["archive.sealed"]
                        + "\n\(OpinionLedger.moment(version.publishedAt))\n\(Hexadecimal.encode(version.hash))\n")
                continue
            }
            try addText(name + ".json", title, content)
            try add(name + ".html", title) { path in
                let page = try StaticPage(path: path, title: version.title)
                try page.facts([
                    (words["archive.facts.kind"], kind),
                    (words["archive.facts.published_at"], OpinionLedger.moment(version.publishedAt)),
                    (words["archive.facts.hash"], Hexadecimal.encode(version.hash)),
                ])
                try show(content, of: version.kind, on: page)
                try page.close()
            }
        }
    }

    private func show(_ content: String, of kind: String, on page: StaticPage) throws {
        switch kind {
        case "announcement":
            let it = try PublishedContent.decode(PublishedContent.Announcement.self, from: content)
            try page.facts([
                (words["archive.facts.unit"], it.unit), (words["archive.facts.field"], it.field),
                (words["archive.facts.basis"], it.legalBasis),
                (words["archive.facts.opens_at"], OpinionLedger.moment(it.opensAt)),
                (words["archive.facts.closes_at"], OpinionLedger.moment(it.closesAt)),
                (words["archive.facts.shortening_reason"], it.shorteningReason),
                (words["archive.facts.contact_phone"], it.contact.phone),
                (words["archive.facts.contact_address"], it.contact.address),
                (words["archive.facts.contact_postcode"], it.contact.postcode),
                (words["archive.facts.contact_email"], it.contact.email),
            ])
            try page.heading(words["archive.facts.explanatory_note"])
            try page.paragraphs(it.explanatoryNote)
        case "draft", "revision":
            let it = try PublishedContent.decode(PublishedContent.Draft.self, from: content)
            try show(it.passages.map(PassageCells.init), extraColumns: it.extraColumns ?? [], on: page)
        case "result":
            let it = try PublishedContent.decode(PublishedContent.Result.self, from: content)
            try page.facts([
                (words["archive.facts.unit"], it.unit),
                (words["archive.facts.submissions"], String(it.counts.submissions)),
                (words["archive.facts.opinions"], String(it.counts.opinions)),
                (words["archive.facts.people"], String(it.counts.people)),
            ])
            try page.table(
                ["number", "label", "passage", "opinion", "outcome", "reason"].map { words["archive.result.\($0)"] }
            ) {
                add in
                for opinion in it.opinions ?? [] {
                    try add([
                        String(opinion.ordinal), opinion.label, opinion.passage ?? "",
                        opinion.body ?? words["archive.hidden"],
                        words["outcomes.\(opinion.outcome)"], opinion.reason,
                    ])
                }
            }
            try page.paragraphs(it.nextStep + "\n\(it.unitAtFoot)\n\(it.dateAtFoot)")
        default:
            let it = try PublishedContent.decode(PublishedContent.Change.self, from: content)
            try page.facts([
                (words["archive.facts.unit"], it.unit), (words["archive.facts.reason"], it.reason),
                (words["archive.facts.old_closes_at"], it.oldClosesAt.map(OpinionLedger.moment) ?? ""),
                (words["archive.facts.new_closes_at"], it.newClosesAt.map(OpinionLedger.moment) ?? ""),
            ])
        }
    }

    // MARK: The editions

    /// Every edition of the draft, published or not.
    func addEditions(_ it: Procedure, _ tx: borrowing Session) throws {
        let draft = try tx.one(Draft.with(id: it.draftID), as: Draft.self)
        let editions = try tx.all(Edition.of(draft: draft.id), as: Edition.self)
        for edition in editions.sorted(by: { $0.ordinal < $1.ordinal }) {
            let passages = try tx.all(Passage.of(edition: edition.id), as: Passage.self).map(\.cells)
            let stage = words["drafts.stages.\(edition.stage.rawValue)"]
            let name = "\(words["archive.names.editions"])/\(edition.ordinal)-\(stage)"
            let title = "\(draft.title) \(edition.ordinal) \(stage)"
            try add(name + ".html", title) { path in
                let page = try StaticPage(path: path, title: title)
                try page.facts([
                    (words["archive.facts.made"], OpinionLedger.moment(edition.createdAt)),
                    (words["archive.facts.by"], edition.createdBy ?? ""),
                    (words["archive.facts.source"], edition.sourceName),
                    (words["archive.facts.note"], edition.note),
                ])
                try show(passages, extraColumns: edition.extraColumns, on: page)
                try page.close()
            }
            guard draft.kind == .directory else { continue }
            let heading = DirectoryColumn.allCases.map(\.heading) + edition.extraColumns
            try add(name + ".xlsx", title) { path in
                try TableFile(name: stage, heading: heading, madeAt: edition.createdAt).write(to: path, as: .xlsx) {
                    add in
                    for cells in passages { try add(Self.row(cells, edition.extraColumns).map { .text($0) }) }
                }
            }
        }
    }

    private static func row(_ cells: PassageCells, _ extraColumns: [String]) -> [String] {
        DirectoryColumn.allCases.map { cells[$0] } + extraColumns.map { cells.extras[$0] ?? "" }
    }

    /// A directory as a table, a text as its clauses.
    private func show(_ passages: [PassageCells], extraColumns: [String], on page: StaticPage) throws {
        if passages.contains(where: { !$0.text.isEmpty }) {
            for cells in passages {
                let text = [cells[.number], cells.text].filter { !$0.isEmpty }.joined(separator: " ")
                try cells.depth > 0 ? page.heading(text) : page.paragraphs(text)
            }
            return
        }
        try page.table(DirectoryColumn.allCases.map(\.heading) + extraColumns) { add in
            for cells in passages { try add(Self.row(cells, extraColumns)) }
        }
    }

    // MARK: What was said, and answered

    private struct Answered: Row {
        let number: String
        let part: Int
        let outcome: String
        let reason: String
        let transferredTo: String
        let invalidCode: String?
        let answeredBy: String
        let answeredAt: Date
        let supersededAt: Date?

        init(_ row: RowReader) throws {
            number = try row["number"]
            part = try row["ordinal"]
            outcome = try row["outcome"]
            reason = try row["reason"]
            transferredTo = try row["transferred_to"]
            invalidCode = try row["invalid_code"]
            answeredBy = try row["answered_by_name"]
            answeredAt = try row["answered_at"]
            supersededAt = try row["superseded_at"]
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
            ["number", "part", "outcome", "reason", "transferred_to", "by", "at", "until"].map {
                words["archive.answers.\($0)"]
            }
        ) { add in
            try tx.each(
                """
                select s.number, o.ordinal, d.outcome, case when s.sealed_at is null and s.withdrawn_at is null then d.reason else '' end as reason,
                  d.transferred_to, d.invalid_code, m.display_name as answered_by_name, d.answered_at, d.superseded_at
                from dispositions d join opinions o on o.id = d.opinion_id join submissions s on s.id = o.submission_id
                join staff m on m.id = d.answered_by
                where s.procedure_id = \(it.id) order by s.id, o.ordinal, d.id
                """, as: Answered.self
            ) { answer in
                let why = answer.invalidCode.map { "：" + self.words["dispositions.invalid_codes.\($0)"] } ?? ""
                let cells = [
                    answer.number, String(answer.part), self.words["outcomes.\(answer.outcome)"] + why, answer.reason,
                    answer.transferredTo, answer.answeredBy, OpinionLedger.moment(answer.answeredAt),
                    answer.supersededAt.map(OpinionLedger.moment) ?? "",
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
    }

    private func addTable(
        _ name: String, _ title: String, _ heading: [String],
        _ rows: (_ add: ([SheetWriter.Cell]) throws -> Void) throws -> Void
    ) throws {
        try add(name + ".csv", title) { path in
            try TableFile(name: title, heading: heading).write(to: path, as: .csv, rows)
        }
    }

    // MARK: Who reviewed and approved, and who did what

    func addClearances(_ it: Procedure, _ tx: borrowing Session) throws {
        let clearances = try tx.all(Cleared.of(procedure: it.id), as: Cleared.self)
        let folder = words["archive.names.clearances"]
        try addTable(
            "\(folder)/\(words["archive.names.clearances"])", words["archive.parts.clearances"],
            [
                "id", "kind", "title", "attribute", "reason", "prepared_by", "prepared_at", "reviewed_by",
                "reviewed_at", "review",
                "review_note", "approved_by", "approved_at", "approval", "approval_note", "signer", "signed_on",
                "published_at",
                "withdrawn_at", "hash",
            ].map { words["archive.clearances.\($0)"] }
        ) { add in
            for one in clearances { try add(one.cells(words).map { .text($0) }) }
        }
        for one in clearances {
            guard let scan = one.scanID, let kind = one.scanKind else { continue }
            try add("\(folder)/\(words["archive.names.scan"])-\(one.id).\(kind.ending)", words["archive.parts.scan"]) {
                path in
                let url = URL(fileURLWithPath: path)
                try Data().write(to: url)
                let handle = try FileHandle(forWritingTo: url)
                defer { try? handle.close() }
                try tx.each(
                    "select data from attachment_chunks where attachment_id = \(scan) order by ordinal", as: Piece.self,
                    batch: 8
                ) { try handle.write(contentsOf: $0.data) }
            }
        }
    }

    private struct Piece: Row {
        let data: [UInt8]

        init(_ row: RowReader) throws { data = try row["data"] }
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

    /// Codes and ids, as they are on record; and in words where there are some. That a file was made or taken is not part of it: it would
    /// differ each time.
    func addEvents(_ it: Procedure, _ tx: borrowing Session) throws {
        try addTable(
            "\(words["archive.names.events"])", words["archive.parts.events"],
            ["at", "subject", "number", "kind", "words", "by", "from", "to", "code"].map {
                words["archive.events.\($0)"]
            }
        ) { add in
            try tx.each(
                """
                select e.at, e.subject, coalesce(s.number, e.subject_id::text) as number, e.kind, m.display_name as staff_name, e.from_state,
                  e.to_state, e.code
                from events e left join staff m on m.id = e.staff_id
                left join submissions s on e.subject = 'submission' and s.id = e.subject_id
                where e.subject = 'procedure' and e.subject_id = \(it.id) and e.kind not in ('file_made', 'file_taken')
                  or e.subject = 'clearance' and e.subject_id in (select id from clearances where procedure_id = \(it.id))
                  or e.subject = 'draft' and e.subject_id = \(it.draftID)
                  or e.subject = 'submission' and e.subject_id in (select id from submissions where procedure_id = \(it.id))
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
    private let texts: [String]

    init(_ row: RowReader) throws {
        id = try row["id"]
        scanID = try row["paper_scan_id"]
        scanKind = try row["media_type"]
        kind = try row["kind"]
        attribute = try row["disclosure_attribute"]
        func moment(_ name: String) throws -> String {
            let moment: Date? = try row[name]
            return moment.map(OpinionLedger.moment) ?? ""
        }
        func verdict(_ name: String) throws -> String {
            let verdict: Bool? = try row[name]
            return verdict.map { $0 ? "archive.verdicts.yes" : "archive.verdicts.no" } ?? ""
        }
        let (reviewer, approver): (String?, String?) = (try row["reviewed_by_name"], try row["approved_by_name"])
        let signedOn: CalendarDate? = try row["paper_signed_on"]
        let hash: [UInt8] = try row["content_hash"]
        texts = [
            try row["title"], try row["reason"], try row["prepared_by_name"], try moment("prepared_at"), reviewer ?? "",
            try moment("reviewed_at"), try verdict("review_passed"), try row["review_note"], approver ?? "",
            try moment("approved_at"),
            try verdict("approval_granted"), try row["approval_note"], try row["paper_signer"],
            signedOn?.description ?? "",
            try moment("published_at"), try moment("withdrawn_at"), Hexadecimal.encode(hash),
        ]
    }

    func cells(_ words: FileWords) -> [String] {
        let texts = texts.map { $0.hasPrefix("archive.verdicts.") ? words[$0] : $0 }
        return [
            String(id), words["consultations.kinds.\(kind)"], texts[0], words["clearances.attributes.\(attribute)"],
        ] + texts.dropFirst()
    }

    static func of(procedure id: Int) -> SQL {
        """
        select c.id, c.kind, c.title, c.disclosure_attribute, c.reason, p.display_name as prepared_by_name, c.prepared_at,
          r.display_name as reviewed_by_name, c.reviewed_at, c.review_passed, c.review_note, a.display_name as approved_by_name, c.approved_at,
          c.approval_granted, c.approval_note, c.paper_signer, c.paper_signed_on, c.paper_scan_id, f.media_type, c.published_at, c.withdrawn_at,
          c.content_hash
        from clearances c join staff p on p.id = c.prepared_by left join staff r on r.id = c.reviewed_by left join staff a on a.id = c.approved_by
        left join attachments f on f.id = c.paper_scan_id
        where c.procedure_id = \(id) order by c.id
        """
    }
}

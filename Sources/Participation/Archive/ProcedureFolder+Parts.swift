import Crypto
import Documents
import Foundation
import Postgres
import Text

/// What was published, and every edition of the draft.
extension ProcedureFolder {
    private struct Version: Row {
        let id: Int
        let kind: String
        let version: Int
        let title: String
        let hash: [UInt8]
        let publishedAt: Date
        /// Of a later edition: revised or final.
        let stage: String?

        init(_ row: RowReader) throws {
            id = try row["id"]
            kind = try row["kind"]
            version = try row["version"]
            title = try row["title"]
            hash = try row["content_hash"]
            publishedAt = try row["published_at"]
            stage = try row["stage"]
        }

        /// Nil once it is sealed. A published result keeps its rows apart; the clearance has it whole, unless it was emptied with another version's.
        func content(_ tx: borrowing Session) throws -> String? {
            try tx.firstValue(
                """
                select coalesce(nullif(c.content, '{}'), v.content)::text from published_versions v join clearances c on c.procedure_id = v.procedure_id and c.kind = v.kind
                  and c.content_hash = v.content_hash and c.published_at is not null
                where v.id = \(id) and v.sealed_at is null order by c.id limit 1
                """)
        }
    }

    /// Each version as it was frozen, byte for byte: the SHA-256 of the file is the hash that stands on its page. Where an opinion in it was
    /// sealed since, it is another, and the page beside it says so. One version is in memory at a time.
    func addVersions(_ it: Procedure, _ tx: borrowing Session) throws {
        let versions = try tx.all(
            """
            select id, kind, version, title, content_hash, published_at, content -> 'edition' ->> 'stage' as stage
            from published_versions where procedure_id = \(it.id)
            order by published_at, id
            """, as: Version.self)
        for version in versions {
            let stage = version.kind == "revision" ? version.stage : nil
            let kind = words[stage.map { "drafts.stages.\($0)" } ?? "consultations.kinds.\(version.kind)"]
            let name = "\(words["archive.names.versions"])/\(kind)-\(version.version)"
            let title = "\(kind) \(version.version)"
            let hash = Hexadecimal.encode(version.hash)
            guard let content = try version.content(tx) else {
                try addText(
                    name + ".txt", title,
                    words["archive.sealed"] + "\n\(OpinionLedger.moment(version.publishedAt))\n\(hash)\n")
                continue
            }
            let isAsPublished = Array(SHA256.hash(data: Array(content.utf8))) == version.hash
            try addText(name + ".json", title, content)
            try add(name + ".html", title) { path in
                let page = try StaticPage(path: path, title: version.title)
                try page.facts([
                    (words["archive.facts.kind"], kind),
                    (words["archive.facts.published_at"], OpinionLedger.moment(version.publishedAt)),
                    (words[isAsPublished ? "archive.facts.hash" : "archive.facts.original_hash"], hash),
                ])
                if !isAsPublished { try page.paragraphs(words["archive.sealed_within"]) }
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
            for form in it.gatherings ?? [] {
                try page.paragraphs("\(form.number) \(form.title) \(form.heldOn) \(form.submissions)/\(form.opinions)")
            }
            for form in it.questionnaires ?? [] { try page.paragraphs("\(form.number) \(form.title) \(form.sheets)") }
            try page.paragraphs(it.nextStep + "\n\(it.unitAtFoot)\n\(it.dateAtFoot)")
        case "gathering_notice", "participant_list", "gathering_record": try show(paper: content, on: page)
        case "gathering_change": try show(change: content, on: page)
        default:
            let it = try PublishedContent.decode(PublishedContent.Change.self, from: content)
            try page.facts([
                (words["archive.facts.unit"], it.unit), (words["archive.facts.reason"], it.reason),
                (words["archive.facts.old_closes_at"], it.oldClosesAt.map(OpinionLedger.moment) ?? ""),
                (words["archive.facts.new_closes_at"], it.newClosesAt.map(OpinionLedger.moment) ?? ""),
            ])
        }
    }

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
            try addChanges(in: edition, since: editions, as: name, tx)
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

    /// Where each passage comes from in the edition before, and each of its columns that reads otherwise.
    private func addChanges(
        in edition: Edition, since all: [Edition], as name: String, _ tx: borrowing Session
    ) throws {
        guard let before = all.filter({ $0.ordinal < edition.ordinal }).max(by: { $0.ordinal < $1.ordinal }) else {
            return
        }
        let links = try EditionLineage.read(from: before.id, to: edition.id, tx).links
        let old = try tx.all(Passage.of(edition: before.id), as: Passage.self)
        let new = try tx.all(Passage.of(edition: edition.id), as: Passage.self)
        let extras = Array(Set(before.extraColumns + edition.extraColumns)).sorted()
        try addTable(
            "\(name)-\(words["archive.names.changes"])", words["archive.parts.changes"],
            ["place", "before", "what", "column", "was", "is"].map { words["archive.changes.\($0)"] }
        ) { add in
            for passage in new {
                let places = links.filter { $0.new == passage.position }.map(\.old).sorted()
                let sources = old.filter { places.contains($0.position) }.map(\.cells)
                let changed =
                    sources.isEmpty ? [] : Self.changes(from: .joined(sources), to: passage.cells, extras, words)
                let what =
                    sources.isEmpty
                    ? "added" : !changed.isEmpty ? "changed" : places == [passage.position] ? "same" : "moved"
                for change in changed.isEmpty ? [CellChange(column: "", was: "", now: "")] : changed {
                    try add(
                        [
                            String(passage.position), places.map { String($0) }.joined(separator: "、"),
                            words["archive.changes.kinds.\(what)"], change.column, change.was, change.now,
                        ].map { .text($0) })
                }
            }
            let kept = Set(links.map(\.old))
            for passage in old where !kept.contains(passage.position) {
                try add(["", String(passage.position), words["archive.changes.kinds.dropped"]].map { .text($0) })
            }
        }
    }

    /// A column of a passage that reads otherwise than before.
    private struct CellChange {
        let column: String
        let was: String
        let now: String
    }

    private static func changes(
        from old: PassageCells, to new: PassageCells, _ extraColumns: [String], _ words: FileWords
    ) -> [CellChange] {
        var all = DirectoryColumn.allCases.map { CellChange(column: $0.heading, was: old[$0], now: new[$0]) }
        all += extraColumns.map { CellChange(column: $0, was: old.extras[$0] ?? "", now: new.extras[$0] ?? "") }
        all.append(CellChange(column: words["archive.changes.text"], was: old.text, now: new.text))
        return all.filter { $0.was != $0.now }
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
}

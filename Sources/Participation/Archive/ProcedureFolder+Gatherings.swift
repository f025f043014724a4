import Documents
import Foundation
import Postgres
import Text

/// 听证会, 座谈会, 实地走访: each with who had a part in it as far as they agreed to be named, what was said, what everybody got and confirmed,
/// how places were drawn, with photographs and signed paper. What was published of them stands with the other versions.
extension ProcedureFolder {
    /// A line of a table, as the query has put it together.
    private struct Line: Row {
        let cells: [String]

        init(_ row: RowReader) throws { cells = try row["cells"] }
    }

    func addGatherings(_ it: Procedure, _ tx: borrowing Session) throws {
        guard try tx.value("select exists (select from gatherings where procedure_id = \(it.id))", as: Bool.self) else {
            return
        }
        try addLines(
            "gatherings", ["number", "kind", "title", "place", "starts_at", "ends_at", "state", "basis", "reason"],
            """
            select array[g.number, g.kind, g.title, g.place, coalesce(g.starts_at::text, ''), coalesce(g.ends_at::text, ''), g.state,
              g.legal_basis, g.practice_reason] as cells
            from gatherings g where g.procedure_id = \(it.id) order by g.id
            """, tx)
        try addLines(
            "entries", ["number", "position", "kind", "who", "words", "replaces", "said_at", "submission"],
            """
            select array[g.number, e.position::text, e.kind, coalesce(p.role || p.seat, ''), e.body, coalesce(r.position::text, ''),
              e.said_at::text, coalesce(s.number, '')] as cells
            from gathering_entries e join gatherings g on g.id = e.gathering_id left join gathering_people p on p.id = e.person_id
            left join gathering_entries r on r.id = e.replaces left join submissions s on s.id = e.submission_id
            where g.procedure_id = \(it.id) order by g.id, e.position
            """, tx)
        // Who they are stands encrypted elsewhere and is erased by rule; here is what they agreed to.
        try addLines(
            "people",
            [
                "number", "role", "seat", "name", "unit", "state", "presence", "delivered_on", "receipt", "confirmed",
                "objected",
            ],
            """
            select array[g.number, p.role, p.seat::text, p.public_name, p.shown_unit,
              concat_ws(' ', p.state, nullif(p.removed_reason, '')), coalesce(p.presence, ''),
              coalesce(d.delivered_on::text, ''), coalesce(encode(a.sha256, 'hex'), ''),
              (select count(*) from transcript_marks m where m.person_id = p.id and m.verdict = 'confirmed')::text,
              (select coalesce(string_agg(m.page || ' ' || m.note, ' / ' order by m.page), '') from transcript_marks m
                where m.person_id = p.id and m.verdict = 'objected')] as cells
            from gathering_people p join gatherings g on g.id = p.gathering_id left join material_deliveries d on d.person_id = p.id
            left join attachments a on a.id = d.scan_id
            where g.procedure_id = \(it.id) order by g.id, p.role, p.seat
            """, tx)
        try addPhotos(it, tx)
        let lots = try tx.all(
            """
            select array[g.number, l.lot_id::text, l.file::text] as cells
            from public_lots l join gatherings g on g.id = l.gathering_id where g.procedure_id = \(it.id) order by g.id, l.lot_id
            """, as: Line.self)
        for (index, lot) in lots.enumerated() {
            guard let number = lot.cells.first, let file = lot.cells.last else { continue }
            try addText(
                "\(words["archive.gatherings.folder"])/\(number)-lot-\(index + 1).json",
                words["archive.gatherings.lot"],
                file)
        }
        try addScans(it, tx)
    }

    /// A file that belongs to a gathering.
    private struct Kept: Row {
        let id: UUID
        /// Where it stands in the folder, but for how a name ends.
        let name: String
        let kind: FileKind
        /// What it is, as the words below `archive.gatherings` call it.
        let what: String

        init(_ row: RowReader) throws {
            (id, name, kind, what) = (
                try row["id"], try row["name"], try row["media_type"], try row["what"]
            )
        }

        var path: String { "\(name).\(kind.ending)" }
    }

    private func add(_ kept: Kept, to folder: String, _ tx: borrowing Session) throws {
        try addAttachment(kept.id, "\(folder)/\(kept.path)", words["archive.gatherings.\(kept.what)"], tx)
    }

    /// A photograph, and its line in the table beside it.
    private struct Photo: Row {
        let kept: Kept
        let cells: [String]
        let isPublic: Bool
        let sha256: String

        init(_ row: RowReader) throws {
            (kept, cells, isPublic, sha256) = (
                try Kept(row), try row["cells"], try row["is_public"], try row["sha256"]
            )
        }
    }

    /// As they are stored: made smaller and rid of place, time and device where they were taken.
    private func addPhotos(_ it: Procedure, _ tx: borrowing Session) throws {
        let photos = try tx.all(
            """
            select a.id, a.media_type, g.number || '-' || row_number() over (partition by g.id order by f.taken_at, f.key) as name,
              'photo' as what, array[g.number, f.taken_at::text, f.caption] as cells, not f.shows_people or f.consents as is_public,
              encode(a.sha256, 'hex') as sha256
            from gathering_photos f join gatherings g on g.id = f.gathering_id join attachments a on a.id = f.attachment_id
            where g.procedure_id = \(it.id) order by g.id, f.taken_at, f.key
            """, as: Photo.self)
        guard !photos.isEmpty else { return }
        let title = words["archive.gatherings.photos"]
        let folder = "\(words["archive.gatherings.folder"])/\(title)"
        try addTable(
            folder, title,
            ["number", "taken_at", "words", "public", "sha256", "file"].map {
                words["archive.gatherings.columns.\($0)"]
            }
        ) { add in
            for photo in photos {
                let isPublic = words["archive.gatherings.public.\(photo.isPublic ? "yes" : "no")"]
                try add((photo.cells + [isPublic, photo.sha256, photo.kept.path]).map { .text($0) })
            }
        }
        for photo in photos { try add(photo.kept, to: folder, tx) }
    }

    /// What was signed on paper: the record of a draw before witnesses, and the pages of a transcript.
    private func addScans(_ it: Procedure, _ tx: borrowing Session) throws {
        let scans = try tx.all(
            """
            select a.id, a.media_type, k.name, k.what
            from gatherings g cross join lateral (
              select l.scan_id as id, g.number || '-lot-' || l.id as name, 'lot_scan' as what from lots l
              where l.gathering_id = g.id and l.scan_id is not null
              union all
              select g.transcript_scan_id, g.number || '-transcript', 'transcript_scan' where g.transcript_scan_id is not null) k
            join attachments a on a.id = k.id where g.procedure_id = \(it.id) order by g.id, k.name
            """, as: Kept.self)
        for scan in scans { try add(scan, to: words["archive.gatherings.folder"], tx) }
    }

    private func addLines(_ name: String, _ columns: [String], _ rows: SQL, _ tx: borrowing Session) throws {
        let title = words["archive.gatherings.\(name)"]
        try addTable(
            "\(words["archive.gatherings.folder"])/\(title)", title,
            columns.map { words["archive.gatherings.columns.\($0)"] }
        ) { add in
            try tx.each(rows, as: Line.self, batch: 500) { try add($0.cells.map { .text($0) }) }
        }
    }

    /// A published paper of a gathering.
    func show(paper content: String, on page: StaticPage) throws {
        let it = try PublishedContent.decode(PublishedContent.GatheringPaper.self, from: content)
        try page.facts([(words["archive.facts.unit"], it.unit)] + it.facts.map { ($0.label, $0.text) })
        for section in it.sections {
            try page.heading(section.heading)
            try page.paragraphs(section.text)
            for table in section.tables {
                try page.table(table.heading) { add in for row in table.rows { try add(row) } }
            }
        }
    }

    /// A published change of one.
    func show(change content: String, on page: StaticPage) throws {
        let it = try PublishedContent.decode(PublishedContent.GatheringChange.self, from: content)
        try page.facts([
            (words["archive.facts.unit"], it.unit), (words["archive.facts.number"], it.number),
            (words["archive.facts.reason"], it.reason),
            (words["archive.gatherings.was"], it.oldStartsAt.map(OpinionLedger.moment) ?? ""),
            (words["archive.gatherings.now"], it.newStartsAt.map(OpinionLedger.moment) ?? ""),
            (words["archive.gatherings.columns.place"], it.place ?? ""),
        ])
    }
}

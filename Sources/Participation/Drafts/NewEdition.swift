import Foundation
import Postgres

/// An edition on its way into the database: the first of a new draft, or the next one. What it holds is put in afterwards.
struct NewEdition {
    let target: ImportDirectory.Target
    let kind: Draft.Kind
    let sourceName: String
    /// What was confirmed: the same is imported once.
    let upload: UUID?
    /// What a person has compared it with.
    var compared: SeenEdition?
    var extraColumns: [String] = []

    struct Begun: Row {
        let draftID: Int
        let id: Int
        let ordinal: Int
        let unitID: Int

        init(_ row: RowReader) throws {
            draftID = try row["draft_id"]
            id = try row["id"]
            ordinal = try row["ordinal"]
            unitID = try row["unit_id"]
        }
    }

    /// Imports by hand are rare; one at a time makes ordinals and the search for a twin simple.
    static func lock(_ tx: borrowing Session) throws {
        try tx.execute("select pg_advisory_xact_lock(hashtext('minyi.import_directory'))")
    }

    /// What an upload became that was imported before.
    static func of(upload: UUID, _ tx: borrowing Session) throws -> Begun? {
        try tx.first(
            """
            select e.draft_id, e.id, e.ordinal, d.unit_id from editions e join drafts d on d.id = e.draft_id
            where e.upload_id = \(upload)
            """, as: Begun.self)
    }

    /// - Throws: `NoRow` for a draft that is not there or not visible to the actor; `ImportDirectory.EditionInBetween`.
    func begin(_ tx: borrowing Session) throws -> Begun {
        let draft: Int
        var (stage, note, last): (Edition.Stage, String, Edition?) = (.first, "", nil)
        switch target {
        case .draft(let title, let field, let unitID):
            draft = try tx.value(
                """
                insert into drafts (kind, title, field, unit_id, unit_ids, created_by)
                values (\(kind.rawValue), \(title), \(field), \(unitID), \([unitID]), actor_staff()) returning id
                """, as: Int.self)
        case .edition(let ofDraft, let nextStage, let nextNote):
            (draft, stage, note) = (ofDraft, nextStage, nextNote)
            last = try tx.all(Edition.of(draft: draft), as: Edition.self).first
        }
        let ordinal = (last?.ordinal ?? 0) + 1
        let begun = try tx.one(
            """
            insert into editions (draft_id, ordinal, stage, source_name, note, upload_id, extra_columns, unit_ids, created_by)
            select d.id, \(ordinal), \(stage.rawValue), \(sourceName), \(note), \(upload), \(extraColumns), d.unit_ids, actor_staff()
            from drafts d where d.id = \(draft) and d.kind = \(kind.rawValue)
            returning draft_id, id, ordinal, (select unit_id from drafts where id = \(draft)) as unit_id
            """, as: Begun.self)
        // Only now nobody changes the one before any more.
        if let last, let compared, try tx.one(SeenEdition.with(edition: last.id), as: SeenEdition.self) != compared {
            throw ImportDirectory.EditionInBetween()
        }
        return begun
    }
}

/// A passage on its way into an edition.
struct NewPassage {
    let number: String
    /// Of a row.
    var cells: (DirectoryColumn) -> String = { _ in "" }
    var extras: [String: String] = [:]
    /// Of a clause or heading.
    var text = ""
    var depth = 0

    /// One statement for all: arrays, one a column.
    static func insert(_ passages: [NewPassage], edition: Int, _ tx: borrowing Session) throws {
        func column(_ column: DirectoryColumn) -> [String] { passages.map { $0.cells(column) } }
        let extras = try passages.map { passage in
            passage.extras.isEmpty ? "{}" : String(decoding: try JSONEncoder().encode(passage.extras), as: UTF8.self)
        }
        try tx.execute(
            """
            insert into passages (edition_id, position, number, text, depth, extras, level1, level2, level3,
              content_elements, legal_basis, time_limit, publisher, carriers, audience, disclosure_mode, tier, source)
            select \(edition), r.position, r.number, r.text, r.depth, r.extras::jsonb, r.level1, r.level2, r.level3,
              r.content_elements, r.legal_basis, r.time_limit, r.publisher, r.carriers, r.audience, r.disclosure_mode, r.tier, r.source
            from unnest(\(passages.map(\.number))::text[], \(passages.map(\.text))::text[],
              \(passages.map(\.depth))::int[], \(extras)::text[], \(column(.level1))::text[],
              \(column(.level2))::text[], \(column(.level3))::text[], \(column(.contentElements))::text[],
              \(column(.legalBasis))::text[], \(column(.timeLimit))::text[], \(column(.publisher))::text[],
              \(column(.carriers))::text[], \(column(.audience))::text[], \(column(.disclosureMode))::text[],
              \(column(.tier))::text[], \(column(.source))::text[])
              with ordinality r (number, text, depth, extras, level1, level2, level3, content_elements, legal_basis,
                time_limit, publisher, carriers, audience, disclosure_mode, tier, source, position)
            """)
    }
}

import Foundation
import Postgres

/// What the public is asked about, as a whole: a directory or a text, with one edition or more.
package struct Draft: Row, Equatable {
    package enum Kind: String, PostgresValue, Sendable {
        case directory, text
    }

    package let id: Int
    package let kind: Kind
    package let title: String
    package let field: String
    package let unitID: Int
    package let unitName: String
    /// The newest edition.
    package let editionID: Int
    package let editionOrdinal: Int
    /// Rows of the newest edition.
    package let rows: Int
    package let updatedAt: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        kind = try row["kind"]
        title = try row["title"]
        field = try row["field"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        editionID = try row["edition_id"]
        editionOrdinal = try row["edition_ordinal"]
        rows = try row["rows"]
        updatedAt = try row["updated_at"]
    }

    private static let columns: SQL = """
        select d.id, d.kind, d.title, d.field, d.unit_id, u.name as unit_name, e.id as edition_id, e.ordinal as edition_ordinal,
          e.created_at as updated_at, (select count(*) from passages p where p.edition_id = e.id) as rows
        from drafts d join units u on u.id = d.unit_id
        join lateral (select id, ordinal, created_at from editions where draft_id = d.id order by ordinal desc limit 1) e on true
        """

    /// Those the actor may see, the newest first.
    package static let all: SQL = "\(columns) order by e.created_at desc, d.id desc limit 500"

    package static func with(id: Int) -> SQL { "\(columns) where d.id = \(id)" }
}

/// One edition of a draft: first (征求意见稿), revised (修改稿), final (正式稿).
package struct Edition: Row, Equatable {
    package enum Stage: String, PostgresValue, CaseIterable {
        case first, revised, final
    }

    package let id: Int
    package let draftID: Int
    package let ordinal: Int
    package let stage: Stage
    /// The name of the file it was imported from.
    package let sourceName: String
    package let note: String
    package let rows: Int
    package let createdBy: String?
    package let createdAt: Date
    /// Local columns of a directory, in order.
    package let extraColumns: [String]
    /// Nil while it is worked on.
    package let frozenAt: Date?
    /// From a file or a pasted text, and not begun as a copy of the one before.
    package let isImported: Bool

    package init(_ row: RowReader) throws {
        id = try row["id"]
        draftID = try row["draft_id"]
        ordinal = try row["ordinal"]
        stage = try row["stage"]
        sourceName = try row["source_name"]
        note = try row["note"]
        rows = try row["rows"]
        createdBy = try row["created_by_name"]
        createdAt = try row["created_at"]
        extraColumns = try row["extra_columns"]
        frozenAt = try row["frozen_at"]
        isImported = try row["is_imported"]
    }

    package var isWorkedOn: Bool { frozenAt == nil }

    private static let columns: SQL = """
        select e.id, e.draft_id, e.ordinal, e.stage, e.source_name, e.note, s.display_name as created_by_name, e.created_at,
          e.extra_columns, e.frozen_at, e.upload_id is not null or e.source_name <> '' as is_imported,
          (select count(*) from passages p where p.edition_id = e.id) as rows
        from editions e left join staff s on s.id = e.created_by
        """

    /// The newest first.
    package static func of(draft: Int) -> SQL { "\(columns) where e.draft_id = \(draft) order by e.ordinal desc" }

    package static func with(id: Int) -> SQL { "\(columns) where e.id = \(id)" }

    /// Those that went before the public in a procedure, as commented on or later, and came before another edition.
    static func published(of procedure: Procedure, before edition: Edition, _ tx: borrowing Session) throws -> [Edition]
    {
        try tx.all(
            """
            \(columns) where e.ordinal < \(edition.ordinal) and (e.id = \(procedure.editionID) or e.id in (select c.edition_id
              from clearances c where c.procedure_id = \(procedure.id) and c.kind = 'revision' and c.published_at is not null))
            order by e.ordinal
            """, as: Edition.self)
    }

    package static func with(draft: Int, ordinal: Int) -> SQL {
        "\(columns) where e.draft_id = \(draft) and e.ordinal = \(ordinal)"
    }
}

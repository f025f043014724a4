import Foundation
import Postgres

/// A row of a directory, or a clause or heading of a text: what a comment can be about.
package struct Passage: Row, Equatable, Identifiable {
    package let id: Int
    package let editionID: Int
    /// From 1, in the order of the edition.
    package let position: Int
    /// Survives from edition to edition, so that a comment stays with its row.
    package let lineage: UUID
    /// Grows with every change of its words.
    package let version: Int
    package let cells: PassageCells

    package init(_ row: RowReader) throws {
        id = try row["id"]
        editionID = try row["edition_id"]
        position = try row["position"]
        lineage = try row["lineage"]
        version = try row["version"]
        cells = try PassageCells(row)
    }

    package subscript(column: DirectoryColumn) -> String { cells[column] }
    /// 序号 or 第×条, as people call it.
    package var number: String { cells[.number] }
    package var level1: String { cells[.level1] }
    package var level2: String { cells[.level2] }
    package var level3: String { cells[.level3] }
    package var contentElements: String { cells[.contentElements] }
    package var legalBasis: String { cells[.legalBasis] }
    package var timeLimit: String { cells[.timeLimit] }
    package var publisher: String { cells[.publisher] }
    package var carriers: String { cells[.carriers] }
    package var audience: String { cells[.audience] }
    package var disclosureMode: String { cells[.disclosureMode] }
    package var tier: String { cells[.tier] }
    package var source: String { cells[.source] }

    static let columns: SQL = """
        g.id, g.edition_id, g.position, g.lineage, g.version, g.number, g.level1, g.level2, g.level3, g.content_elements,
        g.legal_basis, g.time_limit, g.publisher, g.carriers, g.audience, g.disclosure_mode, g.tier, g.source, g.text, g.depth,
        g.extras::text as extras
        """

    /// The passages of an edition in order.
    package static func of(edition: Int) -> SQL {
        "select \(columns) from passages g where g.edition_id = \(edition) order by g.position"
    }

    /// What a procedure asks about, in order.
    package static func asked(by procedure: Int) -> SQL {
        """
        select \(columns) from passages g where g.edition_id = (select edition_id from procedures where id = \(procedure))
        order by g.position
        """
    }

    package static func at(_ position: Int, of edition: Int) -> SQL {
        "select \(columns) from passages g where g.edition_id = \(edition) and g.position = \(position)"
    }

    package static func with(id: Int) -> SQL { "select \(columns) from passages g where g.id = \(id)" }

    /// A passage as it was in an earlier version, told from the record of changes.
    static func earlier(_ now: Passage, version: Int) -> SQL {
        """
        select \(columns) from passages p cross join lateral jsonb_populate_record(p, (
          select coalesce(jsonb_object_agg(e.key, e.value order by c.id desc), '{}')
          from (select id, before from passage_changes where edition_id = p.edition_id and lineage = p.lineage and kind in ('edited', 'renumbered')
            order by id desc limit greatest(0, p.version - \(version))) c, jsonb_each(c.before) e)) g
        where p.id = \(now.id)
        """
    }
}

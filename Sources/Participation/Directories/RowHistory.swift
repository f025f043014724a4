import Foundation
import Postgres
import Text

/// A row of a directory through every edition that was published.
package struct RowHistory: Sendable {
    package struct Entry: Sendable {
        package let edition: PublicEdition
        /// What the row was in it: several where they were joined later; none where it was not in it, or the edition is sealed.
        package let passages: [PublishedContent.Draft.Passage]
        /// The opinions that what changed in it carries out.
        package let carriedOut: [PublishedContent.Draft.CarriedOut]

        /// Its words, those of several after each other.
        package var cells: PassageCells? { passages.isEmpty ? nil : .joined(passages.map(PassageCells.init)) }
    }

    /// The newest edition first.
    package let entries: [Entry]

    /// - Returns: nil where no published edition of the directory has such a row.
    package static func read(
        lineage: UUID, directory id: Int, _ tx: borrowing Session
    ) throws -> RowHistory? {
        // Asked by anybody with any number: what there is not costs a look into an index, and not every edition.
        guard try tx.value("select is_public_row(\(id), \(lineage))", as: Bool.self) else { return nil }
        let found = try tx.all(query(lineage, id), as: Found.self)
        guard found.contains(where: { !$0.entry.passages.isEmpty }) else { return nil }
        return RowHistory(entries: found.map(\.entry).reversed())
    }

    /// Along the origins that were published with the newest edition that has the row, where it says any; else along its lineage.
    private static func query(_ lineage: UUID, _ id: Int) -> SQL {
        let lineage = lineage.uuidString
        return """
            with e as (
              select distinct on (e.ordinal) \(PublicEdition.columns), v.content from \(PublicEdition.source)
              where e.draft_id = \(id) order by e.ordinal, v.id desc
            ), newest as (
              select e.ordinal, e.content, x.value as passage from e, lateral jsonb_array_elements(e.content -> 'passages') x
              where x.value ->> 'lineage' = \(lineage) order by e.ordinal desc limit 1
            )
            select e.ordinal, e.stage, e.procedure_number, e.kind, e.version, e.published_at, e.sealed_at,
              coalesce(r.passages, '[]')::text as passages, coalesce((
                select jsonb_agg(c.value) from jsonb_array_elements(e.content -> 'carriedOut') c
                where exists (select from jsonb_array_elements(c.value -> 'passages') q where r.positions @> q.value)), '[]')::text as carried_out
            from e cross join newest n left join lateral (
              select t.value -> 'positions' -> ((n.passage ->> 'position')::int - 1) as positions
              from jsonb_array_elements(n.content -> 'origins') t where (t.value ->> 'ordinal')::int = e.ordinal
            ) o on e.ordinal < n.ordinal
            cross join lateral (
              select jsonb_agg(x.value order by (x.value ->> 'position')::int) as passages, jsonb_agg(x.value -> 'position') as positions
              from jsonb_array_elements(e.content -> 'passages') x
              where case when o.positions is null then x.value ->> 'lineage' = \(lineage) else o.positions @> (x.value -> 'position') end
            ) r
            order by e.ordinal
            """
    }

    private struct Found: Row {
        let entry: Entry

        init(_ row: RowReader) throws {
            entry = Entry(
                edition: try PublicEdition(row),
                passages: try PublishedContent.decode(
                    [PublishedContent.Draft.Passage].self, from: try row["passages"]),
                carriedOut: try PublishedContent.decode(
                    [PublishedContent.Draft.CarriedOut].self, from: try row["carried_out"]))
        }
    }
}

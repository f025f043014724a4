import Postgres
import Text

/// Which passages of a later edition come from which of an earlier one, by their positions from 1, through all editions between.
package struct EditionLineage: Sendable, Equatable {
    package struct Link: Row, Equatable {
        package let old: Int
        package let new: Int

        package init(old: Int, new: Int) { (self.old, self.new) = (old, new) }

        package init(_ row: RowReader) throws {
            old = try row["old"]
            new = try row["new"]
        }
    }

    package let links: [Link]

    package init(_ links: [Link]) { self.links = links }

    /// - Parameters: editions of one draft.
    package static func read(from old: Int, to new: Int, _ tx: borrowing Session) throws -> EditionLineage {
        EditionLineage(
            try tx.all(
                """
                with recursive line (passage_id, ancestor_id) as (
                  select id, id from passages where edition_id = \(new)
                  union
                  select l.passage_id, o.origin_id from line l join passage_origins o on o.passage_id = l.ancestor_id
                )
                select o.position as old, n.position as new from line l join passages n on n.id = l.passage_id
                join passages o on o.id = l.ancestor_id where o.edition_id = \(old) order by n.position, o.position
                """, as: Link.self))
    }

    /// What belongs together, one to one, one to several or several to one. Where several became several, each of the new ones
    /// continues the first of its origins that none before it continues, and the others join where they can.
    package var groups: [EditionMatch.Group] {
        var (oldOfNew, newOfOld): ([Int: [Int]], [Int: [Int]]) = ([:], [:])
        for link in links where oldOfNew[link.new] == nil && newOfOld[link.old] == nil {
            oldOfNew[link.new] = [link.old]
            newOfOld[link.old] = [link.new]
        }
        for link in links {
            if oldOfNew[link.new] == nil, let main = newOfOld[link.old], let first = main.first,
                oldOfNew[first]?.count == 1
            {
                newOfOld[link.old] = main + [link.new]
                oldOfNew[link.new] = []
            } else if newOfOld[link.old] == nil, let main = oldOfNew[link.new], let first = main.first,
                newOfOld[first]?.count == 1
            {
                oldOfNew[link.new] = main + [link.old]
                newOfOld[link.old] = []
            }
        }
        return oldOfNew.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { new, old in
            let parts = old.count == 1 ? newOfOld[old[0]] ?? [new] : [new]
            return EditionMatch.Group(old: old.map { $0 - 1 }, new: parts.map { $0 - 1 })
        }
    }
}

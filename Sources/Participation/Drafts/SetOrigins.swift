import Foundation
import Postgres
import Text

/// Confirms from which passages of the edition before those of an edition come, corrected where a person knows better.
package struct SetOrigins: Sendable {
    package let edition: Edition
    /// By the passage's id, positions in the edition before; passages that are not named stay as they are.
    package let positions: [Int: [Int]]

    package init(of edition: Edition, positions: [Int: [Int]]) { (self.edition, self.positions) = (edition, positions) }

    /// Several to several: nobody could say what became of what.
    package struct Contradiction: Error, Sendable, Equatable {
        /// Ids of the passages concerned.
        package let passages: [Int]
    }

    /// - Throws: `Contradiction`; `Refusal` `passage_origins_before` for a position that is not there.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        try await database.write(as: actor, deadline: .seconds(30)) { tx in
            try tx.execute("select hold_edition(\(edition.id))")
            let before = try tx.one(
                Edition.with(draft: edition.draftID, ordinal: edition.ordinal - 1), as: Edition.self)
            let ids = try Self.byPosition(before.id, tx)
            var origins = Dictionary(
                grouping: try tx.all(
                    """
                    select o.passage_id, o.origin_id from passage_origins o join passages g on g.id = o.passage_id
                    where g.edition_id = \(edition.id)
                    """, as: Pair.self), by: \.passage
            ).mapValues { $0.map(\.origin) }
            for (passage, positions) in positions { origins[passage] = positions.map { ids[$0] ?? -1 } }
            let takers = Dictionary(grouping: origins.flatMap { passage, from in from.map { (passage, $0) } }) { $0.1 }
            // Of several origins none may also go on elsewhere.
            let unclear = origins.filter { $1.count > 1 && $1.contains { (takers[$0]?.count ?? 0) > 1 } }
            guard unclear.isEmpty else { throw Contradiction(passages: unclear.keys.sorted()) }
            let pairs = origins.flatMap { passage, from in from.map { (passage, $0) } }
            try tx.execute("select set_origins(\(edition.id), \(pairs.map(\.0)), \(pairs.map(\.1)))")
            try tx.execute("select confirm_origins(\(edition.id))")
        }
    }

    /// Who confirmed it last, and when; nobody, where rows came or went since.
    package struct Confirmed: Row {
        package let by: String
        package let at: Date

        package init(_ row: RowReader) throws {
            by = try row["display_name"]
            at = try row["at"]
        }

        package static func of(_ edition: Edition) -> SQL {
            """
            select s.display_name, e.at from events e join staff s on s.id = e.staff_id
            where e.subject = 'draft' and e.subject_id = \(edition.draftID) and e.kind = 'origins_confirmed'
              and e.code = \(String(edition.id)) and not exists (select from passage_changes c where c.edition_id = \(edition.id)
                and c.kind in ('added', 'split', 'merged', 'restored') and c.at > e.at)
            order by e.at desc limit 1
            """
        }
    }

    /// The ids of an edition's passages by their positions.
    private static func byPosition(_ edition: Int, _ tx: borrowing Session) throws -> [Int: Int] {
        Dictionary(
            uniqueKeysWithValues: try tx.all(Passage.of(edition: edition), as: Passage.self).map {
                ($0.position, $0.id)
            })
    }

    private struct Pair: Row {
        let passage: Int
        let origin: Int

        init(_ row: RowReader) throws {
            passage = try row["passage_id"]
            origin = try row["origin_id"]
        }
    }

    /// What the words and places of an edition's passages propose, after an import. Needs the edition to have none yet.
    /// - Returns: how many passages of the edition before go on.
    package static func propose(edition: Int, draft: Int, _ tx: borrowing Session) throws -> Int {
        let new = try tx.one(Edition.with(id: edition), as: Edition.self)
        guard let old = try tx.first(Edition.with(draft: draft, ordinal: new.ordinal - 1), as: Edition.self) else {
            return 0
        }
        let (before, after) = (
            try tx.all(Passage.of(edition: old.id), as: Passage.self),
            try tx.all(Passage.of(edition: new.id), as: Passage.self)
        )
        let match = EditionMatch(
            from: before.map(\.cells), to: after.map(\.cells),
            extraColumns: PassageCells.extraColumns(of: new.extraColumns, and: old.extraColumns))
        let pairs = match.links.flatMap { link in
            link.new.flatMap { n in link.old.map { o in (after[n].id, before[o].id) } }
        }
        try tx.execute("select set_origins(\(edition), \(pairs.map(\.0)), \(pairs.map(\.1)))")
        return match.links.count { !$0.old.isEmpty && !$0.new.isEmpty }
    }
}

import Postgres

/// A passage with everything its page shows, read at one moment.
package struct PassageFile: Sendable {
    package let draft: Draft
    package let edition: Edition
    package let passage: Passage
    /// What it comes from in the edition before, in order.
    package let origins: [Passage]
    /// The edition that no longer has it.
    package let droppedIn: Edition?
    /// Newest first.
    package let history: [PassageChange]
    /// Opinions that its change, or its dropping, could carry out; empty where nothing changed it.
    package let opinions: [LinkableOpinion]
    /// Ids of those that stand before and after it.
    package let previous: Int?
    package let next: Int?

    /// The edition in which its change is made, if any: its own, or the one that dropped it.
    package var changedIn: Edition? { droppedIn ?? (edition.ordinal > 1 ? edition : nil) }

    static let mostOpinions = 60

    /// - Parameter search: for opinions to link.
    /// - Throws: `NoRow` where there is none that the actor may see.
    package static func load(
        _ id: Int, _ search: LinkableOpinion.Search = .init(), in database: Database, as actor: DatabaseActor
    ) async throws -> PassageFile {
        try await database.read(as: actor) { tx in
            let passage = try tx.one(Passage.with(id: id), as: Passage.self)
            let edition = try tx.one(Edition.with(id: passage.editionID), as: Edition.self)
            let later = try tx.first(
                Edition.with(draft: edition.draftID, ordinal: edition.ordinal + 1), as: Edition.self)
            let goesOn = try tx.value(
                "select exists (select from passage_origins where origin_id = \(id))", as: Bool.self)
            let droppedIn = goesOn ? nil : later
            let changedIn = droppedIn ?? (edition.ordinal > 1 ? edition : nil)
            return PassageFile(
                draft: try tx.one(Draft.with(id: edition.draftID), as: Draft.self), edition: edition, passage: passage,
                origins: try tx.all(Passage.origins(of: id), as: Passage.self), droppedIn: droppedIn,
                history: try tx.all(PassageChange.of(passage: passage), as: PassageChange.self),
                opinions: try changedIn.map {
                    try tx.all(
                        LinkableOpinion.of(passage: id, in: $0, search, limit: mostOpinions),
                        as: LinkableOpinion.self)
                } ?? [], previous: try tx.first(Passage.at(passage.position - 1, of: edition.id), as: Passage.self)?.id,
                next: try tx.first(Passage.at(passage.position + 1, of: edition.id), as: Passage.self)?.id)
        }
    }
}

extension Passage {
    fileprivate static func origins(of id: Int) -> SQL {
        """
        select \(columns) from passages g join passage_origins o on o.origin_id = g.id where o.passage_id = \(id)
        order by g.position
        """
    }
}

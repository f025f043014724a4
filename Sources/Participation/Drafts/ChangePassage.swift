import Postgres

/// A change of one passage of an edition that is worked on, by somebody who saw it in some version.
///
/// Needs the role organiser in the draft's unit. Everything throws `Refusal` `passages_changed_meanwhile` where somebody else
/// changed the passage since, and `editions_frozen` where its edition is no longer worked on.
package struct ChangePassage: Sendable {
    package let id: Int
    package let version: Int

    package init(_ id: Int, version: Int) { (self.id, self.version) = (id, version) }

    package enum Saved: Sendable, Equatable {
        /// The version it has now; the same where nothing changed.
        case version(Int)
        case meanwhile(Meanwhile)
    }

    /// Somebody else changed it since: nothing was saved, and both are there to be decided upon.
    package struct Meanwhile: Sendable, Equatable {
        /// As it is now.
        package let theirs: Passage
        /// What was sent, with their words where only they changed something.
        package let merged: PassageCells
        /// What both changed, each in another way; `merged` has what was sent.
        package let contested: Set<PassageField>
        /// Whether the sender changed nothing at all.
        package let isUntouched: Bool
    }

    /// - Throws: `Refusal` `passages_changed_meanwhile` where it was taken out meanwhile.
    package func save(_ cells: PassageCells, in database: Database, as actor: DatabaseActor) async throws -> Saved {
        try await database.write(as: actor) { tx in try save(cells, tx) }
    }

    func save(_ cells: PassageCells, _ tx: borrowing Session) throws -> Saved {
        // Nobody changes the edition from here to the end.
        try tx.execute("select hold_edition(edition_id) from passages where id = \(id)")
        guard let theirs = try tx.first(Passage.with(id: id), as: Passage.self), theirs.version != version else {
            return .version(
                try tx.value("select edit_passage(\(id), \(version)::int, \(try cells.json))", as: Int.self))
        }
        let seen = try tx.one(Passage.earlier(theirs, version: version), as: Passage.self).cells
        return .meanwhile(Meanwhile(sent: cells, seen: seen, theirs: theirs))
    }

    package func drop(in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in try tx.execute("select drop_passage(\(id), \(version)::int)") }
    }

    /// - Parameter other: the passage it shall stand after; nil for the head of the edition.
    package func move(after other: Int?, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute("select move_passage(\(id), \(version)::int, \(other))")
        }
    }

    /// The first part stays this passage, the others follow it.
    package func split(into parts: [PassageCells], in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute("select split_passage(\(id), \(version)::int, \(try PassageCells.json(parts)))")
        }
    }

    /// Takes another passage into this one, which then says `cells`.
    package func merge(
        _ other: ChangePassage, saying cells: PassageCells, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                "select merge_passages(\([id, other.id]), \([version, other.version])::int[], \(try cells.json))")
        }
    }

    /// Puts back what was dropped, with what it came from and the opinions it carried out.
    /// - Parameter change: its `PassageChange`.
    /// - Returns: the passage's id. Throws `Refusal` `passage_changes_restored_once` where it is back already.
    package static func restore(_ change: Int, in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.write(as: actor) { tx in try tx.value("select restore_passage(\(change))", as: Int.self) }
    }

    /// Numbers the rows of a directory from 1 as they stand.
    /// - Returns: how many got another number.
    package static func renumber(_ edition: Int, in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.write(as: actor, deadline: .seconds(30)) { tx in
            try tx.value("select renumber_passages(\(edition))", as: Int.self)
        }
    }

    /// A new passage.
    /// - Parameter other: the passage it shall stand after; nil for the head.
    /// - Returns: its id.
    package static func add(
        _ cells: PassageCells, to edition: Int, after other: Int?, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            try tx.value("select add_passage(\(edition), \(other), \(try cells.json))", as: Int.self)
        }
    }
}

extension ChangePassage.Meanwhile {
    /// - Parameter seen: what the sender had before them.
    init(sent: PassageCells, seen: PassageCells, theirs: Passage) {
        var merged = sent
        var contested: Set<PassageField> = []
        let extras = Set(sent.extras.keys).union(seen.extras.keys).union(theirs.cells.extras.keys)
        for field in DirectoryColumn.allCases.map(PassageField.column) + extras.map(PassageField.extra) + [
            .text, .depth,
        ] {
            let (mine, before, now) = (sent[field], seen[field], theirs.cells[field])
            if mine == before {
                merged[field] = now
            } else if now != before, now != mine {
                contested.insert(field)
            }
        }
        (self.theirs, self.merged, self.contested, isUntouched) = (theirs, merged, contested, sent == seen)
    }
}

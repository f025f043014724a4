import Postgres

/// Rows of an edition as a grid sends them, each as somebody saw it in some version. What nobody else changed meanwhile is saved.
package struct ChangeRows: Sendable {
    package struct Row: Sendable {
        package let change: ChangePassage
        package let cells: PassageCells

        package init(_ change: ChangePassage, cells: PassageCells) { (self.change, self.cells) = (change, cells) }
    }

    package struct Saved: Sendable {
        package var changed = 0
        /// By the passage's id: what both changed. Nothing of these rows was saved.
        package var meanwhile: [Int: ChangePassage.Meanwhile] = [:]
        /// Rows that were taken out meanwhile, though they were changed here.
        package var gone: [Row] = []

        package init() {}
    }

    package let edition: Int
    package let rows: [Row]

    package init(_ rows: [Row], of edition: Int) { (self.rows, self.edition) = (rows, edition) }

    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Saved {
        try await database.write(as: actor, deadline: .seconds(30)) { tx in
            try tx.execute("select hold_edition(\(edition))")
            var saved = Saved()
            for row in rows {
                guard try tx.first(Passage.with(id: row.change.id), as: Passage.self)?.editionID == edition else {
                    saved.gone.append(row)
                    continue
                }
                switch try row.change.save(row.cells, tx) {
                case .version(let version): saved.changed += version == row.change.version ? 0 : 1
                case .meanwhile(let both) where both.isUntouched: break
                case .meanwhile(let both): saved.meanwhile[row.change.id] = both
                }
            }
            return saved
        }
    }
}

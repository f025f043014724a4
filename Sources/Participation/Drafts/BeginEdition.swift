import Postgres

/// A new edition, word for word the newest one, to be worked on.
package struct BeginEdition: Sendable {
    package let draft: Int
    package let stage: Edition.Stage
    package let note: String

    package init(of draft: Int, stage: Edition.Stage, note: String) {
        (self.draft, self.stage, self.note) = (draft, stage, note)
    }

    /// - Returns: its id. Throws `Refusal` `editions_one_working` where one is worked on already.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.write(as: actor) { tx in
            try tx.value("select begin_edition(\(draft), \(stage.rawValue), \(note))", as: Int.self)
        }
    }
}

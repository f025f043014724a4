import Postgres

/// Deletes the name and phone of an author who asks for it. The words stay; the deletion is recorded.
package struct EraseContact: Sendable {
    package let submissionID: Int

    package init(submissionID: Int) { self.submissionID = submissionID }

    /// - Returns: false where there was none.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Bool {
        let id = submissionID
        return try await database.write(as: actor) { tx in try tx.value("select erase_contact(\(id))") }
    }
}

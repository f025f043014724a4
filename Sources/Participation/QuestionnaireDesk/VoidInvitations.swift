import Postgres

/// What was not used of a batch of invitation codes counts no longer: letters that went astray, a list that others have seen.
package struct VoidInvitations: Sendable {
    /// Characters of a reason.
    package static let longestReason = 500

    package let id: Int
    package let batch: Int

    /// - Parameter id: of the questionnaire.
    package init(_ id: Int, batch: Int) { (self.id, self.batch) = (id, batch) }

    /// - Parameter reason: stands beside the batch from then on; neither empty nor longer than `longestReason`.
    /// - Returns: how many codes those were.
    /// - Throws: `invitation_codes_none_left`, `questionnaires_not_open`, `role_required`.
    package func callAsFunction(because reason: String, in database: Database, as actor: DatabaseActor) async throws
        -> Int
    {
        let (id, batch) = (id, batch)
        return try await database.write(as: actor) {
            try $0.value("select void_invitations(\(id), \(batch), \(reason))", as: Int.self)
        }
    }
}

import Foundation
import Postgres

/// The one door for everything a person sends.
///
/// It answers after the commit and never before. Sending the same items again changes nothing and returns the same
/// numbers, so a call whose answer was lost on the way is simply repeated.
package struct Intake: Sendable {
    package let vault: ContactVault
    package let codes: QueryCodes

    package init(vault: ContactVault, codes: QueryCodes) {
        (self.vault, self.codes) = (vault, codes)
    }

    package init(secrets: Secrets) {
        self.init(vault: ContactVault(secrets: secrets), codes: QueryCodes(secrets: secrets))
    }

    /// Scalars of a body, counted as PostgreSQL's `char_length` does.
    package static let longestBody = 2000

    /// - Parameters:
    ///   - database: the public pool for comments from the web, the staff pool for what a clerk enters.
    ///   - actor: anonymous for the web, the clerk otherwise; the door itself checks.
    /// - Returns: an outcome for each item, in their order.
    package func accept(
        _ items: [IntakeItem], in database: Database, as actor: DatabaseActor = .anonymous
    ) async throws -> [IntakeOutcome] {
        guard !items.isEmpty else { return [] }
        let json = JSONText(String(decoding: try JSONEncoder().encode(items), as: UTF8.self))
        var attempt = 1
        while true {
            do {
                return try await database.write(as: actor) { tx in
                    try tx.all(
                        "select outcome, submission_id, number, received_at from intake(\(json)) order by ordinal",
                        as: IntakeOutcome.self)
                }
            } catch  where attempt < 3 && Self.mayRepeat(error) {
                attempt += 1
                try await Task.sleep(for: .milliseconds(100 * attempt))
            }
        }
    }

    /// Seals the contact of a checked comment and sends it through the door.
    package func accept(
        _ comment: Comment, in database: Database, as actor: DatabaseActor = .anonymous
    ) async throws -> IntakeOutcome {
        let outcomes = try await accept([try comment.item(for: self)], in: database, as: actor)
        guard let outcome = outcomes.first else { throw NoRow() }
        return outcome
    }

    private static func mayRepeat(_ error: any Error) -> Bool {
        switch error {
        case is ConnectionLost, is OutcomeUnknown: true
        case let refused as PostgresError: refused.isSerializationConflict
        default: false
        }
    }
}

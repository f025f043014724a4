import Foundation
import Postgres
import Synchronization

/// The one door for everything a person sends.
///
/// It answers after the commit and never before. Sending the same items again changes nothing and returns the same
/// numbers, so a call whose answer was lost on the way is simply repeated.
package final class Intake: Sendable {
    package let vault: ContactVault
    package let codes: QueryCodes
    /// One for each pool: the login role is the wall between what the public sends and what a clerk enters.
    private let queues = Mutex<[ObjectIdentifier: IntakeQueue]>([:])

    package init(vault: ContactVault, codes: QueryCodes) {
        (self.vault, self.codes) = (vault, codes)
    }

    package convenience init(secrets: Secrets) {
        self.init(vault: ContactVault(secrets: secrets), codes: QueryCodes(secrets: secrets))
    }

    /// Scalars of a body, counted as PostgreSQL's `char_length` does.
    package static let longestBody = 2000

    /// Seals the contact of a checked comment and sends it through the door, together with what others send meanwhile.
    /// - Parameters:
    ///   - database: the public pool for comments from the web, the staff pool for what a clerk enters.
    ///   - actor: anonymous for the web, the clerk otherwise; the door itself checks.
    /// - Throws: `OutcomeUnknown` when nobody can say whether it was stored; with any other error it was not. In both cases
    ///   it may be sent again.
    package func accept(
        _ comment: Comment, in database: Database, as actor: DatabaseActor = .anonymous
    ) async throws -> IntakeOutcome {
        try await accept(.comment(try comment.item(for: self, by: actor)), in: database)
    }

    /// The same for a message.
    package func accept(
        _ message: Message, in database: Database, as actor: DatabaseActor = .anonymous
    ) async throws -> IntakeOutcome {
        try await accept(.message(try message.item(for: self, by: actor)), in: database)
    }

    /// The same for a registration.
    package func accept(
        _ registration: Registration, in database: Database, as actor: DatabaseActor = .anonymous
    ) async throws -> IntakeOutcome {
        try await accept(.registration(try registration.item(for: self, by: actor)), in: database)
    }

    /// What stands before its door already.
    func accept(_ item: IntakeItem, in database: Database) async throws -> IntakeOutcome {
        try await queue(to: database).accept(item)
    }

    private func queue(to database: Database) -> IntakeQueue {
        queues.withLock { queues in
            let queue = queues[ObjectIdentifier(database)] ?? IntakeQueue(database)
            queues[ObjectIdentifier(database)] = queue
            return queue
        }
    }
}

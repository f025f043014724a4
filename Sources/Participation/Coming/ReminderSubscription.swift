import Foundation
import Postgres

/// Somebody's wish to be told by mail of what is coming. The address is encrypted, nothing but the question whether they wish it is sent before
/// they said so, and one press ends it.
package struct ReminderSubscription: Row, Sendable {
    package enum About: String, PostgresValue, CaseIterable, Sendable { case all, unit, town, matter }

    package let id: UUID
    package let about: About
    /// Of the unit, town or matter; empty for everything.
    package let name: String
    package let isConfirmed: Bool
    /// Whether the link is the one that ends it.
    package let isStop: Bool

    package init(_ row: RowReader) throws {
        id = try row["id"]
        about = try row["about"]
        name = try row["name"]
        isConfirmed = try row["confirmed"]
        isStop = try row["is_stop"]
    }

    static let table = "reminder_subscriptions"

    /// - Parameter secret: as the link of a letter has it.
    package static func behind(_ secret: UUID, codes: QueryCodes) -> SQL {
        "select id, about, name, confirmed, is_stop from reminder_by_secret(\(codes.mac(ofReminder: secret)))"
    }

    /// - Returns: false where the link has been used or was never one.
    package static func confirm(_ secret: UUID, codes: QueryCodes, in database: Database) async throws -> Bool {
        let mac = codes.mac(ofReminder: secret)
        return try await database.write { tx in
            try tx.value("select confirm_reminders(\(mac))", as: String.self) == "confirmed"
        }
    }

    /// Ends it and forgets the address. Pressed twice, it is the same.
    package static func stop(_ secret: UUID, codes: QueryCodes, in database: Database) async throws {
        let mac = codes.mac(ofReminder: secret)
        _ = try await database.write { tx in try tx.value("select stop_reminders(\(mac))", as: String.self) }
    }
}

/// Asks for reminders; the letter that asks whether it was meant goes to the address given.
package struct AskReminders: Sendable {
    package enum Outcome: String, PostgresValue, Sendable {
        case asked, already
        case tooMany = "too_many"
        case unknown
    }

    package let key: UUID
    /// As `Contact.normalisedEmail` returns it.
    package let email: String
    package let about: ReminderSubscription.About
    package let unitID: Int?
    /// The number of a consultation, of a matter.
    package let procedure: String
    package let forms: [PublicEvent.Form]
    package let language: String

    package init(
        key: UUID, email: String, about: ReminderSubscription.About, unitID: Int? = nil, procedure: String = "",
        forms: [PublicEvent.Form], language: String
    ) {
        (self.key, self.email, self.about, self.unitID) = (key, email, about, unitID)
        (self.procedure, self.forms, self.language) = (procedure, forms, language)
    }

    /// - Returns: `already` also for the same form sent twice.
    package func callAsFunction(vault: ContactVault, codes: QueryCodes, in database: Database) async throws -> Outcome {
        do {
            return try await ask(key, vault, codes, database)
        } catch let error as PostgresError where error.isUniqueViolation(constraint: "reminder_subscriptions_pkey") {
            // Back at the form, somebody has corrected the address, or chosen something else: that is another wish.
            return try await ask(UUID(), vault, codes, database)
        }
    }

    private func ask(
        _ id: UUID, _ vault: ContactVault, _ codes: QueryCodes, _ database: Database
    ) async throws -> Outcome {
        let sealed = try vault.seal(Contact(email: email), id: id, in: ReminderSubscription.table)
        let confirm = codes.mac(ofReminder: codes.reminder(id, .confirm))
        let stop = codes.mac(ofReminder: codes.reminder(id, .stop))
        let index = vault.addressIndex(email)
        return try await database.write { tx in
            try tx.value(
                """
                select ask_reminders(\(sealed.id), \(sealed.keyID), \(sealed.bytes), \(index), \(about.rawValue), \(unitID), \(procedure),
                  \(forms.map(\.rawValue))::text[], \(language), \(confirm), \(stop))
                """)
        }
    }
}

/// What a link in a letter to a subscriber does.
package enum ReminderLink: String, Sendable { case confirm, stop }

import Postgres

/// 撤回: an author takes a submission back, until closing.
package enum Withdrawal: String, PostgresValue, CaseIterable, Sendable {
    case withdrawn
    /// Was taken back before.
    case already
    /// The consultation has closed meanwhile; the submission stands.
    case closed
    /// Number and code do not belong together.
    case unknown

    package static func request(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> Withdrawal {
        let wanted = number.description
        return try await database.write(as: .anonymous, retrying: 2) { tx in
            try tx.value("select withdraw(\(wanted), \(mac))", as: Withdrawal.self)
        }
    }

    /// The same for a message, until it is answered.
    package static func requestMessage(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> Withdrawal {
        let wanted = number.description
        return try await database.write(as: .anonymous) { tx in
            try tx.value("select withdraw_message(\(wanted), \(mac))", as: Withdrawal.self)
        }
    }

    /// The same for a sheet, until the questionnaire closes.
    package static func requestSheet(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> Withdrawal {
        let wanted = number.description
        return try await database.write(as: .anonymous) { tx in
            try tx.value("select withdraw_sheet(\(wanted), \(mac))", as: Withdrawal.self)
        }
    }

    /// The same for a registration, until the hearing begins.
    package static func requestRegistration(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> Withdrawal {
        let wanted = number.description
        return try await database.write(as: .anonymous, retrying: 2) { tx in
            try tx.value("select withdraw_registration(\(wanted), \(mac))", as: Withdrawal.self)
        }
    }
}

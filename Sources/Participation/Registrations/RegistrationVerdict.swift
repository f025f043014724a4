import Postgres

/// What came of checking who has registered.
package enum RegistrationVerdict: String, PostgresValue, CaseIterable, Sendable {
    case pending, eligible, refused

    /// Why not; people are told in a sentence of its own.
    package enum Code: String, PostgresValue, CaseIterable, Sendable {
        case age, residence, category, papers, identity, other
    }
}

/// Says whether somebody may take part, or be drawn. They are told.
package struct CheckRegistration: Sendable {
    package static let longestNote = 500

    package let id: Int
    package let verdict: RegistrationVerdict
    package let code: RegistrationVerdict.Code?
    package let note: String

    /// - Parameters:
    ///   - code: of a refusal, and of nothing else.
    ///   - note: for the person; their receipt shows it.
    package init(id: Int, verdict: RegistrationVerdict, code: RegistrationVerdict.Code? = nil, note: String = "") {
        (self.id, self.verdict) = (id, verdict)
        (self.code, self.note) = verdict == .refused ? (code, note) : (nil, "")
    }

    /// - Throws: `lots_list_frozen`, `registrations_withdrawn`, `registrations_refused_why`, as constraints.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        let check = self
        _ = try await database.write(as: actor) { tx in
            try tx.execute("select check_registration(\(check.id), \(check.verdict), \(check.code), \(check.note))")
        }
    }
}

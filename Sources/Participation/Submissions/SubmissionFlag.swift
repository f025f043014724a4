import Postgres

/// What somebody has to look after at once, whatever the answer will be.
package enum SubmissionFlag: String, CaseIterable, Sendable {
    case threat
    case selfHarm = "self_harm"
    case child, secret
    case personalData = "personal_data"

    /// The duty officer is called now.
    package var isUrgent: Bool { self == .threat || self == .selfHarm }

    /// Sets the flags of a submission to exactly these.
    package static func set(
        _ flags: Set<SubmissionFlag>, on submissionID: Int, in database: Database, as actor: DatabaseActor
    ) async throws {
        let names = allCases.filter(flags.contains).map(\.rawValue)
        _ = try await database.write(as: actor) { tx in
            try tx.execute("select flag_submission(\(submissionID), \(names))")
        }
    }
}

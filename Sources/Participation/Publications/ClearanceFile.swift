import Postgres

/// A clearance with everything a person needs to do the next step, read at one moment.
package struct ClearanceFile: Sendable {
    package let clearance: Clearance
    /// All of its subject, the newest first, without their words.
    package let siblings: [Clearance]
    /// Who can do the next step; empty where there is none.
    package let signatories: [Signatory]
    /// What was published from it.
    package let published: PublishedLine?

    /// - Throws: `NoRow` where there is none that the actor may see.
    package static func load(
        _ id: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> ClearanceFile {
        try await database.read(as: actor) { tx in
            let clearance = try tx.one(Clearance.with(id: id), as: Clearance.self)
            let lines =
                clearance.publishedAt == nil
                ? [] : try tx.all(PublishedLine.of(clearance.subject), as: PublishedLine.self)
            return ClearanceFile(
                clearance: clearance,
                siblings: try tx.all(Clearance.of(clearance.subject), as: Clearance.self),
                signatories: try clearance.stage.role.map {
                    try tx.all(Signatory.holding($0, for: id), as: Signatory.self)
                } ?? [],
                published: lines.first {
                    $0.kind.rawValue == clearance.kind.rawValue && $0.contentHash == clearance.contentHash
                })
        }
    }

    /// Draft and announcement go out together: the other one.
    package var companion: Clearance? { clearance.companion(among: siblings) }

    /// What has taken its place.
    package var successor: Clearance? { siblings.first { $0.kind == clearance.kind && $0.id > clearance.id } }
}

extension Clearance.Stage {
    /// Who takes the next step.
    package var role: StaffRole? {
        switch self {
        case .review: .secrecyReviewer
        case .approval: .approver
        case .cleared: .organiser
        case .published, .refused, .kept, .lapsed: nil
        }
    }
}

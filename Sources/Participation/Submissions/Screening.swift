import Foundation
import Postgres

/// Whether a submission may be shown: screened first, shown later (先审后发). Visibility is never an answer.
package enum Screening: String, PostgresValue, CaseIterable, Sendable {
    case pending, shown, hidden
}

/// Why a submission is hidden.
package enum HiddenCode: String, PostgresValue, CaseIterable, Sendable {
    case abuse, advertising
    case personalData = "personal_data"
    case secret, child, unlawful
    case offTopic = "off_topic"
}

/// Shows or hides any number of submissions in one step that can be taken back.
package struct ScreenSubmissions: Sendable {
    package let ids: [Int]
    package let screening: Screening
    package let code: HiddenCode?
    /// Names this step, for `undo`.
    package let batch: UUID

    /// - Parameter hiddenFor: the reason to hide them; nil shows them.
    package init(ids: [Int], hiddenFor code: HiddenCode?, batch: UUID = UUID()) {
        (self.ids, self.code, self.batch) = (ids, code, batch)
        screening = code == nil ? .shown : .hidden
    }

    /// Puts them back among those nobody has looked at.
    package init(reopening ids: [Int], batch: UUID = UUID()) {
        (self.ids, self.batch) = (ids, batch)
        (screening, code) = (.pending, nil)
    }

    /// - Returns: how many have changed; one that was so already is not counted.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let (ids, screening, code, batch) = (ids, screening, code, batch)
        return try await database.write(as: actor) { tx in
            try tx.value("select screen(\(ids), \(screening), \(code), \(batch))")
        }
    }

    /// Takes one's own step back, except where somebody has changed something since.
    /// - Returns: how many are again as they were.
    package static func undo(_ batch: UUID, in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.write(as: actor) { tx in try tx.value("select undo_screening(\(batch))") }
    }
}

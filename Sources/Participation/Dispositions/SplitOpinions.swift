import Postgres
import Text

/// Divides a submission into the points it makes, so that each can be answered; or joins them again with one part.
/// Possible until the first answer.
package struct SplitOpinions: Sendable {
    /// A point, and what it is about.
    package struct Part: Sendable, Equatable {
        package let body: String
        /// The position of a row in the edition that was commented on; nil for the draft as a whole.
        package let position: Int?

        package init(_ body: String, position: Int? = nil) {
            self.body = TextNormalisation.normalised(body)
            self.position = position
        }
    }

    package let submissionID: Int
    package let parts: [Part]

    package static let mostParts = 20

    package init(submissionID: Int, parts: [Part]) {
        self.submissionID = submissionID
        self.parts = parts.filter { !$0.body.isEmpty }
    }

    /// - Returns: the number of opinions.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let (id, bodies, positions) = (submissionID, parts.map(\.body), parts.map(\.position))
        return try await database.write(as: actor, retrying: 2) { tx in
            try tx.value("select split_opinions(\(id), \(bodies), \(positions))")
        }
    }
}

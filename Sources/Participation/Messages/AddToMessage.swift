import Foundation
import Postgres
import Text

/// 补充: an author adds words to a message that is not answered yet.
package enum AddToMessage: String, PostgresValue, CaseIterable, Sendable {
    case added
    /// The same form again.
    case already
    case empty
    case tooLong = "too_long"
    /// Twenty there are already.
    case tooMany = "too_many"
    /// It is over; whoever is dissatisfied rates the answer.
    case closed
    /// Number and code do not belong together.
    case unknown

    /// Scalars of an addition.
    package static let longestBody = 1000

    /// - Parameter key: made with the form, so that sending it twice adds once.
    package static func send(
        _ typed: String, key: UUID, to number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> AddToMessage {
        let (wanted, words) = (number.description, TextNormalisation.normalised(typed))
        return try await database.write(as: .anonymous, retrying: 2) { tx in
            try tx.value("select add_to_message(\(wanted), \(mac), \(key), \(words))", as: AddToMessage.self)
        }
    }
}

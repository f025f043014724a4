import Foundation
import Postgres

/// A comment as it stands before the `intake` door, and who sends it.
package struct CommentItem: Sendable {
    package var key: UUID
    package var procedure: String
    package var editionID: Int
    /// The row; nil for the whole draft.
    package var position: Int?
    package var body: String
    package var channel: Channel
    package var submitter: Submitter.Kind
    package var people: Int
    package var organisation: String
    package var publicName: String?
    package var salt: [UInt8]
    package var codeMac: [UInt8]
    package var hasName: Bool
    package var hasPhone: Bool
    package var contact: ContactVault.Sealed?
    /// Other channels than the web.
    package var entry: Comment.Entry?
    /// The door judges each item by its own actor, whoever else is in the batch.
    package var actor = DatabaseActor.anonymous

    /// One array a column, as the door takes them.
    static func door(_ items: [CommentItem]) -> SQL {
        """
        select outcome, null::text as quota, null::text as stored, submission_id, number, received_at, proof from intake(
          \(items.map(\.key)), \(items.map(\.procedure)), \(items.map(\.editionID)), \(items.map(\.position)),
          \(items.map(\.body)), \(items.map(\.channel.rawValue)), \(items.map(\.submitter.rawValue)), \(items.map(\.people)),
          \(items.map(\.organisation)), \(items.map(\.publicName)), \(items.map(\.salt)), \(items.map(\.codeMac)),
          \(items.map(\.hasName)), \(items.map(\.hasPhone)),
          \(items.map(\.contact?.id)), \(items.map(\.contact?.keyID)), \(items.map(\.contact?.bytes)),
          \(items.map { $0.contact?.phoneIndex }),
          \(items.map(\.entry?.arrivedOn)), \(items.map(\.entry?.forSomeone)), \(items.map(\.entry?.readBack)),
          \(items.map { $0.entry?.slipID }), \(items.map(\.actor.staffID)), \(items.map(\.actor.grants))) order by ordinal
        """
    }
}

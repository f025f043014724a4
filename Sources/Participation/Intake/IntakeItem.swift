import Foundation
import Postgres

/// A submission as it stands before the `intake` door, and who sends it.
package struct IntakeItem: Sendable {
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
}

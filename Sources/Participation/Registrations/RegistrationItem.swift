import Foundation
import Postgres

/// A registration as it stands before the `intake_registrations` door, and who sends it.
package struct RegistrationItem: Sendable {
    var registration: Registration
    var salt: [UInt8]
    var codeMac: [UInt8]
    var hasIdentity: Bool
    var personIndex: [UInt8]
    var contact: ContactVault.Sealed
    /// Nil where nothing is asked for that stands in them.
    var details: ContactVault.Sealed?
    /// The door judges each item by its own actor, whoever else is in the batch.
    var actor: DatabaseActor

    /// One array a column, as the door takes them; a list within a row as the text of an array.
    static func door(_ items: [RegistrationItem]) -> SQL {
        let all = items.map(\.registration)
        let files = all.map { "{" + $0.fileIDs.map(\.uuidString).joined(separator: ",") + "}" }
        return """
            select outcome, quota, null::text as stored, submission_id, number, received_at, proof from intake_registrations(
              \(all.map(\.key)), \(all.map(\.formKey)), \(all.map(\.gathering)), \(all.map(\.category)), \(all.map(\.organisation)),
              \(all.map(\.reason)), \(all.map(\.consents)), \(all.map(\.channel.rawValue)), \(items.map(\.salt)),
              \(items.map(\.codeMac)), \(all.map { !$0.contact.name.isEmpty }), \(all.map { !$0.contact.phone.isEmpty }),
              \(items.map(\.hasIdentity)), \(items.map(\.personIndex)),
              \(items.map(\.contact.id)), \(items.map(\.contact.keyID)), \(items.map(\.contact.bytes)),
              \(items.map(\.contact.phoneIndex)), \(items.map(\.details?.id)), \(items.map(\.details?.keyID)),
              \(items.map(\.details?.bytes)), \(files), \(all.map(\.arrivedOn)),
              \(items.map(\.actor.staffID)), \(items.map(\.actor.grants))) order by ordinal
            """
    }
}

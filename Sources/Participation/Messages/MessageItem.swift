import Foundation
import Postgres

/// A message as it stands before the `intake_messages` door, and who sends it.
package struct MessageItem: Sendable {
    package var message: Message
    package var publicName: String?
    package var salt: [UInt8]
    package var codeMac: [UInt8]
    package var contact: ContactVault.Sealed?
    /// The door judges each item by its own actor, whoever else is in the batch.
    package var actor = DatabaseActor.anonymous

    /// One array a column, as the door takes them; a list within a row as the text of an array.
    static func door(_ items: [MessageItem]) -> SQL {
        let messages = items.map(\.message)
        let concerned = messages.map { "{" + $0.concernedUnitIDs.map(String.init).joined(separator: ",") + "}" }
        let files = messages.map { "{" + $0.fileIDs.map(\.uuidString).joined(separator: ",") + "}" }
        return """
            select outcome, null::text as quota, null::text as stored, submission_id, number, received_at, proof from intake_messages(
              \(messages.map(\.key)), \(messages.map(\.formKey)), \(messages.map(\.kind.rawValue)), \(messages.map(\.title)),
              \(messages.map(\.body)), \(messages.map(\.place)), \(messages.map(\.unitID)), \(concerned),
              \(messages.map(\.concernedNames)), \(messages.map(\.mayBePublished)), \(messages.map(\.mayShowName)),
              \(items.map(\.publicName)), \(messages.map(\.recordingID)), \(files), \(messages.map(\.channel.rawValue)),
              \(items.map(\.salt)), \(items.map(\.codeMac)), \(messages.map { !$0.contact.phone.isEmpty }),
              \(items.map(\.contact?.id)), \(items.map(\.contact?.keyID)), \(items.map(\.contact?.bytes)),
              \(items.map { $0.contact?.phoneIndex }),
              \(messages.map(\.entry?.arrivedOn)), \(messages.map(\.entry?.forSomeone)), \(messages.map(\.entry?.readBack)),
              \(messages.map { $0.entry?.slipID }), \(messages.map(\.external?.source)), \(messages.map(\.external?.number)),
              \(items.map(\.actor.staffID)), \(items.map(\.actor.grants))) order by ordinal
            """
    }
}

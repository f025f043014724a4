import Foundation
import Postgres
import Text

/// Corrects how somebody who was met on a visit is called, reached, or may be named. It counts as a correction of the entry by which they
/// are in the record: that something was changed, when and by whom stays; what stood there, which may be nobody's to read, does not.
package struct CorrectMetPerson: Sendable {
    package let gatheringID: Int
    package let personID: Int
    /// Of the form; sent twice it is one correction.
    package let key: UUID
    /// Name and phone stay as they are where these are empty.
    package let name: String
    package let phone: String
    /// Kept only where it may be public.
    package let unit: String
    /// Name and unit may be public.
    package let consents: Bool

    package init(
        gatheringID: Int, personID: Int, key: UUID, name: String, phone: String, unit: String, consents: Bool
    ) {
        (self.gatheringID, self.personID, self.key) = (gatheringID, personID, key)
        (self.name, self.phone, self.unit, self.consents) = (name, phone, unit, consents)
    }

    /// Reads the contact that it corrects, which is recorded as every reading is. Needs the role organiser or clerk.
    /// - Returns: why it was not taken; nil where it stands now.
    /// - Throws: `gatherings_noted` once the visit is worked up, `gatherings_visit`, `role_required`.
    package func callAsFunction(
        vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> FieldNote.Fault? {
        if let fault = FieldNote.fault(name: name, phone: phone, unit: unit) { return fault }
        let (people, captions, isDone) = try await database.read(as: actor) { tx in
            (
                try tx.all(GatheringPerson.of(gathering: gatheringID), as: GatheringPerson.self),
                try tx.all(GatheringPhoto.of(gathering: gatheringID), as: GatheringPhoto.self).map(\.caption),
                try tx.value(
                    "select exists (select from gathering_entries where gathering_id = \(gatheringID) and key = \(key))",
                    as: Bool.self)
            )
        }
        if isDone { return nil }
        guard let person = people.first(where: { $0.id == personID && $0.role == .met }) else { return .person }
        let before =
            try await ReadPeople.all(of: gatheringID, vault: vault, in: database, as: actor)[personID] ?? Contact()
        var contact = before
        if !name.isEmpty { contact.name = name }
        if !phone.isEmpty { contact.phone = phone }
        if contact.name.isEmpty { return .name }
        let publicUnit = consents ? unit : ""
        let changes = [
            contact.name == before.name ? nil : "姓名", contact.phone == before.phone ? nil : "电话",
            publicUnit == person.publicUnit ? nil : "单位",
            consents == person.consents ? nil : consents ? "同意公开" : "不同意公开",
        ].compactMap(\.self)
        if changes.isEmpty { return .unchanged }
        if !consents, captions.contains(where: { GatheringPhoto.fault(of: $0, names: [contact.name]) == .name }) {
            return .pictured
        }
        let sealed = try vault.seal(contact, in: GatheringPerson.contactsTable)
        let (words, publicName) = (changes.joined(separator: "、"), consents ? contact.name : "")
        _ = try await database.write(as: actor) {
            try $0.execute(
                """
                select correct_met_person(\(personID), \(key), \(words), \(publicName), \(publicUnit), \(consents), \(sealed.id),
                  \(sealed.keyID), \(sealed.bytes))
                """)
        }
        return nil
    }
}

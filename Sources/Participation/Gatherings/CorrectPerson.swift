import Foundation
import Postgres
import Text

/// Corrects how somebody is called, reached, or may be named: who was met on a visit, or asked to come to a forum. That something was changed,
/// when and by whom stays; what stood there, which may be nobody's to read, does not. In the record of a visit it is a correction of the entry
/// by which they are there.
package struct CorrectPerson: Sendable {
    package let gatheringID: Int
    package let personID: Int
    /// Of the form; sent twice it is one correction.
    package let key: UUID
    /// Name and phone stay as they are where these are empty.
    package let name: String
    package let phone: String
    /// Of who was met kept only where it may be public; who asks people to come knows them by it.
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
    /// - Throws: `gatherings_noted` once a visit is worked up, `gatherings_over` once a forum is, `gathering_people_gone`,
    ///   `gathering_people_once`, `gathering_people_invited`, `role_required`.
    package func callAsFunction(
        vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> FieldNote.Fault? {
        if let fault = FieldNote.fault(name: name, phone: phone, unit: unit) { return fault }
        let (people, captions, isDone) = try await database.read(as: actor) { tx in
            (
                try tx.all(GatheringPerson.of(gathering: gatheringID), as: GatheringPerson.self),
                try tx.all(GatheringPhoto.of(gathering: gatheringID), as: GatheringPhoto.self).map(\.caption),
                try tx.value(
                    """
                    select exists (select from events where batch = \(key) and subject = 'gathering' and subject_id = \(gatheringID))
                    """, as: Bool.self)
            )
        }
        if isDone { return nil }
        guard let person = people.first(where: { $0.id == personID && $0.isCorrected }) else { return .person }
        let before =
            try await ReadPeople.all(of: gatheringID, vault: vault, in: database, as: actor)[personID] ?? Contact()
        var contact = before
        if !name.isEmpty { contact.name = name }
        if !phone.isEmpty { contact.phone = phone }
        if contact.name.isEmpty { return .name }
        let publicUnit = consents || person.role == .invited ? unit : ""
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
        // Whom a visit met may be met again.
        let likeness = person.role == .invited ? Likeness(contact, sealed, vault) : nil
        let (words, publicName) = (changes.joined(separator: "、"), consents ? contact.name : "")
        _ = try await database.write(as: actor) {
            try $0.execute(
                """
                select correct_person(\(personID), \(key), \(words), \(publicName), \(publicUnit), \(consents), \(sealed.id),
                  \(sealed.keyID), \(sealed.bytes), \(likeness?.name), \(likeness?.phone))
                """)
        }
        return nil
    }
}

extension GatheringPerson {
    /// How they are called is corrected where it was written down by those who met or asked them.
    package var isCorrected: Bool { role == .met || role == .invited && state != .removed }

    /// Takes somebody out of the list of a forum who was asked by mistake. Needs the role organiser or clerk.
    /// - Parameter reason: kept beside their place in the list.
    /// - Throws: `gathering_people_recorded` once they came or spoke, `gathering_people_removed_why` without a reason,
    ///   `gathering_people_removed_length`, `gathering_people_invited`, `gatherings_over`.
    package static func remove(
        _ id: Int, reason: String, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select remove_person(\(id), \(reason))") }
    }

    /// Whether they were called, spoke, or were marked as here or not: then the record speaks of them.
    package static func isRecorded(_ id: Int) -> SQL {
        """
        select exists (select from gathering_people where id = \(id) and presence is not null)
          or exists (select from gathering_entries where person_id = \(id) or next_id = \(id))
        """
    }
}

/// What was done about somebody after they were named.
package struct PersonChange: Row, Sendable {
    package let at: Date
    package let staffName: String
    /// What was corrected, in Chinese as it stands in records; empty where they were taken out.
    package let words: String

    package init(_ row: RowReader) throws {
        at = try row["at"]
        staffName = try row["staff_name"]
        words = try row["words"]
    }

    package static func of(_ person: GatheringPerson) -> SQL {
        """
        select v.at, s.display_name as staff_name, split_part(v.code, ' ', 2) as words from events v join staff s on s.id = v.staff_id
        where v.subject = 'gathering' and v.subject_id = \(person.gatheringID) and v.kind in ('person_corrected', 'person_removed')
          and split_part(v.code, ' ', 1) = \(person.role.rawValue + String(person.seat)) order by v.at, v.id
        """
    }
}

import Crypto
import Foundation
import Postgres
import Text

/// 意见: what a person says about a draft as a whole or one of its rows, as typed and checked before it goes to the door.
package struct Comment: Sendable, Equatable {
    /// What a clerk notes about something that came by another way than the web.
    package struct Entry: Sendable, Equatable {
        /// The day it reached the unit.
        package var arrivedOn: CalendarDate
        /// Entered for somebody who could not do it alone (代为提交)…
        package var forSomeone: Bool
        /// …and read back to them.
        package var readBack: Bool
        /// The scan of the signed slip.
        package var slipID: UUID?

        package init(arrivedOn: CalendarDate, forSomeone: Bool = false, readBack: Bool = false, slipID: UUID? = nil) {
            (self.arrivedOn, self.forSomeone) = (arrivedOn, forSomeone)
            (self.readBack, self.slipID) = (readBack, slipID)
        }
    }

    /// Whether a name or phone is asked for in a consultation.
    package enum ContactRule: String, CaseIterable, Sendable {
        case none, optional, required
    }

    /// What is wrong, by the field it stands in.
    package enum Fault: Sendable, Equatable {
        case bodyEmpty
        case bodyTooLong(count: Int)
        case nameRequired
        case nameTooLong(count: Int)
        case phoneRequired
        case phoneMalformed
        case organisationRequired
        case organisationTooLong(count: Int)
        case peopleMissing
    }

    /// Made with the form, so that sending it twice is sending it once.
    package var key: UUID
    package var procedure: String
    package var editionID: Int
    package var position: Int?
    package private(set) var body: String
    package var channel: Channel
    package private(set) var submitter: Submitter
    package private(set) var contact: Contact
    /// The author allows that the masked name, or the name of the organisation, stands beside the comment in the result.
    package var showsName: Bool
    package var entry: Entry?

    package init(
        key: UUID, procedure: String, editionID: Int, position: Int?, body: String, channel: Channel = .web,
        submitter: Submitter = .person, contact: Contact = Contact(), showsName: Bool = false, entry: Entry? = nil
    ) {
        (self.key, self.procedure, self.editionID, self.position) = (key, procedure, editionID, position)
        self.body = TextNormalisation.normalised(body)
        self.channel = channel
        if case .organisation(let name) = submitter {
            self.submitter = .organisation(TextNormalisation.normalised(name))
        } else {
            self.submitter = submitter
        }
        self.contact = Contact(
            name: TextNormalisation.normalised(contact.name), phone: TextNormalisation.normalised(contact.phone),
            email: contact.email)
        (self.showsName, self.entry) = (showsName, entry)
    }

    /// Everything that is wrong at once, in the order of the form. What a consultation does not ask for is dropped first by
    /// `following`.
    package func faults(name: ContactRule, phone: ContactRule) -> [Fault] {
        var faults: [Fault] = []
        let length = TextLength.count(body)
        if length == 0 { faults.append(.bodyEmpty) }
        if length > Intake.longestBody { faults.append(.bodyTooLong(count: length)) }
        switch submitter {
        case .person: break
        case .organisation(let title):
            let length = TextLength.count(title)
            if length == 0 { faults.append(.organisationRequired) }
            if length > Submitter.longestOrganisation { faults.append(.organisationTooLong(count: length)) }
        case .joint(let people):
            if !(2...Submitter.mostPeople).contains(people) { faults.append(.peopleMissing) }
        }
        if contact.name.isEmpty {
            if name == .required { faults.append(.nameRequired) }
        } else if TextLength.count(contact.name) > Contact.longestName {
            faults.append(.nameTooLong(count: TextLength.count(contact.name)))
        }
        if contact.phone.isEmpty {
            if phone == .required { faults.append(.phoneRequired) }
        } else if Contact.normalisedPhone(contact.phone) == nil {
            faults.append(.phoneMalformed)
        }
        return faults
    }

    /// The comment without what the consultation does not ask for: what is not needed is not kept.
    package func following(name: ContactRule, phone: ContactRule) -> Comment {
        var copy = self
        if name == .none { copy.contact.name = "" }
        if phone == .none { copy.contact.phone = "" }
        return copy
    }

    /// As it may stand in the result; nil unless the author allowed it.
    package var publicName: String? {
        guard showsName else { return nil }
        switch submitter {
        case .organisation(let name): return name.isEmpty ? nil : name
        case .person, .joint: return contact.name.isEmpty ? nil : Mask.name(contact.name)
        }
    }

    /// The comment for the door, with a fresh salt and the contact encrypted.
    package func item(for intake: Intake, by actor: DatabaseActor = .anonymous) throws -> CommentItem {
        CommentItem(
            key: key, procedure: procedure, editionID: editionID, position: position, body: body, channel: channel,
            submitter: submitter.kind, people: submitter.people, organisation: submitter.organisation,
            publicName: publicName, salt: SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) },
            codeMac: intake.codes.mac(for: key), hasName: !contact.name.isEmpty,
            hasPhone: !contact.phone.isEmpty, contact: contact.isEmpty ? nil : try intake.vault.seal(contact),
            entry: entry, actor: actor)
    }
}

import Crypto
import Foundation
import Postgres
import Text

/// 报名: somebody who wants to take part in a hearing, as typed and checked before it goes to the door.
package struct Registration: Sendable {
    /// What is wrong, by the field it stands in.
    package enum Fault: Sendable, Equatable {
        case categoryMissing
        case nameRequired
        case phoneRequired
        case phoneMalformed
        case emailMalformed
        case identityRequired
        /// The check digit or the birthday in it says that something was mistyped.
        case identityWrong
        case birthdayRequired
        case tooYoung(least: Int)
        case tooOld(most: Int)
        /// Something that is asked for was left empty, by its field.
        case missing(Gathering.Asked)
        case tooLong(field: String, limit: Int)
        case consentRequired
    }

    package static let longestOrganisation = 100
    package static let longestReason = 1000
    package static let mostPapers = 5

    /// Made with the form, so that sending it twice is sending it once.
    package var key: UUID
    /// What its files wait under until it is accepted.
    package var formKey: UUID
    package var gathering: String
    /// `c01`; empty where none was chosen.
    package var category: String
    package private(set) var contact: Contact
    package private(set) var details: RegistrationDetails
    /// As typed, where it is no identity number.
    private let typedIdentity: String
    package private(set) var organisation: String
    package private(set) var reason: String
    /// Name and unit may be public if they take part; nil: nothing was said.
    package var consents: Bool?
    package var fileIDs: [UUID]
    package var channel: Channel
    /// Of what came another way than the web: the day it reached the unit.
    package var arrivedOn: CalendarDate?

    /// - Parameter identity: as typed.
    package init(
        key: UUID, formKey: UUID, gathering: String, category: String, contact: Contact, identity: String,
        details: RegistrationDetails, organisation: String, reason: String, consents: Bool?, fileIDs: [UUID] = [],
        channel: Channel = .web, arrivedOn: CalendarDate? = nil
    ) {
        (self.key, self.formKey, self.gathering, self.category) = (key, formKey, gathering, category)
        self.contact = Contact(
            name: TextNormalisation.normalised(contact.name), phone: TextNormalisation.normalised(contact.phone),
            email: contact.email)
        typedIdentity = TextNormalisation.normalised(identity)
        self.details = details
        self.details.identityNumber = RegistrationDetails.normalisedIdentity(identity) ?? ""
        self.organisation = TextNormalisation.normalised(organisation)
        self.reason = TextNormalisation.normalised(reason)
        (self.consents, self.fileIDs, self.channel, self.arrivedOn) = (consents, fileIDs, channel, arrivedOn)
    }

    /// Everything that is wrong at once, in the order of the form. What is not asked for is dropped before by `following`.
    package func faults(_ offer: PublicGathering) -> [Fault] {
        var faults: [Fault] = []
        if !offer.openCategories.contains(where: { $0.code == category }) { faults.append(.categoryMissing) }
        if contact.name.isEmpty { faults.append(.nameRequired) }
        long(contact.name, "name", Contact.longestName, &faults)
        if contact.phone.isEmpty {
            faults.append(.phoneRequired)
        } else if Contact.normalisedPhone(contact.phone) == nil {
            faults.append(.phoneMalformed)
        }
        if !contact.email.isEmpty, Contact.normalisedEmail(contact.email) == nil { faults.append(.emailMalformed) }
        faults += ageFaults(offer)
        let asked: [(Gathering.Asked, String, Int)] = [
            (.sex, details.sex, RegistrationDetails.longestField),
            (.ethnicity, details.ethnicity, RegistrationDetails.longestField),
            (.education, details.education, RegistrationDetails.longestField),
            (.occupation, details.occupation, RegistrationDetails.longestField),
            (.address, details.address, RegistrationDetails.longestField),
            (.reason, reason, Self.longestReason),
        ]
        for (what, text, limit) in asked where offer.asks.contains(what) {
            if text.isEmpty { faults.append(.missing(what)) }
            long(text, what.rawValue, limit, &faults)
        }
        long(organisation, "organisation", Self.longestOrganisation, &faults)
        if consents == nil { faults.append(.consentRequired) }
        return faults
    }

    private func ageFaults(_ offer: PublicGathering) -> [Fault] {
        if offer.asks.contains(.identity), details.identityNumber.isEmpty {
            return [typedIdentity.isEmpty ? .identityRequired : .identityWrong]
        }
        guard offer.asks.contains(.identity) || offer.asks.contains(.age) else { return [] }
        let day = ChinaTime.date(offer.startsAt ?? offer.now)
        guard let age = details.age(on: day), age >= 0 else { return [.birthdayRequired] }
        if age < offer.leastAge { return [.tooYoung(least: offer.leastAge)] }
        if let most = offer.mostAge, age > most { return [.tooOld(most: most)] }
        return []
    }

    private func long(_ text: String, _ field: String, _ limit: Int, _ faults: inout [Fault]) {
        if TextLength.count(text) > limit { faults.append(.tooLong(field: field, limit: limit)) }
    }

    package func following(_ offer: PublicGathering) -> Registration {
        var copy = self
        copy.details = details.following(offer.asks)
        if !offer.asks.contains(.unit) { copy.organisation = "" }
        if !offer.asks.contains(.reason) { copy.reason = "" }
        return copy
    }

    /// By which they are known again: the identity number, or else name and phone together.
    private var person: String {
        details.identityNumber.isEmpty
            ? "person:\(contact.name):\(Contact.normalisedPhone(contact.phone) ?? contact.phone)"
            : "identity:\(details.identityNumber)"
    }

    /// The registration for the door, with a fresh salt, everything that is of the person encrypted.
    func item(for intake: Intake, by actor: DatabaseActor) throws -> RegistrationItem {
        RegistrationItem(
            registration: self, salt: SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) },
            codeMac: intake.codes.mac(for: key),
            hasIdentity: !details.identityNumber.isEmpty, personIndex: intake.vault.personIndex(person),
            contact: try intake.vault.seal(contact),
            details: details.isEmpty ? nil : try intake.vault.seal(details), actor: actor)
    }
}

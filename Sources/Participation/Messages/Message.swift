import Crypto
import Foundation
import Postgres
import Text

/// 留言: what a citizen writes to the county, as typed and checked before it goes to the door.
package struct Message: Sendable, Equatable {
    package static let longestTitle = 50
    package static let longestPlace = 100
    package static let longestNames = 100
    package static let mostFiles = 5
    package static let mostConcernedUnits = 10
    /// Days between the day on which one came to a unit and the day on which it is entered.
    package static let longestAgo = 366

    /// Its number in another system it came from, 12345 for one.
    package struct External: Sendable, Equatable {
        package static let longestSource = 40
        package static let longestNumber = 60

        package var source: String
        package var number: String

        package init(source: String, number: String) { (self.source, self.number) = (source, number) }
    }

    /// What is wrong, by the field it stands in.
    package enum Fault: Sendable, Equatable {
        case titleEmpty
        case titleTooLong(count: Int)
        case bodyEmpty
        case bodyTooLong(count: Int)
        case placeTooLong(count: Int)
        case namesTooLong(count: Int)
        case tooManyUnits
        /// The unit wished for is one it is about.
        case unitConcerned
        case tooManyFiles
        case nameTooLong(count: Int)
        case phoneRequired
        case phoneMalformed
        case emailMalformed
    }

    /// Made with the form, so that sending it twice is sending it once.
    package var key: UUID
    /// Under which its files were stored.
    package var formKey: UUID
    package var kind: MessageKind
    package private(set) var title: String
    /// May be empty where there is a recording.
    package private(set) var body: String
    package private(set) var place: String
    /// The unit its author would turn to.
    package var unitID: Int?
    /// The units it is about. It is hidden from them…
    package var concernedUnitIDs: [Int]
    /// …and from the members of staff named here.
    package private(set) var concernedNames: String
    package var channel: Channel
    package private(set) var contact: Contact
    package var mayBePublished: Bool
    package var mayShowName: Bool
    /// What somebody said who cannot write; never public.
    package var recordingID: UUID?
    package var fileIDs: [UUID]
    /// Other channels than the web.
    package var entry: Comment.Entry?
    package var external: External?

    package init(
        key: UUID, formKey: UUID? = nil, kind: MessageKind, title: String, body: String, place: String = "",
        unitID: Int? = nil, concernedUnitIDs: [Int] = [], concernedNames: String = "", channel: Channel = .web,
        contact: Contact = Contact(), mayBePublished: Bool = false, mayShowName: Bool = false,
        recordingID: UUID? = nil, fileIDs: [UUID] = [], entry: Comment.Entry? = nil, external: External? = nil
    ) {
        (self.key, self.formKey, self.kind) = (key, formKey ?? key, kind)
        self.body = TextNormalisation.normalised(body)
        let title = Self.line(title)
        // Who cannot write is not asked for a heading.
        self.title = title.isEmpty && self.body.isEmpty && recordingID != nil ? "语音留言" : title
        (self.place, self.concernedNames) = (Self.line(place), Self.line(concernedNames))
        (self.unitID, self.concernedUnitIDs, self.channel) = (unitID, concernedUnitIDs, channel)
        self.contact = Contact(
            name: TextNormalisation.normalised(contact.name), phone: TextNormalisation.normalised(contact.phone),
            email: TextNormalisation.normalised(contact.email))
        (self.mayBePublished, self.mayShowName) = (mayBePublished && kind.canBePublished, mayShowName)
        (self.recordingID, self.fileIDs, self.entry, self.external) = (recordingID, fileIDs, entry, external)
    }

    private static func line(_ typed: String) -> String {
        TextNormalisation.normalised(typed).replacing("\n", with: " ")
    }

    /// Everything that is wrong at once, in the order of the form.
    package var faults: [Fault] {
        var faults: [Fault] = []
        func check(_ text: String, _ most: Int, _ fault: (Int) -> Fault) {
            let length = TextLength.count(text)
            if length > most { faults.append(fault(length)) }
        }
        if title.isEmpty { faults.append(.titleEmpty) }
        check(title, Self.longestTitle) { .titleTooLong(count: $0) }
        if body.isEmpty, recordingID == nil { faults.append(.bodyEmpty) }
        check(body, Intake.longestBody) { .bodyTooLong(count: $0) }
        if fileIDs.count > Self.mostFiles { faults.append(.tooManyFiles) }
        check(place, Self.longestPlace) { .placeTooLong(count: $0) }
        if concernedUnitIDs.count > Self.mostConcernedUnits { faults.append(.tooManyUnits) }
        if let unitID, concernedUnitIDs.contains(unitID) { faults.append(.unitConcerned) }
        check(concernedNames, Self.longestNames) { .namesTooLong(count: $0) }
        check(contact.name, Contact.longestName) { .nameTooLong(count: $0) }
        if contact.phone.isEmpty {
            if kind.needsPhone, channel == .web { faults.append(.phoneRequired) }
        } else if Contact.normalisedPhone(contact.phone) == nil {
            faults.append(.phoneMalformed)
        }
        if !contact.email.isEmpty, Contact.normalisedEmail(contact.email) == nil { faults.append(.emailMalformed) }
        return faults
    }

    /// As it may stand beside the published message; nil unless the author allowed it.
    package var publicName: String? {
        mayShowName && mayBePublished && !contact.name.isEmpty ? Mask.name(contact.name) : nil
    }

    /// The message for the door, with a fresh salt and the contact encrypted.
    package func item(for intake: Intake, by actor: DatabaseActor = .anonymous) throws -> MessageItem {
        var reachable = contact
        reachable.email = Contact.normalisedEmail(contact.email) ?? ""
        return MessageItem(
            message: self, publicName: publicName, salt: SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) },
            codeMac: intake.codes.mac(for: key),
            contact: reachable.isEmpty ? nil : try intake.vault.seal(reachable), actor: actor)
    }
}

import Foundation
import Participation
import Text

/// The form of registration as it was typed, on the web or at the counter, before anything is checked.
struct RegistrationForm: Sendable {
    /// The fields of text by name, as they stand in the form.
    private(set) var values: [String: String] = [:]
    var key = UUID()
    /// What its files wait under.
    var formKey = UUID()
    /// Nil while neither was chosen.
    var consents: Bool?

    static let names = [
        "category", "name", "phone", "email", "identity", "born_on", "sex", "ethnicity", "education", "occupation",
        "organisation", "address", "channel", "arrived_on",
    ]

    init(today: CalendarDate? = nil) { values["arrived_on"] = today?.description ?? "" }

    init(_ form: FormData) {
        key = form.idempotencyKey ?? UUID()
        formKey = UUID(uuidString: form.string("form_key")) ?? UUID()
        for name in Self.names { values[name] = form.string(name) }
        // As typed: the page shows it again to the letter.
        values["reason"] = form.exactly("reason")
        switch form.string("consents") {
        case "yes": consents = true
        case "no": consents = false
        default: consents = nil
        }
    }

    subscript(_ name: String) -> String { values[name] ?? "" }

    var channel: Channel? {
        Channel(rawValue: self["channel"]).flatMap { Self.channels.contains($0) ? $0 : nil }
    }

    /// By which a registration comes that a member of staff enters.
    static let channels: [Channel] = [.counter, .phone, .letter, .mail]

    /// - Parameter entered: its channel and the day it arrived are read too.
    func registration(for offer: PublicGathering, files: [UUID], entered: Bool = false) -> Registration {
        var details = RegistrationDetails()
        details.bornOn = CalendarDate(self["born_on"])
        (details.sex, details.ethnicity) = (self["sex"], TextNormalisation.normalised(self["ethnicity"]))
        details.education = TextNormalisation.normalised(self["education"])
        details.occupation = TextNormalisation.normalised(self["occupation"])
        details.address = TextNormalisation.normalised(self["address"])
        return Registration(
            key: key, formKey: formKey, gathering: offer.number, category: self["category"],
            contact: Contact(
                name: self["name"], phone: self["phone"],
                email: Contact.normalisedEmail(self["email"]) ?? self["email"]), identity: self["identity"],
            details: details, organisation: self["organisation"], reason: self["reason"], consents: consents,
            fileIDs: files, channel: entered ? channel ?? .counter : .web,
            arrivedOn: entered ? CalendarDate(self["arrived_on"]) : nil
        ).following(offer)
    }

    /// What is wrong with how it came.
    func entryErrors(_ offer: PublicGathering, _ texts: Texts) -> FormErrors {
        var errors = FormErrors()
        errors.require(channel != nil, "channel", texts["registrations.errors.channel"])
        let day = CalendarDate(self["arrived_on"])
        errors.require(
            day.map { $0 <= offer.lastArrival } ?? false, "arrived_on",
            texts["registrations.errors.arrived_on", ["day": ChinaTime.day(offer.lastArrival, in: texts.clock)]])
        return errors
    }
}

extension FormErrors {
    /// Everything that is wrong with a registration, each beside its field.
    /// - Parameter asks: where an identity number is asked for, an age is read from it and told beside it.
    init(_ faults: [Registration.Fault], asking asks: Set<Gathering.Asked>, _ texts: Texts) {
        self.init(
            faults.map { fault in
                let field = fault.field == "born_on" && asks.contains(.identity) ? "identity" : fault.field
                return (field, texts.sentence(fault))
            })
    }
}

extension Texts {
    func sentence(_ fault: Registration.Fault) -> String {
        switch fault {
        case .categoryMissing: self["registrations.errors.category"]
        case .nameRequired: self["registrations.errors.name"]
        case .phoneRequired: self["registrations.errors.phone"]
        case .phoneMalformed: self["comments.errors.phone_malformed"]
        case .emailMalformed: self["registrations.errors.email"]
        case .identityRequired: self["registrations.errors.identity"]
        case .identityWrong: self["registrations.errors.identity_wrong"]
        case .birthdayRequired: self["registrations.errors.born_on"]
        case .tooYoung(let least): self["registrations.errors.too_young", ["count": least]]
        case .tooOld(let most): self["registrations.errors.too_old", ["count": most]]
        case .missing(let asked):
            self[
                "registrations.errors.missing",
                ["field": self["registrations.form.\(asked == .unit ? "organisation" : asked.rawValue)"]]]
        case .tooLong(_, let limit): self["registrations.errors.too_long", ["count": limit]]
        case .consentRequired: self["registrations.errors.consents"]
        }
    }
}

extension Registration.Fault {
    /// The field of the form it stands at.
    var field: String {
        switch self {
        case .categoryMissing: "category"
        case .nameRequired: "name"
        case .phoneRequired, .phoneMalformed: "phone"
        case .emailMalformed: "email"
        case .identityRequired, .identityWrong: "identity"
        case .birthdayRequired, .tooYoung, .tooOld: "born_on"
        case .missing(let asked): asked.rawValue
        case .tooLong(let field, _): field
        case .consentRequired: "consents"
        }
    }
}

import Foundation
import Participation
import Text

/// The comment form as it was typed, before anything is checked.
struct CommentForm: Sendable {
    var key: UUID
    var edition: Int
    var row: Int?
    var content: String
    var submitter: Submitter.Kind
    var organisation: String
    var people: String
    var name: String
    var phone: String
    var showsName: Bool

    /// A form that nobody has typed into.
    init(edition: Int, row: Int?) {
        key = UUID()
        (self.edition, self.row) = (edition, row)
        (content, submitter, organisation, people, name, phone) = ("", .person, "", "", "", "")
        showsName = false
    }

    init(_ form: FormData) {
        key = form.idempotencyKey ?? UUID()
        edition = form.int("edition") ?? 0
        row = form.int("row")
        // As typed: the page shows it again to the letter, the comment normalises it.
        content = form.exactly("content")
        submitter = Submitter.Kind(rawValue: form.string("submitter")) ?? .person
        organisation = form.string("organisation")
        people = form.string("people")
        name = form.string("name")
        phone = form.string("phone")
        showsName = form.bool("show_name")
    }

    /// Who it is said to come from.
    var sender: Submitter {
        switch submitter {
        case .person: .person
        case .organisation: .organisation(organisation)
        case .joint: .joint(people: Int(FormData.plainDigits(people)) ?? 0)
        }
    }

    func comment(on consultation: Consultation) -> Comment {
        Comment(
            key: key, procedure: consultation.number, editionID: edition, position: row, body: content,
            submitter: sender,
            contact: Contact(name: name, phone: phone), showsName: showsName
        ).following(name: consultation.nameRule, phone: consultation.phoneRule)
    }
}

extension FormErrors {
    /// Everything that is wrong with a comment, each beside its field.
    init(_ faults: [Comment.Fault], _ texts: Texts) {
        self.init(faults.map { ($0.field, texts.sentence($0)) })
    }
}

extension Texts {
    func sentence(_ fault: Comment.Fault) -> String {
        let (_, key, count) = fault.words
        return self["comments.errors.\(key)", count.map { ["count": $0, "limit": fault.limit] } ?? [:]]
    }
}

extension Comment.Fault {
    /// The field of the form it stands at.
    var field: String { words.field }

    /// Field, key of its sentence, and the count it names.
    fileprivate var words: (field: String, key: String, count: Int?) {
        switch self {
        case .bodyEmpty: ("content", "body_empty", nil)
        case .bodyTooLong(let count): ("content", "body_too_long", count)
        case .nameRequired: ("name", "name_required", nil)
        case .nameTooLong(let count): ("name", "name_too_long", count)
        case .phoneRequired: ("phone", "phone_required", nil)
        case .phoneMalformed: ("phone", "phone_malformed", nil)
        case .organisationRequired: ("organisation", "organisation_required", nil)
        case .organisationTooLong(let count): ("organisation", "organisation_too_long", count)
        case .peopleMissing: ("people", "people_missing", nil)
        }
    }

    fileprivate var limit: Int {
        switch self {
        case .bodyTooLong: Intake.longestBody
        case .nameTooLong: Contact.longestName
        default: Submitter.longestOrganisation
        }
    }
}

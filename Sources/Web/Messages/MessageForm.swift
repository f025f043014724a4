import Foundation
import Participation
import Text

/// The form of a message as it was typed, before anything is checked.
struct MessageForm: Sendable {
    /// What people choose as a kind; two of them are not taken here.
    enum Wish: String, CaseIterable, Sendable {
        case inquiry, complaint, suggestion, help, report
        /// 反映公职人员违纪违法: to discipline inspection.
        case officials
        /// 依申请公开: to the office for information requests.
        case information

        var kind: MessageKind? { MessageKind(rawValue: rawValue) }
    }

    var key: UUID
    /// Under which its files are stored: it stays while the script of the page gives changed words a new key.
    var formKey: UUID
    var wish: Wish?
    var title: String
    var words: String
    var place: String
    var unit: Int?
    var concerned: [Int]
    var names: String
    var name: String
    var phone: String
    var email: String
    var mayBePublished: Bool
    var mayShowName: Bool
    /// Similar answers were shown before.
    var offered: Bool

    /// A form that nobody has typed into.
    init() {
        (key, formKey) = (UUID(), UUID())
        (title, words, place, names, name, phone, email) = ("", "", "", "", "", "", "")
        (concerned, mayBePublished, mayShowName, offered) = ([], false, false, false)
    }

    init(_ form: FormData) {
        key = form.idempotencyKey ?? UUID()
        formKey = UUID(uuidString: form.string("form_key")) ?? UUID()
        wish = Wish(rawValue: form.string("kind"))
        // As typed: the page shows it again to the letter, the message normalises it.
        title = form.exactly("title")
        words = form.exactly("message")
        place = form.string("place")
        unit = form.int("unit")
        concerned = Array(Set(form.ints("concerned"))).sorted()
        names = form.string("concerned_names")
        name = form.string("name")
        phone = form.string("phone")
        email = form.string("email")
        mayBePublished = form.bool("publish")
        mayShowName = form.bool("show_name")
        offered = form.bool("offered")
    }

    func message(_ kind: MessageKind, recording: UUID?, files: [UUID]) -> Message {
        Message(
            key: key, formKey: formKey, kind: kind, title: title, body: words, place: place, unitID: unit,
            concernedUnitIDs: concerned, concernedNames: names,
            contact: Contact(name: name, phone: phone, email: email), mayBePublished: mayBePublished,
            mayShowName: mayShowName, recordingID: recording, fileIDs: files)
    }
}

extension FormErrors {
    /// Everything that is wrong with a message, each beside its field.
    init(of faults: [Message.Fault], _ texts: Texts) {
        self.init(
            faults.map { fault in
                let (field, key, count, limit) = fault.words
                return (
                    field,
                    texts["messages.errors.\(key)", count.map { ["count": $0, "limit": limit] } ?? ["limit": limit]]
                )
            })
    }
}

extension Message.Fault {
    /// Field, key of its sentence, the count it names, and the limit.
    fileprivate var words: (field: String, key: String, count: Int?, limit: Int) {
        switch self {
        case .titleEmpty: ("title", "title_empty", nil, 0)
        case .titleTooLong(let count): ("title", "title_too_long", count, Message.longestTitle)
        case .bodyEmpty: ("message", "body_empty", nil, 0)
        case .bodyTooLong(let count): ("message", "body_too_long", count, Intake.longestBody)
        case .placeTooLong(let count): ("place", "place_too_long", count, Message.longestPlace)
        case .namesTooLong(let count): ("concerned_names", "names_too_long", count, Message.longestNames)
        case .tooManyUnits: ("concerned", "too_many_units", nil, Message.mostConcernedUnits)
        case .unitConcerned: ("unit", "unit_concerned", nil, 0)
        case .tooManyFiles: ("files", "too_many_files", nil, Message.mostFiles)
        case .nameTooLong(let count): ("name", "name_too_long", count, Contact.longestName)
        case .phoneRequired: ("phone", "phone_required", nil, 0)
        case .phoneMalformed: ("phone", "phone_malformed", nil, 0)
        case .emailMalformed: ("email", "email_malformed", nil, 0)
        }
    }
}

import Foundation
import Participation
import Text

/// Notes of a visit, made for a phone in a village. With its script it works without a network.
struct FieldPage: Page {
    static let template = "visits/field"

    struct Photo: Sendable {
        let href: String
        let caption: String
        let note: String
        let removeHref: String?
    }

    let title: String
    let lead: String
    /// Of this visit, below which notes and pictures are sent.
    let address: String
    let backHref: String
    let back: String
    /// Whose notes this page keeps.
    let keeper: Int
    /// A forum has only its pictures here: it is written down at its live desk.
    let isVisit: Bool
    let mayWrite: Bool
    /// Where what was noted is read once more and corrected; absent before anything was, and once it is worked up.
    let checkHref: String?
    /// Where what was said and came too late is entered as a letter or call is.
    let entryHref: String
    /// As what was not taken is saved.
    let keptFile: String
    /// Ends the visit; absent unless it is under way.
    let endAction: String?
    /// Make what is sent without a script count once.
    let key: String
    let person: String
    let photoKey: String
    let typedName: String
    let phone: String
    let typedUnit: String
    let consents: Bool
    let words: String
    let caption: String
    let storedText: String
    let photos: Filled<Photo>?
    let errors: FormErrors

    static let samples = [true, false].map { full in
        FieldPage(
            title: "走访记录", lead: "编号 V-1", address: "/desk/visits/V-1", backHref: "/desk/hearings/V-1", back: "回到这次走访",
            keeper: 1,
            isVisit: full, mayWrite: full,
            checkHref: full ? "/t" : nil, entryHref: "/n", keptFile: "V-1.txt", endAction: full ? "/e" : nil, key: "k",
            person: "p", photoKey: "q",
            typedName: "李某", phone: "0762-1",
            typedUnit: "黎咀村", consents: full,
            words: "路不好走。", caption: "村口", storedText: "1 人，2 条，1 张照片。",
            photos: full
                ? Filled([
                    Photo(href: "/a", caption: "村口", note: "公开", removeHref: "/r"),
                    Photo(href: "/b", caption: "路", note: "不公开", removeHref: nil),
                ]) : nil,
            errors: full
                ? FormErrors(["name", "phone", "unit", "words", "photo", "caption"].map { ($0, "请填写。") }) : FormErrors()
        )
    }
}

/// What was typed into the forms of the page.
struct FieldForm: Sendable {
    var key = UUID()
    var person = UUID()
    var name = ""
    var phone = ""
    var unit = ""
    var consents = false
    var words = ""
    var caption = ""

    init() {}

    init(_ form: FormData) {
        key = UUID(uuidString: form.string("key")) ?? UUID()
        person = UUID(uuidString: form.string("person")) ?? UUID()
        (name, phone, unit) = (form.string("name"), form.string("phone"), form.string("unit"))
        (consents, words, caption) = (form.has("consents"), form.exactly("words"), form.string("caption"))
    }

    func note(at moment: Date) -> FieldNote {
        FieldNote(
            key: key, person: person, name: name, phone: phone, unit: unit, consents: consents, words: words,
            saidAt: moment)
    }
}

extension FieldNote.Fault {
    /// Beside which field of the form it is said.
    var field: String {
        switch self {
        case .name, .nameTooLong, .person, .unchanged, .pictured: "name"
        case .phone: "phone"
        case .unitTooLong: "unit"
        case .words, .wordsTooLong, .over, .changed: "words"
        }
    }

    func sentence(_ texts: Texts) -> String { texts["visits.faults.\(rawValue)"] }
}

extension FieldCounts {
    func words(_ texts: Texts) -> String {
        texts["visits.field.stored_text", ["people": people, "points": points, "photos": photos]]
    }
}

extension FieldPage {
    init(
        _ it: Gathering, counts: FieldCounts, photos stored: [GatheringPhoto], keeper: Int, typed form: FieldForm,
        errors: FormErrors, _ texts: Texts
    ) {
        isVisit = it.kind == .visit
        title = texts["visits.field.\(isVisit ? "title" : "photos_title")", ["title": it.title]]
        lead = texts["visits.field.\(isVisit ? "lead" : "photos_lead")", ["number": it.number]]
        address = "/desk/visits/\(it.number)"
        (backHref, back) = (it.address, texts["visits.field.\(isVisit ? "back" : "photos_back")"])
        self.keeper = keeper
        // Once it is over, what still waits in a phone comes, said before its end.
        mayWrite = [.announced, .underWay, .held].contains(it.state)
        checkHref = isVisit && [.underWay, .held].contains(it.state) ? "\(it.address)/transcript" : nil
        (entryHref, keptFile) = ("/desk/procedures/\(it.procedureNumber)/entry", "\(it.number).txt")
        endAction = isVisit && it.state == .underWay ? "\(it.address)/live/end" : nil
        (key, person) = (form.key.uuidString.lowercased(), form.person.uuidString.lowercased())
        photoKey = UUID().uuidString.lowercased()
        (typedName, phone, typedUnit) = (form.name, form.phone, form.unit)
        (consents, words, caption) = (form.consents, form.words, form.caption)
        storedText =
            isVisit ? counts.words(texts) : texts["visits.field.stored_photos", ["count": stored.count]]
        let address = address
        let mayRemove = it.state != .closed
        photos = Filled(
            stored.map {
                Photo(
                    href: "/desk/attachments/\($0.attachmentID.uuidString.lowercased())",
                    caption: $0.caption.isEmpty ? texts["visits.field.no_caption"] : $0.caption,
                    note: texts["visits.field.\($0.mayBePublic ? "public_photo" : "internal_photo")"],
                    removeHref: mayRemove ? "\(address)/photos/\($0.key.uuidString.lowercased())/remove" : nil)
            })
        self.errors = errors
    }
}

import Participation
import Text

/// What is said of a new draft beside its file, as typed.
struct DraftForm: Sendable {
    var title = ""
    var field = ""
    var unitID: Int?

    init() {}

    init(_ form: FormData) {
        title = form.string("title")
        field = form.string("field")
        unitID = form.int("unit")
    }

    /// The title it will have: without one of its own, that of its field.
    var fullTitle: String { title.isEmpty ? ImportDirectory.title(ofField: field) : title }

    func errors(units: [Unit], _ texts: Texts) -> FormErrors {
        var errors = FormErrors()
        errors.require((1...40).contains(TextLength.count(field)), "field", texts["drafts.errors.field"])
        errors.require(TextLength.count(title) <= 200, "title", texts["drafts.errors.title"])
        errors.require(units.contains { $0.id == unitID }, "unit", texts["drafts.errors.unit"])
        return errors
    }
}

/// What is said of the next edition beside its file, as typed.
struct EditionForm: Sendable {
    static let longestNote = 1000

    var stage: Edition.Stage?
    var note = ""
    /// What the person had before them of the edition before.
    var compared: SeenEdition?

    init() { stage = .revised }

    init(_ form: FormData) {
        stage = Edition.Stage(rawValue: form.string("stage"))
        note = form.string("note")
        compared = SeenEdition(form.string("compared"))
    }

    func errors(_ texts: Texts) -> FormErrors {
        var errors = FormErrors()
        errors.require(stage != nil, "stage", texts["drafts.errors.stage"])
        errors.require(
            TextLength.count(note) <= Self.longestNote, "note",
            texts["drafts.errors.note", ["limit": Self.longestNote]])
        return errors
    }
}

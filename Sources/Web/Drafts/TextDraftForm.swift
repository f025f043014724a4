import Crypto
import Foundation
import Participation

/// A text draft as it is typed or pasted: as a new draft, or as the next edition of one.
struct TextDraftForm: Sendable {
    var draft: DraftForm
    var edition: EditionForm
    /// As it was typed.
    var text = ""
    /// The document that the text was taken from.
    var source = ""
    /// Names this import, however often the form is sent.
    var key: UUID
    /// What the person has seen the result of.
    var shown = ""

    init(key: UUID) { (draft, edition, self.key) = (DraftForm(), EditionForm(), key) }

    init(_ form: FormData) {
        draft = DraftForm(form)
        edition = EditionForm(form)
        text = form.string("text")
        source = String(form.string("source").prefix(200))
        key = UUID(uuidString: form.string("key")) ?? UUID()
        shown = form.string("shown")
    }

    /// Of the text as it is now; as long as it is what was shown, nothing was changed since.
    var mark: String {
        SHA256.hash(data: Data(text.utf8)).prefix(8).map { String($0, radix: 16) }.joined(separator: "-")
    }
}

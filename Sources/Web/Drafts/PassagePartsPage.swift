import Participation
import Text

/// A new passage, one divided in two, or two joined: forms that make other passages of what there is.
struct PassagePartsPage: Page {
    static let template = "drafts/passage-parts"

    struct Part: Sendable {
        let heading: String?
        let form: PassageForm
    }

    struct Hidden: Sendable {
        let name: String
        let value: String
    }

    /// Another passage to join with than the one after it.
    struct Other: Sendable {
        let value: String
        let action: String
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let action: String
    let button: String
    let back: String
    let hidden: [Hidden]
    let other: Other?
    let parts: [Part]
    let errors: FormErrors

    init(
        _ key: String, of draft: Draft, in edition: Edition, action: String, back: String, hidden: [(String, Int)],
        other: Other? = nil, parts: [(String?, PassageForm)], errors: FormErrors, _ texts: Texts
    ) {
        title = texts["editions.\(key).title"]
        crumbs = texts.crumbs(to: edition, of: draft)
        lead = texts["editions.\(key).lead"]
        button = texts["editions.\(key).button"]
        (self.action, self.back, self.other) = (action, back, other)
        self.hidden = hidden.map { Hidden(name: $0, value: String($1)) }
        self.parts = parts.map { Part(heading: $0, form: $1) }
        self.errors = errors
    }

    private init(other: Other?) {
        (title, lead, action, button, back) = ("拆成两行", "分成两部分", "/a", "拆分", "/b")
        crumbs = [Crumb(href: "/desk/drafts", text: "目录草案")]
        (hidden, self.other) = ([Hidden(name: "version", value: "1")], other)
        parts = [Part(heading: "第一部分", form: .sample), Part(heading: nil, form: .sample)]
        errors = FormErrors([("number", "太长了"), ("with", "没有这一行")])
    }

    static let samples = [PassagePartsPage(other: Other(value: "6", action: "/m")), PassagePartsPage(other: nil)]
}

import Foundation
import Participation
import Text

/// Number and code, for who was there.
struct TranscriptLookupPage: Page {
    static let template = "live_desk/lookup"
    let title, number, code: String
    let errors: FormErrors

    static let samples = [
        TranscriptLookupPage(
            title: "确认笔录", number: "H-2026-000001-7", code: "4072",
            errors: FormErrors([("number", "不对。"), ("code", "不对。")]))
    ]
}

/// One page of the transcript on the phone of somebody who was there: right, or not. Number and code travel in the form, never in an address.
struct TranscriptPage: Page {
    static let template = "live_desk/transcript"

    struct Tab: Sendable {
        let number: Int
        let text: String
        let isHere: Bool
    }

    struct Shown: Sendable {
        let page, seen: Int
        let heading, standing, note: String
        let lines: [TranscriptLinePart]
        let takesMarks: Bool
    }

    let title, who, number, code: String
    let done: String?
    let pages: Filled<Tab>?
    let shown: Shown?
    let errors: FormErrors

    /// - Parameter lines: of the page; none before it ended.
    init(
        _ it: OwnTranscript, number: String, code: QueryCode, page: Int, lines: [OwnTranscript.Line],
        done: String? = nil, note: String = "", errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        (title, who, self.number, self.code) = (it.title, LiveDeskPages.label(it.speaker, texts), number, code.digits)
        func standing(_ page: Int) -> String { it.marks[page]?.rawValue ?? "unmarked" }
        pages = Filled(
            it.pages > 0
                ? (1...it.pages).map {
                    let words = texts["live_desk.mark.tab_standing.\(standing($0))"]
                    return Tab(
                        number: $0, text: texts["live_desk.mark.tab", ["page": $0, "standing": words]],
                        isHere: $0 == page)
                } : [])
        shown =
            lines.isEmpty
            ? nil
            : Shown(
                page: page, seen: lines.map(\.place).max() ?? 0,
                heading: texts["live_desk.transcript.page", ["page": page]],
                standing: texts["live_desk.mark.\(standing(page))"], note: note,
                lines: TranscriptLinePart.all(lines, texts), takesMarks: it.state == .held)
        (self.done, self.errors) = (done, errors)
    }

    private init(_ shown: Shown?) {
        (title, who, number, code) = ("养老服务听证会", "参加人3", "H-2026-000001-7", "407295183364")
        (done, pages) = ("您确认了第1页。", Filled([Tab(number: 1, text: "第1页", isHere: true)]))
        self.shown = shown
        errors = FormErrors("note", "请写明哪里不对。")
    }

    static let samples = [
        TranscriptPage(nil),
        TranscriptPage(
            Shown(
                page: 1, seen: 7, heading: "第1页", standing: "您还没有确认这一页。", note: "少了一句。",
                lines: TranscriptLinePart.sample, takesMarks: true)),
    ]
}

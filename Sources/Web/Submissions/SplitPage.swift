import Participation
import Text

/// Where a submission is divided: its text sentence by sentence, at each the choice that a new opinion begins there.
struct SplitPage: Page {
    static let template = "submissions/split"

    struct Piece: Sendable {
        let index: Int
        let text: String
        let begins: Bool
        /// The first always begins one.
        let isFirst: Bool
        /// The number of the row that what begins here is about; empty for the whole.
        let row: String
    }

    let title: String
    let crumbs: [Crumb]
    let address: String
    /// The opinions as they were when the page was made.
    let seen: String
    let pieces: [Piece]
    let canJoin: Bool
    let errors: FormErrors

    /// What came back with a mistake: where opinions begin, and what they are about.
    struct Typed {
        var begins: Set<Int> = []
        var rows: [Int: String] = [:]
        var errors = FormErrors()
    }

    init(_ it: ReceivedSubmission, typed: Typed? = nil, _ texts: Texts) {
        title = texts["submissions.split.title"]
        address = "/desk/submissions/\(it.facts.number)"
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/procedures/\(it.procedure.number)", text: it.procedure.title),
            Crumb(href: address, text: texts["submissions.one.title", ["number": it.facts.number]]),
        ]
        seen = Self.seen(it)
        pieces = Self.sentences(of: it).enumerated().map { index, piece in
            Piece(
                index: index, text: piece.text, begins: typed.map { $0.begins.contains(index) } ?? piece.begins,
                isFirst: index == 0, row: typed.map { $0.rows[index] ?? "" } ?? piece.row)
        }
        canJoin = it.opinions.count > 1
        errors = typed?.errors ?? FormErrors()
    }

    static func seen(_ it: ReceivedSubmission) -> String {
        it.opinions.map { "\($0.id).\($0.version)" }.joined(separator: " ")
    }

    static func sentences(of it: ReceivedSubmission) -> [(text: String, begins: Bool, row: String)] {
        it.opinions.flatMap { opinion in
            Sentences.of(opinion.body).enumerated().map { ($1, $0 == 0, opinion.rowNumber ?? "") }
        }
    }

    private init(pieces: [Piece]) {
        (title, crumbs, address) = ("拆分意见", [Crumb(href: "/desk", text: "工作台")], "/a")
        (seen, self.pieces, canJoin) = ("1.1", pieces, true)
        errors = FormErrors([("row-0", "没有这一行。")])
    }

    static let samples = [
        SplitPage(pieces: [
            Piece(index: 0, text: "太长。", begins: true, isFirst: true, row: "5"),
            Piece(index: 1, text: "请公开。", begins: false, isFirst: false, row: ""),
        ])
    ]
}

import Foundation
import Participation
import Text

/// What a unit of ours is asked, and its reply; or the form on which those who asked enter what came on paper.
struct WrittenReplyPage: Page {
    static let template = "written/reply"

    let title: String
    let crumbs: [Crumb]
    let addressee: String
    let standing: String
    let letter: LetterPart
    /// Absent once nothing is taken any more.
    let fields: LetterReplyFields?
    /// It has replied: another reply corrects that one.
    let isCorrection: Bool
    let action: String
    /// What came on paper: with its day and its scan.
    let isEntry: Bool
    let arrivedOn: String
    let firstArrival: String
    let lastArrival: String
    /// What it has replied.
    let given: String?
    let errors: FormErrors

    init(
        _ it: Addressee, letter: WrittenConsultation, passages: [Passage], reply: LetterReply, given: String?,
        isEntry: Bool, arrivedOn: String = "",
        errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        title = texts[isEntry ? "written.entry" : "written.reply"]
        crumbs =
            [
                Crumb(href: "/desk", text: texts["nav.desk"]),
                Crumb(href: "/desk/written", text: texts["written.title"]),
            ] + (isEntry ? [Crumb(href: "/desk/written/\(letter.id)", text: letter.title)] : [])
        (addressee, standing) = (it.name, texts.standing(of: it))
        self.letter = LetterPart(letter, passages: passages, texts)
        fields = letter.takesReplies ? LetterReplyFields(reply, texts) : nil
        isCorrection = it.reply != nil
        action = "/desk/written/replies/\(it.id)" + (isEntry ? "/entry" : "")
        self.isEntry = isEntry
        self.arrivedOn = arrivedOn
        firstArrival = letter.datedOn.description
        lastArrival = ChinaTime.date(letter.now).description
        self.given = given
        self.errors = errors
    }

    private init(isEntry: Bool, isDone: Bool) {
        (title, crumbs, addressee, standing) = ("回复", [Crumb(href: "/desk", text: "工作台")], "县财政局", "等回复")
        (letter, fields, action, self.isEntry) = (.sample, .sample, "/a", isEntry)
        isCorrection = isDone
        (arrivedOn, firstArrival, lastArrival) = ("2026-12-01", "2026-11-24", "2026-12-03")
        given = isDone ? "建议写明时限。" : nil
        errors = FormErrors(["kind", "content", "document_number", "arrived_on", "scan"].map { ($0, "请改一下。") })
    }

    static let samples = [
        WrittenReplyPage(isEntry: true, isDone: false), WrittenReplyPage(isEntry: false, isDone: true),
    ]
}

/// 函 on paper, to print: to one addressee, with the code by which an organisation replies and a slip for a reply by hand.
struct LetterSheetPage: Page {
    static let template = "written/sheet"

    let title: String
    let backHref: String
    let documentNumber: String
    let addressee: String
    let paragraphs: [String]
    let unit: String
    let day: String
    /// Where an organisation replies, and with which number and code.
    let link: String?
    let number: String
    let code: String?

    init(_ it: Addressee, of letter: WrittenConsultation, codes: QueryCodes, publicURL: String, _ texts: Texts) {
        title = letter.title
        backHref = "/desk/written/\(letter.id)"
        (documentNumber, addressee, paragraphs) = (letter.documentNumber, it.name, letter.body.paragraphs)
        (unit, day) = (letter.unitName, ChinaTime.day(letter.datedOn, in: .zh))
        link = it.unitID == nil ? "\(publicURL)/letters" : nil
        (number, code) = (letter.number, it.unitID == nil ? codes.code(for: it.key).spoken : nil)
    }

    private init() {
        (title, backHref, documentNumber, addressee) = ("关于征求意见的函", "/b", "龙民函〔2026〕12号", "县供电局")
        (paragraphs, unit, day) = (["我单位起草了目录。"], "县民政局", "2026年11月24日")
        (link, number, code) = ("https://example.cn/letters", "W-2026-000001-7", "4072 9518 3364")
    }

    static let samples = [LetterSheetPage()]
}

/// Number and code, for an organisation that was asked by letter.
struct LetterLookupPage: Page {
    static let template = "written/lookup"
    let title: String
    let number: String
    let code: String
    let errors: FormErrors

    static let samples = [
        LetterLookupPage(
            title: "回复来函", number: "W-2026-000001-7", code: "4072",
            errors: FormErrors([("number", "不对。"), ("code", "不对。")]))
    ]
}

/// A letter and the form of its reply, for an organisation. Number and code are typed once and carried by the form, never by an address.
struct ReceivedLetterPage: Page {
    static let template = "written/received"

    let title: String
    let number: String
    let code: String
    let letter: LetterPart
    let fields: LetterReplyFields?
    /// It has replied: another reply corrects that one.
    let isCorrection: Bool
    /// What was replied, and when.
    let given: String?
    let givenWords: [String]
    let isJustNow: Bool
    let errors: FormErrors

    init(
        _ it: ReceivedLetter, passages: [Passage], code: QueryCode, reply: LetterReply, isJustNow: Bool = false,
        errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        (title, number, self.code) = (it.title, it.number, code.digits)
        letter = LetterPart(it, passages: passages, texts)
        fields = it.canReply ? LetterReplyFields(reply, texts) : nil
        isCorrection = it.replyKind != nil
        given = it.replyKind.map { kind in
            texts[
                "written.given",
                [
                    "kind": texts["written.reply_kinds.\(kind.rawValue)"],
                    "moment": it.repliedAt.map { ChinaTime.minute($0, in: texts.clock) } ?? "",
                ]]
        }
        givenWords = (it.replyBody ?? "").paragraphs
        self.isJustNow = isJustNow
        self.errors = errors
    }

    private init(isDone: Bool) {
        (title, number, code, letter) = ("关于征求意见的函", "W-2026-000001-7", "407295183364", .sample)
        isCorrection = isDone
        (fields, given, givenWords, isJustNow) = (
            .sample, isDone ? "已回复" : nil, isDone ? ["建议"] : [], isDone
        )
        errors = FormErrors(["kind", "content"].map { ($0, "请改一下。") })
    }

    static let samples = [ReceivedLetterPage(isDone: true), ReceivedLetterPage(isDone: false)]
}

import Foundation
import Participation
import Questionnaires
import Slips
import Text

/// The receipt of a sheet: number and code, what was answered, and taking it back.
struct SheetReceiptPage: GappedPage {
    static let template = "questionnaires/receipt"

    let title: String
    let lead: String
    /// Drafts that begin so are over in this browser.
    let draftKey: String
    private(set) var number: String
    private(set) var code: String
    private(set) var receivedAt: String
    let arrivedOn: String?
    let stamp: String
    let stampDay: String
    let isWithdrawn: Bool
    let standingText: String
    let standingDetail: String
    /// What the questionnaire says to who has answered it.
    let closing: [String]
    /// That it was corrected since.
    let versionText: String?
    let questionnaire: String
    let questionnaireHref: String
    /// Once they may be seen.
    let resultsHref: String?
    /// In whose page it stands: who answered there and runs no script goes back to it from here.
    let consultation: Crumb?
    let channel: String
    private(set) var answersMarkup: Markup
    let sealedText: String?
    let lookup: String
    private(set) var withdrawHref: String?
    let withdrawUntil: String?
    private(set) var pictureHref: String
    private(set) var forgetAction: String
    private(set) var qrMarkup: Markup
    private(set) var proof: String
    private(set) var salt: String
    /// Absent once withdrawn or sealed.
    private(set) var canonicalForm: String?
    private(set) var recordHref: String?

    static let samples = [
        SheetReceiptPage(
            title: "您的答卷已收到", lead: "请保存。", draftKey: "/q", number: "MY-2026-000127-0", code: "4072 9518 3364",
            receivedAt: "2026年11月28日 21:14:06", arrivedOn: "2026年11月27日", stamp: "已收到", stampDay: "11.28",
            isWithdrawn: true, standingText: "已收到", standingDetail: "已计入。", closing: ["谢谢。"], versionText: "第1版",
            questionnaire: "满意度调查", questionnaireHref: "/q", resultsHref: "/q/results",
            consultation: Crumb(href: "/c", text: "目录征求意见"), channel: "网上",
            answersMarkup: Markup([Fact(label: "满意吗？", text: "满意")]), sealedText: "已封存", lookup: "查询",
            withdrawHref: "/w",
            withdrawUntil: "可以撤回", pictureHref: "/p", forgetAction: "/f", qrMarkup: Markup(trusted: "<svg></svg>"),
            proof: "9f", salt: "a0", canonicalForm: "minyi-sheet-v1\n", recordHref: "/r.txt")
    ]
}

extension SheetReceiptPage {
    mutating func leaveGaps(_ gaps: inout Gaps) {
        gaps.text(&number)
        gaps.text(&code)
        gaps.text(&receivedAt)
        gaps.markup(&answersMarkup)
        gaps.text(&withdrawHref)
        gaps.text(&pictureHref)
        gaps.text(&forgetAction)
        gaps.markup(&qrMarkup)
        gaps.text(&proof)
        gaps.text(&salt)
        gaps.text(&canonicalForm)
        gaps.text(&recordHref)
    }

    /// - Parameters:
    ///   - asked: what it has answered.
    ///   - units: all of them, for the names of those that were chosen.
    init(
        _ receipt: SheetReceipt, _ asked: AskedVersion, code: QueryCode, units: [Participation.Unit], publicURL: String,
        _ texts: Texts
    ) throws {
        let clock = texts.clock
        let address = "/receipts/\(receipt.number)"
        let standing = receipt.sealedAt != nil ? "sealed" : receipt.withdrawnAt != nil ? "withdrawn" : "received"
        title = texts["questionnaires.receipt.titles.\(standing)"]
        lead = texts["questionnaires.receipt.leads.\(standing)"]
        questionnaireHref = "/questionnaires/\(receipt.questionnaire)"
        resultsHref = receipt.resultsShown.isOpen(in: receipt.state) ? questionnaireHref + "/results" : nil
        consultation = receipt.consultation.map { Crumb($0, poll: receipt.questionnaire) }
        draftKey = questionnaireHref
        number = receipt.number
        self.code = code.spoken
        receivedAt = ChinaTime.second(receipt.receivedAt, in: clock)
        arrivedOn = receipt.arrivedOn.map { ChinaTime.day($0, in: clock) }
        (stamp, stampDay) = texts.stamp(receivedAt: receipt.receivedAt, withdrawnAt: receipt.withdrawnAt)
        isWithdrawn = receipt.withdrawnAt != nil
        standingText = texts["receipts.standings.\(standing)"]
        standingDetail = texts["questionnaires.receipt.details.\(standing)"]
        let given = try receipt.answers(to: asked)
        closing = asked.closing(to: given)
        versionText =
            receipt.newestVersion > receipt.version
            ? texts["questionnaires.receipt.version", ["version": receipt.version]] : nil
        questionnaire = receipt.title
        channel = texts.channel(receipt.channel.rawValue)
        answersMarkup = Markup(
            given.map { answers in
                let worded = asked.answering.map { $0.worded($0.questions, answers) }
                return texts.facts(of: answers, in: worded ?? asked.content.questions, units: units)
            } ?? [])
        sealedText = receipt.sealedAt.map { texts["receipts.sealed", ["day": ChinaTime.day($0, in: clock)]] }
        lookup = texts["receipts.footer_lookup", ["address": publicURL + "/receipts"]]
        withdrawHref = receipt.canWithdraw ? address + "/withdraw" : nil
        withdrawUntil =
            receipt.canWithdraw
            ? texts["receipts.withdraw_until", ["moment": ChinaTime.deadline(receipt.closesAt, in: clock)]] : nil
        pictureHref = address + "/receipt.png"
        forgetAction = address + "/forget"
        qrMarkup = OpenedReceipt.qr(receipt.number, code, publicURL: publicURL)
        proof = Hexadecimal.encode(receipt.proof)
        salt = Hexadecimal.encode(receipt.salt)
        canonicalForm = receipt.holdsWords ? receipt.canonicalForm.text : nil
        recordHref = receipt.holdsWords ? address + "/record.txt" : nil
    }
}

extension AskedVersion {
    /// What it says to who has answered it; nothing once the answers are gone.
    func closing(to given: Answers?) -> [String] {
        // What was opened can be read; the text as it stands is better than none.
        given.map { answering?.shown($0).closing ?? content.closing }?.paragraphs ?? []
    }
}

extension SheetReceipt {
    /// The receipt as a picture to keep. Answers are not on it: a picture goes further than its owner means.
    func slip(_ code: QueryCode, masthead: String, publicURL: String, _ texts: Texts) -> ReceiptSlip {
        var rows = [
            ReceiptSlip.Row(texts["receipts.number"], number, monospaced: true),
            ReceiptSlip.Row(texts["receipts.code"], code.spoken, monospaced: true),
            ReceiptSlip.Row(texts["receipts.received_at"], ChinaTime.second(receivedAt, in: texts.clock)),
        ]
        if let arrivedOn {
            rows.append(ReceiptSlip.Row(texts["receipts.arrived_on"], ChinaTime.day(arrivedOn, in: texts.clock)))
        }
        rows += [
            ReceiptSlip.Row(texts["receipts.about"], title),
            ReceiptSlip.Row(texts["questionnaires.receipt.channel"], texts.channel(channel.rawValue)),
            ReceiptSlip.Row(texts["receipts.proof"], Hexadecimal.encode(proof), monospaced: true),
        ]
        let (stamp, day) = texts.stamp(receivedAt: receivedAt, withdrawnAt: withdrawnAt)
        return ReceiptSlip(
            masthead: masthead, title: texts["questionnaires.receipt.slip_title"], stamp: [stamp, day], rows: rows,
            qr: OpenedReceipt.link(number, code, publicURL: publicURL), qrCaption: texts["receipts.qr_caption"],
            footer: [
                texts["receipts.footer_keep"], texts["receipts.footer_lookup", ["address": publicURL + "/receipts"]],
            ])
    }
}

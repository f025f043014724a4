import Participation
import Text

/// A receipt: the slip, where the submission stands, the answer, and what its author can do.
struct ReceiptPage: Page {
    static let template = "receipts/receipt"

    struct Answer: Sendable {
        /// Absent when there is only one opinion: it is the text above.
        let opinion: String?
        let outcome: String
        let outcomeText: String
        let reason: [String]
        let transferredTo: String?
        /// Where and by when what was adopted shows.
        let effect: String?
        /// To the changed words, once they are published.
        let changes: Filled<Crumb>?
    }

    let title: String
    let lead: String
    let number: String
    let code: String
    let receivedAt: String
    /// Of what came another way than the web: the day it reached the unit.
    let arrivedOn: String?
    let stamp: String
    let stampDay: String
    let consultation: String
    let consultationHref: String
    let target: String
    /// Absent once withdrawn or sealed.
    let content: String?
    let sealedText: String?
    let submitter: String
    let channel: String
    /// `long` or `longest`: printed smaller, so that one A5 page holds it. Absent for a usual text.
    let length: String?
    /// Where to look it up, for those who hold the paper.
    let lookup: String
    let isWithdrawn: Bool
    let standingText: String
    let standingDetail: String
    let answers: [Answer]
    let resultHref: String?
    let withdrawHref: String?
    let withdrawUntil: String?
    /// Where its author says that there should be a hearing; absent where nobody can any more.
    let proposeAction: String?
    let proposeText: String
    /// How many have said so; absent where nobody has.
    let proposing: String?
    /// Where a scan is sent; absent where none is taken.
    let scanAction: String?
    let hasScan: Bool
    let pictureHref: String
    let forgetAction: String
    let qrMarkup: Markup
    let proof: String
    let salt: String
    /// Absent once withdrawn or sealed.
    let canonicalForm: String?
    let recordHref: String?
    let errors: FormErrors

    static let samples = [
        ReceiptPage(
            title: "您的意见已收到", lead: "请保存这张回执。", number: "MY-2026-000127-0", code: "4072 9518 3364",
            receivedAt: "2026年11月28日 21:14:06", arrivedOn: "2026年11月27日", stamp: "已收到", stampDay: "11.28",
            consultation: "社会救助目录",
            consultationHref: "/c", target: "第 5 行 低保 · 政策法规文件", content: "二十个工作日太长\n改短", sealedText: nil,
            submitter: "个人", channel: "网上", length: "long", lookup: "查询结果：/receipts", isWithdrawn: true,
            standingText: "已收到",
            standingDetail: "截止以后会答复。", answers: [], resultHref: nil, withdrawHref: "/w",
            withdrawUntil: "12月1日24时前可以撤回", proposeAction: "/h", proposeText: "建议举行听证会",
            proposing: "3人建议", scanAction: "/s", hasScan: true,
            pictureHref: "/p.png", forgetAction: "/f", qrMarkup: Markup(trusted: "<svg></svg>"), proof: "9f",
            salt: "ab",
            canonicalForm: "minyi-submission-v1\n", recordHref: "/r.txt",
            errors: FormErrors("scan", "请选择文件。")),
        ReceiptPage(
            title: "意见回执", lead: "已有答复。", number: "MY-2026-000127-0", code: "4072 9518 3364",
            receivedAt: "2026年11月28日 21:14:06", arrivedOn: "2026年11月27日", stamp: "已收到", stampDay: "11.28",
            consultation: "社会救助目录",
            consultationHref: "/c", target: "整份目录", content: nil, sealedText: "已经封存。", submitter: "个人", channel: "网上",
            length: nil, lookup: "查询结果：/receipts", isWithdrawn: false, standingText: "已答复", standingDetail: "",
            answers: [
                Answer(
                    opinion: "第一点", outcome: "transferred", outcomeText: "转送", reason: ["不属于本次征求意见的范围。"],
                    transferredTo: "县教育局", effect: "修改稿，2027年1月1日以前",
                    changes: Filled([Crumb(href: "/c#row-5", text: "第 5 行")]))
            ],
            resultHref: "/r", withdrawHref: nil, withdrawUntil: nil, proposeAction: nil, proposeText: "",
            proposing: nil,
            scanAction: nil, hasScan: false,
            pictureHref: "/p.png",
            forgetAction: "/f", qrMarkup: Markup(trusted: ""), proof: "9f", salt: "ab", canonicalForm: nil,
            recordHref: nil, errors: FormErrors()),
    ]
}

/// Asks once more before a submission is taken back.
struct WithdrawPage: Page {
    static let template = "receipts/withdraw"
    let title: String
    let number: String
    let content: String
    let action: String
    let receiptHref: String
    let until: String
    let effect: String

    static let samples = [
        WithdrawPage(
            title: "撤回意见", number: "MY-2026-000127-0", content: "太长\n改短", action: "/w", receiptHref: "/r",
            until: "12月1日24时前可以撤回。", effect: "会删除。")
    ]
}

extension WithdrawPage {
    /// Nil for what cannot be taken back any longer.
    init?(_ opened: OpenedReceipt, _ texts: Texts) {
        switch opened {
        case .comment(let receipt) where receipt.canWithdraw:
            content = receipt.body
            until = texts["receipts.withdraw_until", ["moment": ChinaTime.deadline(receipt.closesAt, in: texts.clock)]]
        case .message(let receipt) where receipt.canWithdraw:
            content = receipt.body.isEmpty ? receipt.title : receipt.title + "\n" + receipt.body
            until = texts["messages.receipt.withdraw_until"]
        case .sheet(let receipt) where receipt.canWithdraw:
            content = receipt.title
            until = texts["receipts.withdraw_until", ["moment": ChinaTime.deadline(receipt.closesAt, in: texts.clock)]]
        case .registration(let receipt) where receipt.canWithdraw:
            content = receipt.title
            until = texts["registrations.receipt.withdraw_until"]
        case .comment, .message, .sheet, .registration: return nil
        }
        switch opened {
        case .sheet(let receipt):
            title = texts["questionnaires.receipt.withdraw_title"]
            effect =
                texts["questionnaires.receipt.withdraw_effect"]
                + (receipt.voice == .code ? texts["questionnaires.receipt.withdraw_code"] : "")
        case .registration:
            title = texts["registrations.receipt.withdraw_title"]
            effect = texts["registrations.receipt.withdraw_effect"]
        case .comment, .message:
            title = texts["receipts.withdraw.title"]
            effect = texts["receipts.withdraw.effect"]
        }
        number = opened.number
        (receiptHref, action) = ("/receipts/\(number)", "/receipts/\(number)/withdraw")
    }
}

/// How to check a receipt without trusting this site.
struct HowToCheckPage: Page {
    static let template = "receipts/how-to-check"
    let title: String
    static let samples = [HowToCheckPage(title: "怎样核对回执")]
}

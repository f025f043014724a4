import Participation

/// Exactly the words that will be public, what was said about them so far, and the form of the next step for whom it is.
struct ClearancePage: Page {
    static let template = "clearances/clearance"

    struct Link: Sendable {
        let text: String
        let href: String
    }

    struct Finding: Sendable {
        let kind: String
        let words: String
        let place: String
    }

    struct Step: Sendable {
        let time: String
        let text: String
        let note: String?
    }

    struct Choice: Sendable {
        let value: String
        let text: String
        let hint: String?
        let chosen: Bool
    }

    struct DescriptionForm: Sendable {
        let attributes: [Choice]
        let reason: String
        let documentNumber: String
        let writtenOn: String
        let subject: String
        let keywords: String
    }

    struct ReviewForm: Sendable {
        let verdicts: [Choice]
        let attributes: [Choice]
        let note: String
    }

    struct ApprovalForm: Sendable {
        let verdicts: [Choice]
        let attributes: [Choice]
        let note: String
    }

    struct PaperForm: Sendable {
        let verdicts: [Choice]
        let attributes: [Choice]
        let signer: String
        let signedOn: String
        let note: String
        /// The scan was chosen before and has to be chosen again.
        let chooseAgain: Bool
    }

    /// What will happen, beside the button that does it.
    struct Publishing: Sendable {
        let effect: String
        let button: String
    }

    let id: Int
    let title: String
    let crumbs: [Crumb]
    let stage: String
    let stageText: String
    let kind: String
    let unit: String
    let procedure: Link
    let attribute: String
    /// Why it is not for proactive disclosure.
    let attributeReason: String?
    /// What the drafter proposed and why, where another attribute holds by now.
    let proposed: String?
    /// What stands at its head.
    let facts: [Fact]
    /// Grows with everything that is said of it.
    let asRead: Int
    /// What another attribute than proactive would mean for a paper that goes to the public.
    let attributeHint: String?
    let hash: String
    let companion: Link?
    /// Of a later edition: what it changes in what was commented on.
    let changesHref: String?
    /// Where it stands and, where it is not this person's turn, who can go on.
    let standing: String
    let elsewhere: Link?
    /// Steps for who drafts, where it has ended without being published.
    let wayOn: Filled<Link>?
    /// The way on paper; absent once nothing is to be signed.
    let formHref: String?
    let history: [Step]
    let scanHref: String?
    let findings: Filled<Finding>?

    /// Whether the words will be, were or were not published.
    let wordsLead: String
    let sections: [NoticePage.Section]
    let groups: DraftTable.Groups?
    let result: ResultBody?
    /// Of a questionnaire or poll.
    let asked: QuestionnaireResultBody?
    let isSealed: Bool
    let signature: String

    /// Whether a form follows the words.
    let decides: Bool
    let description: DescriptionForm?
    let review: ReviewForm?
    let approval: ApprovalForm?
    let paper: PaperForm?
    let publishing: Publishing?
    let errors: FormErrors
}

extension ClearancePage {
    static let samples: [ClearancePage] = {
        func sample(
            description: DescriptionForm? = nil, review: ReviewForm? = nil, approval: ApprovalForm? = nil,
            paper: PaperForm? = nil,
            publishing: Publishing? = nil, sections: [NoticePage.Section] = [],
            groups: DraftTable.Groups? = nil, result: ResultBody? = nil, asked: QuestionnaireResultBody? = nil,
            isSealed: Bool = false,
            errors: FormErrors = FormErrors()
        ) -> ClearancePage {
            ClearancePage(
                id: 3, title: "关于征求意见的公告", crumbs: [Crumb(href: "/desk/clearances", text: "发布审批")], stage: "review",
                stageText: "等保密审查", kind: "征求意见公告", unit: "县民政局",
                procedure: Link(text: "社会救助目录", href: "/desk/procedures/C-1"), attribute: "依申请公开",
                attributeReason: "过程性信息", proposed: "拟稿人拟不予公开：过程性信息",
                facts: [Fact(label: "主题词", text: "低保")], asRead: 1, attributeHint: "不公布，就不能征求意见。",
                hash: "ab12",
                companion: Link(text: "与征求意见稿一起公布", href: "/desk/clearances/2"),
                changesHref: "/desk/clearances/3/changes",
                standing: "由赵某审查。",
                elsewhere: Link(text: "查看新的一稿", href: "/desk/clearances/5"),
                wayOn: Filled([Link(text: "在草案里改出下一稿", href: "/desk/drafts/1")]), formHref: "/desk/clearances/3/form",
                history: [
                    Step(time: "2026年11月24日 10:00", text: "陈某拟稿", note: nil),
                    Step(time: "2026年11月24日 11:00", text: "保密审查通过 · 赵某", note: "不涉密。"),
                ], scanHref: "/desk/attachments/x",
                findings: Filled([Finding(kind: "手机号", words: "13800000000", place: "第 5 行")]),
                wordsLead: "下面就是将要公布的内容。", sections: sections, groups: groups, result: result, asked: asked,
                isSealed: isSealed, signature: "县民政局", decides: true,
                description: description, review: review, approval: approval, paper: paper, publishing: publishing,
                errors: errors)
        }
        let verdicts = [Choice(value: "1", text: "通过", hint: "不涉密", chosen: true)]
        let faults = [
            "passed", "attribute", "review_note", "granted", "approval_note", "paper_granted", "signer", "signed_on",
            "paper_note", "scan", "proposed", "attribute_reason", "document_number", "written_on", "subject",
            "keywords",
        ]
        return [
            sample(
                description: DescriptionForm(
                    attributes: verdicts, reason: "过程性信息", documentNumber: "龙府办〔2026〕1号", writtenOn: "2026-11-24",
                    subject: "民政", keywords: "低保"),
                review: ReviewForm(verdicts: verdicts, attributes: verdicts, note: "不涉密"),
                sections: [NoticePage.Section(heading: "一、时间", paragraphs: ["11月24日起"], tables: [.sample])],
                errors: FormErrors(faults.map { ($0, "请改一下这里。") })),
            sample(
                approval: ApprovalForm(verdicts: verdicts, attributes: verdicts, note: "同意"),
                paper: PaperForm(
                    verdicts: verdicts, attributes: verdicts, signer: "王某", signedOn: "2026-11-24", note: "同意",
                    chooseAgain: true),
                groups: DraftTable.Groups([DraftTable.Group(title: "低保", rows: DraftTable.Row.samples)]),
                errors: FormErrors(faults.map { ($0, "请改一下这里。") })),
            sample(publishing: Publishing(effect: "马上可以看到。", button: "公布"), result: .sample),
            sample(groups: .textSample, isSealed: true),
            sample(asked: .sample),
        ]
    }()
}

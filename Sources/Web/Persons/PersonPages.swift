import Participation
import Text

/// What became of somebody's wish to say who they are, when it did not lead to the questions.
struct PersonPage: Page {
    static let template = "persons/ended"

    /// Why.
    enum Reason: String, CaseIterable, Sendable {
        /// They turned back at the provider.
        case cancelled
        /// It took too long, or began in another browser.
        case expired
        /// What the provider said is not believed.
        case failed
        /// The provider does not answer.
        case unreachable
        /// This person's voice is in.
        case used
    }

    let title: String
    let crumbs: [Crumb]
    let text: String
    let again: String?
    let questionnaire: String
    let href: String

    static let samples = [
        PersonPage(
            title: "没有登录", crumbs: [Crumb(href: "/", text: "首页")], text: "您在登录页面取消了。", again: "/a",
            questionnaire: "满意度调查",
            href: "/q"),
        PersonPage(title: "已经计入", crumbs: [], text: "已经计入一份。", again: nil, questionnaire: "满意度调查", href: "/q"),
    ]

    private init(
        title: String, crumbs: [Crumb], text: String, again: String?, questionnaire: String, href: String
    ) {
        (self.title, self.crumbs, self.text, self.again) = (title, crumbs, text, again)
        (self.questionnaire, self.href) = (questionnaire, href)
    }

    init(_ reason: Reason, _ asked: PublicQuestionnaire, _ texts: Texts) {
        title = texts["persons.\(reason.rawValue).title"]
        crumbs = texts.crumbs(to: asked)
        text = texts["persons.\(reason.rawValue).text"]
        (questionnaire, href) = (asked.title, "/questionnaires/\(asked.number)")
        again = reason == .used || !asked.personWay.allowsOpenID ? nil : href + "/sign-in"
    }
}

/// Asks for the phone that a code is sent to.
struct PhonePage: Page {
    static let template = "persons/phone"

    let title: String
    let crumbs: [Crumb]
    let action: String
    let phone: String
    let errors: FormErrors

    static let samples = [
        PhonePage(
            title: "手机验证", crumbs: [Crumb(href: "/", text: "首页")], action: "/p", phone: "138",
            errors: FormErrors("phone", "不是手机号码。"))
    ]
}

/// Asks for the code that was sent.
struct PhoneCodePage: Page {
    static let template = "persons/phone-code"

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let action: String
    let againHref: String
    let errors: FormErrors

    static let samples = [
        PhoneCodePage(
            title: "输入验证码", crumbs: [Crumb(href: "/", text: "首页")], lead: "已发到尾号 0000。", action: "/c", againHref: "/p",
            errors: FormErrors("code", "不对。"))
    ]
}

/// The vote is in: without a number or a code, as nothing leads back to it.
struct VotedPage: Page {
    static let template = "persons/voted"

    let title: String
    let crumbs: [Crumb]
    let closing: [String]
    let until: String
    let href: String

    static let samples = [
        VotedPage(
            title: "您的回答已计入", crumbs: [Crumb(href: "/", text: "首页")], closing: ["谢谢您。"], until: "问卷到12月1日24时结束。",
            href: "/q"
        )
    ]
}

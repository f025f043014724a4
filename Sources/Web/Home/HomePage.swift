/// What is open now, what was decided, and how to take part.
struct HomePage: Page {
    static let template = "home/home"

    let title: String
    let open: Filled<ConsultationCard>?
    let decided: Filled<ConsultationCard>?
    /// Questionnaires and polls that are open now.
    let asking: Filled<ConsultationCard>?
    /// Questionnaires and polls whose results were published last.
    let told: Filled<ConsultationCard>?

    static let samples = [
        HomePage(
            title: "首页", open: Filled(ConsultationCard.samples), decided: Filled(ConsultationCard.samples),
            asking: Filled(ConsultationCard.samples), told: Filled(ConsultationCard.samples)),
        HomePage(title: "首页", open: nil, decided: nil, asking: nil, told: nil),
    ]
}

/// How to take part, step by step.
struct HowToPage: Page {
    static let template = "home/how-to"
    let title: String
    static let samples = [HowToPage(title: "怎样参与")]
}

/// What is done with what people tell about themselves (个人信息保护法 art. 17).
struct PrivacyPage: Page {
    static let template = "home/privacy"
    let title: String
    /// How long names and phones are kept.
    let keep: String
    /// The same of what is asked for a hearing.
    let keepRegistrations: String
    /// What each cookie is for, and how long it stays.
    let cookies: [String]
    static let samples = [
        PrivacyPage(
            title: "个人信息怎样处理", keep: "结果公布90天后删除。", keepRegistrations: "听证报告公布180天后删除。",
            cookies: ["没填完的问卷：3 天。"])
    ]
}

/// What this site does for people with disabilities, and what it does not yet.
struct AccessibilityPage: Page {
    static let template = "home/accessibility"
    let title: String
    static let samples = [AccessibilityPage(title: "无障碍说明")]
}

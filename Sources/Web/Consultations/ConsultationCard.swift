import Participation
import Text

/// A consultation in a list.
struct ConsultationCard: Sendable {
    let href: String
    let title: String
    let unit: String
    let state: String
    let stateText: String
    /// What somebody must have before the first question; absent where everyone can begin at once.
    let needs: String?
    /// Days left as a figure to be set large; absent when words say it alone.
    let figure: String?
    /// What matters now: days left, or when something is due.
    let now: String?
    let period: String
    let resultHref: String?
    let resultText: String

    init(_ consultation: Consultation, _ texts: Texts) {
        href = "/consultations/\(consultation.number)"
        title = consultation.title
        unit = consultation.unitName
        state = consultation.state.rawValue
        stateText = texts.state(of: consultation)
        needs = nil
        switch consultation.state {
        case .open:
            now =
                consultation.daysLeft.flatMap { $0 > 1 ? texts["consultations.days_to_closing", ["count": $0]] : nil }
                ?? texts.daysLeft(consultation)
        case .announced:
            now =
                texts[
                    "consultations.opens_on",
                    ["day": ChinaTime.shortDay(ChinaTime.date(consultation.opensAt), in: texts.clock)]]
        case .closed, .answered:
            now = consultation.resultDueOn.map {
                texts["consultations.result_due", ["day": ChinaTime.shortDay($0, in: texts.clock)]]
            }
        default: now = nil
        }
        figure = consultation.daysLeft.flatMap { $0 > 1 ? String($0) : nil }
        period = texts.period(from: consultation.opensAt, to: consultation.closesAt)
        resultHref = consultation.state == .published ? href + "/result" : nil
        resultText = texts["consultations.read_result"]
    }

    private init(state: String, needs: String? = nil, figure: String?, now: String?, resultHref: String?) {
        href = "/consultations/C-2026-000001-3"
        title = "社会救助、养老服务领域政务公开事项标准目录（征求意见稿）"
        unit = "县民政局"
        self.state = state
        stateText = "正在征求意见"
        self.needs = needs
        self.figure = figure
        self.now = now
        period = "2026年11月24日至12月1日"
        self.resultHref = resultHref
        resultText = "查看采纳情况"
    }

    static let samples = [
        ConsultationCard(state: "open", needs: "需要邀请码", figure: "3", now: "天后截止", resultHref: nil),
        ConsultationCard(
            state: "published", figure: nil, now: nil, resultHref: "/consultations/C-2026-000001-3/result"),
    ]
}

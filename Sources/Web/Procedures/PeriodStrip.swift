import Foundation
import Participation
import Text

/// A period as its organiser checks it: how long it is, measured against the rule, and counted day by day.
struct PeriodStrip: Sendable {
    let text: String
    let closing: String
    let rule: String?
    /// What follows from being shorter than the rule asks; absent when it is long enough.
    let short: String?
    /// That it counts from today, where the opening given lies back.
    let moved: String?
    let provisional: Bool
    let days: [StripDay]

    /// - Parameters:
    ///   - opensAt: the opening given; before the period's own where the period counts from today.
    ///   - reason: why it is shorter, as far as somebody has written it.
    init(_ period: Period, opensAt: Date?, rule: LegalRule?, reason: String, _ texts: Texts) {
        let dayKind = rule?.dayKind ?? .calendar
        text = texts["consultations.counted_\(dayKind.rawValue)", ["count": period.days(dayKind)]]
        closing = texts["consultations.closes_at", ["moment": ChinaTime.deadline(period.closesAt, in: texts.clock)]]
        self.rule = rule.map { rule in
            texts[
                "consultations.rule_\(rule.dayKind.rawValue)",
                ["name": rule.name, "count": rule.amount, "basis": rule.basis]]
        }
        short =
            rule.map(period.isShorter) == true
            ? texts[
                !reason.isEmpty
                    ? "procedures.period.short_given"
                    : rule?.binding == true ? "procedures.period.short_binding" : "procedures.period.short"] : nil
        moved = opensAt.flatMap { opensAt in
            ChinaTime.date(opensAt) < ChinaTime.date(period.opensAt)
                ? texts[
                    "procedures.period.moved", ["day": ChinaTime.day(ChinaTime.date(period.opensAt), in: texts.clock)]]
                : nil
        }
        provisional = period.isProvisional(counting: dayKind)
        days = StripDay.strip(period, counting: dayKind, texts)
    }

    private init(short: String?) {
        (text, closing) = ("7 天（自然日），开始的那一天不算", "2026年12月1日24时截止")
        (rule, self.short, moved, provisional) = ("对照：目录征求意见，7 天", short, "从今天算起。", true)
        days = [StripDay(date: "11.25", weekday: "星期三", note: "工作日", ordinal: "第 1 天", off: true, last: true)]
    }

    static let sample = PeriodStrip(short: "比规定的短。")
}

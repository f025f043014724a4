import Foundation
import Participation
import Text

/// Every rule a limit or a period comes from: how much, on what basis, for whom, since when.
struct RulesPage: Page {
    static let template = "time/rules"

    struct Rule: Sendable {
        let name: String
        /// `5 个工作日`
        let amount: String
        let basis: String
        let scope: String
        /// A norm, or a practice the county may change.
        let binding: Bool
        let validity: String
        let href: String?
        let earlier: Filled<Version>?
    }

    struct Version: Sendable {
        let text: String
    }

    let title: String
    let rules: [Rule]
    let mayChange: Bool

    init(_ found: [LegalRule], today: CalendarDate, mayChange: Bool, _ texts: Texts) {
        title = texts["rules.title"]
        self.mayChange = mayChange
        let groups = Dictionary(grouping: found) { [$0.code, $0.unitID.map(String.init) ?? ""] }
        var seen: Set<[String]> = []
        rules = found.compactMap { rule in
            let key = [rule.code, rule.unitID.map(String.init) ?? ""]
            guard seen.insert(key).inserted, let versions = groups[key] else { return nil }
            let shown = versions.last { $0.isValid(on: today) } ?? versions.last ?? rule
            return Rule(shown, others: versions.filter { $0.id != shown.id }, mayChange: mayChange, texts)
        }
    }

    private init(rules: [Rule]) {
        title = "期限规则"
        self.rules = rules
        mayChange = false
    }

    static let samples = [
        RulesPage(rules: [
            Rule(
                name: "答复咨询", amount: "5 个工作日", basis: "外县规则", scope: "供参考", binding: false, validity: "2015年1月1日起",
                href: "/desk/rules/1/new", earlier: Filled([Version(text: "3 个工作日，2014年起")])),
            Rule(
                name: "重大决策", amount: "30 天", basis: "713号", scope: "", binding: true, validity: "2019年起", href: nil,
                earlier: nil),
        ])
    ]
}

extension RulesPage.Rule {
    fileprivate init(_ rule: LegalRule, others: [LegalRule], mayChange: Bool, _ texts: Texts) {
        name = rule.unitName.map { texts["rules.of_unit", ["name": rule.name, "unit": $0]] } ?? rule.name
        amount = texts.amount(rule)
        (basis, scope, binding) = (rule.basis, rule.scope, rule.binding)
        validity = texts.validity(rule)
        href = mayChange ? "/desk/rules/\(rule.id)/new" : nil
        earlier = Filled(
            others.reversed().map {
                RulesPage.Version(
                    text: texts[
                        "rules.version",
                        ["amount": texts.amount($0), "validity": texts.validity($0), "basis": $0.basis]])
            })
    }
}

extension Texts {
    /// `5 个工作日` · `24 小时，非工作日不计时`
    func amount(_ rule: LegalRule) -> String {
        let amount =
            rule.amount == 0
            ? self["rules.same_day"]
            : self["rules.amounts.\(rule.measure.rawValue)_\(rule.dayKind.rawValue)", ["count": rule.amount]]
        let kind = rule.kind == .limit ? amount : self["rules.kinds.\(rule.kind.rawValue)", ["amount": amount]]
        let hour = rule.dueHour == 24 ? "" : self["rules.until_hour", ["hour": rule.dueHour]]
        let rolled = rule.rollOver == .none ? "" : self["rules.rolled.\(rule.rollOver.rawValue)"]
        return kind + hour + rolled
    }

    fileprivate func validity(_ rule: LegalRule) -> String {
        let from = ChinaTime.day(rule.validFrom, in: clock)
        guard let until = rule.validUntil else { return self["rules.valid_from", ["from": from]] }
        return self["rules.valid_between", ["from": from, "until": ChinaTime.day(until.adding(days: -1), in: clock)]]
    }
}

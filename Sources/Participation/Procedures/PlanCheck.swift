import Foundation
import Text

/// Checks the fields of a consultation's form one by one and keeps what is wrong.
struct PlanCheck {
    let input: ProcedurePlan.Input
    private(set) var faults: [ProcedurePlan.Fault] = []

    init(input: ProcedurePlan.Input) { self.input = input }

    mutating func add(_ field: String, _ code: String, number: Int? = nil) {
        faults.append(.init(field, code, number: number))
    }

    mutating func text(_ field: String, _ value: String, _ lengths: ClosedRange<Int>) -> String {
        let text = TextNormalisation.normalised(value)
        let length = text.unicodeScalars.count
        if length < lengths.lowerBound {
            add(field, "empty")
        } else if length > lengths.upperBound {
            add(field, "too_long", number: lengths.upperBound)
        }
        return text
    }

    mutating func unit(_ setting: ProcedurePlan.Setting) -> Int? {
        guard let unit = input.unitID, setting.unitIDs.contains(unit) else {
            add("unit", "unit")
            return nil
        }
        return unit
    }

    mutating func edition(_ setting: ProcedurePlan.Setting) -> ProcedurePlan.Choice? {
        guard let edition = setting.editions.first(where: { $0.editionID == input.editionID }) else {
            add("edition", "edition")
            return nil
        }
        if edition.rows == 0 { add("edition", "no_rows") }
        return edition
    }

    mutating func postcode(_ value: String) -> String {
        let text = value.trimmingCharacters(in: .whitespaces)
        let digits = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if !text.isEmpty, text.utf8.count != 6 || !digits { add("contact_postcode", "postcode") }
        return text
    }

    /// Of an office, with extension or hours in words: only what can be no number at all is refused.
    mutating func phone(_ value: String) -> String {
        let text = self.text("contact_phone", value, 0...100)
        let digits = text.unicodeScalars.count { $0.properties.numericType == .decimal }
        if !text.isEmpty, digits < 5 { add("contact_phone", "phone") }
        return text
    }

    mutating func email(_ value: String) -> String {
        let text = self.text("contact_email", value, 0...200)
        // What is too long has been said already; the expression may try every dot of it.
        guard !text.isEmpty, text.unicodeScalars.count <= 200 else { return text }
        if text.wholeMatch(of: /[^@\s]+@[^@\s]+\.[^@\s]+/) == nil { add("contact_email", "email") }
        return text
    }

    mutating func rule(_ field: String, _ value: String) -> String {
        if !["none", "optional", "required"].contains(value) { add(field, "choice") }
        return value
    }

    /// Opening and closing, measured against the rule. A closing that is left empty becomes the earliest the rule allows.
    /// Nobody can answer before the announcement, so an opening that lies back counts from now.
    mutating func period(_ setting: ProcedurePlan.Setting) -> Period? {
        let opens = ChinaTime.parse(input.opensAt)
        if opens == nil { add("opens_at", input.opensAt.isEmpty ? "empty" : "moment") }
        let rule = setting.rules.first { $0.id == input.ruleID }
        if input.ruleID != nil, rule == nil { add("rule", "choice") }
        // The day of opening does not count, so today will do; what opened before nobody knew of.
        if let opens, ChinaTime.date(opens) < ChinaTime.date(setting.now) { add("opens_at", "past") }
        let counted = opens.map { max($0, setting.now) }
        if let rule, let counted, !rule.isValid(on: ChinaTime.date(counted)) { add("rule", "rule_not_valid") }
        var closes: Date?
        if input.closesAt.isEmpty {
            if let rule, let counted {
                closes = Period.closing(opensAt: counted, rule: rule, calendar: setting.calendar)
            } else {
                add("closes_at", "empty")
            }
        } else {
            closes = ProcedurePlan.closing(input.closesAt)
            if closes == nil { add("closes_at", "moment") }
        }
        guard let opens, let closes else { return nil }
        if closes <= opens {
            add("closes_at", "before_opening")
            return nil
        }
        if closes <= setting.now { add("closes_at", "past") }
        if closes.timeIntervalSince(opens) > Double(ProcedurePlan.mostDays) * 86_400 {
            add("closes_at", "too_far", number: ProcedurePlan.mostDays)
        }
        let period = Period.ahead(opensAt: opens, closesAt: closes, now: setting.now, calendar: setting.calendar)
        if let rule, rule.binding, period.isShorter(than: rule),
            TextNormalisation.normalised(input.shorteningReason).isEmpty
        {
            add("shortening_reason", "shortening_reason", number: rule.amount)
        }
        return period
    }

    mutating func planned(_ field: String, _ value: String, after closing: Date?) -> CalendarDate? {
        let text = value.trimmingCharacters(in: .whitespaces)
        if text.isEmpty { return nil }
        guard let date = CalendarDate(text) else {
            add(field, "date")
            return nil
        }
        if let closing, date < ChinaTime.lastDay(before: closing) { add(field, "before_closing") }
        return date
    }
}

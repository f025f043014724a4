import Foundation
import Text

/// Checks the fields of a gathering's form one by one and keeps what is wrong, as `PlanCheck` does for a consultation.
struct GatheringCheck {
    private var check = PlanCheck(input: .init())

    init() {}

    var faults: [ProcedurePlan.Fault] { check.faults }

    mutating func add(_ field: String, _ code: String, number: Int? = nil) { check.add(field, code, number: number) }

    mutating func text(_ field: String, _ value: String, _ lengths: ClosedRange<Int>) -> String {
        check.text(field, value, lengths)
    }

    mutating func phone(_ value: String) -> String { check.phone(value) }

    mutating func postcode(_ value: String) -> String { check.postcode(value) }

    mutating func email(_ value: String) -> String { check.email(value) }

    mutating func moment(
        _ field: String, _ value: String, _ read: (String) -> Date? = { ChinaTime.parse($0) }
    ) -> Date? {
        let text = value.trimmingCharacters(in: .whitespaces)
        if text.isEmpty { return nil }
        let moment = read(text)
        if moment == nil { add(field, "moment") }
        return moment
    }

    mutating func day(_ field: String, _ value: String) -> CalendarDate? {
        check.planned(field, value, after: nil)
    }

    /// Full-width digits are digits, too.
    mutating func number(_ field: String, _ value: String, _ range: ClosedRange<Int>) -> Int? {
        var digits = ""
        for scalar in value.unicodeScalars where !scalar.properties.isWhitespace {
            digits.append(ASCIIDigit.of(scalar) ?? "x")
        }
        guard let number = Int(digits), range.contains(number) else {
            add(field, "number", number: range.upperBound)
            return nil
        }
        return number
    }

    mutating func url(_ field: String, _ value: String) -> String {
        let text = value.trimmingCharacters(in: .whitespaces)
        if !text.isEmpty, text.utf8.count > 500 || text.wholeMatch(of: /https:\/\/\S+/) == nil { add(field, "url") }
        return text
    }

    mutating func categories(
        _ typed: [GatheringPlan.CategoryInput], _ kind: Gathering.Kind
    ) -> [GatheringPlan.Category] {
        if kind == .hearing, typed.isEmpty { add("categories", "categories_some") }
        if typed.count > GatheringPlan.mostCategories {
            add("categories", "categories_many", number: GatheringPlan.mostCategories)
        }
        var checked: [GatheringPlan.Category] = []
        for (index, input) in typed.enumerated() {
            let field = "categories.\(index)"
            let name = text(field + ".name", input.name, 1...40)
            let seats = number(field + ".seats", input.seats, 1...500)
            let way = GatheringCategory.Way(rawValue: input.way)
            if way == nil { add(field + ".way", "choice") }
            // A name left from another choice says nothing.
            let nominates = way == .nomination
            let nominator = nominates ? text(field + ".nominator", input.nominator, 1...100) : ""
            let described = text(field + ".described", input.described, 0...500)
            guard let seats, let way else { continue }
            checked.append(.init(name: name, seats: seats, way: way, nominator: nominator, described: described))
        }
        return checked
    }
}

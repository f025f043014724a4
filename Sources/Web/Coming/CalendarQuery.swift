import Participation
import Text

/// What of the calendar is asked for; its address is the same however it was typed.
struct CalendarQuery: Sendable, Equatable {
    var isList: Bool
    /// The month as it was asked for; nil for the one that is now.
    var month: CalendarDate?
    var form: PublicEvent.Form?
    var unitID: Int?
    var townID: Int?
    private let today: CalendarDate

    /// How far one may leaf: a walk through ever other months ends.
    private static let farthest = 24

    /// - Throws: `Problem.notFound` for a month that is none or too far away, and for a choice that is none.
    init(_ query: FormData, today: CalendarDate) throws {
        self.today = today
        isList = query.string("view") == "list"
        form = try query.optional("form").map {
            guard let form = PublicEvent.Form(rawValue: $0) else { throw Problem.notFound }
            return form
        }
        (unitID, townID) = (try Self.id("unit", query), try Self.id("town", query))
        guard let text = query.optional("month") else { return }
        guard let first = CalendarDate(text + "-01"), abs(Self.months(first) - Self.months(today)) <= Self.farthest
        else {
            throw Problem.notFound
        }
        month = first
    }

    private static func id(_ name: String, _ query: FormData) throws -> Int? {
        guard query.optional(name) != nil else { return nil }
        guard let id = query.int(name) else { throw Problem.notFound }
        return id
    }

    private static func months(_ date: CalendarDate) -> Int { date.year * 12 + date.month - 1 }

    var isFiltered: Bool { form != nil || unitID != nil || townID != nil }

    /// What was chosen, in words; empty for everything.
    func words(_ units: [Participation.Unit], _ texts: Texts) -> String {
        let chosen = [unitID, townID].compactMap { id in units.first { $0.id == id }?.name }
        return ([form.map { texts["coming.forms.\($0.rawValue)"] }].compactMap { $0 } + chosen)
            .joined(separator: texts["coming.comma"])
    }

    /// The first day of the month.
    var first: CalendarDate { (month ?? today).adding(days: 1 - (month ?? today).day) }

    /// The first day shown: a list without a month begins today.
    func from(_ today: CalendarDate) -> CalendarDate { isList && month == nil ? today : first }

    /// The day after the last one shown.
    func until(_ today: CalendarDate) -> CalendarDate {
        isList
            ? from(today).adding(days: 92)
            : first.adding(days: CalendarDate.days(inMonth: first.month, of: first.year))
    }

    var monthText: String { month.map { String($0.description.prefix(7)) } ?? "" }

    func with(_ change: (inout CalendarQuery) -> Void) -> CalendarQuery {
        var other = self
        change(&other)
        return other
    }

    /// Nil beyond the months that there are.
    func moved(by count: Int, from today: CalendarDate) -> CalendarQuery? {
        let sum = Self.months(first) + count * (isList ? 3 : 1)
        guard abs(sum - Self.months(today)) <= Self.farthest,
            let date = CalendarDate(year: sum / 12, month: sum % 12 + 1, day: 1)
        else { return nil }
        return with { $0.month = Self.months(today) == sum ? nil : date }
    }

    private var filters: [String] {
        [form.map { "form=\($0.rawValue)" }, unitID.map { "unit=\($0)" }, townID.map { "town=\($0)" }].compactMap { $0 }
    }

    var address: String {
        let parts =
            [monthText.isEmpty ? nil : "month=\(monthText)", isList ? "view=list" : nil].compactMap { $0 } + filters
        return parts.isEmpty ? "/calendar" : "/calendar?" + parts.joined(separator: "&")
    }

    func feed(_ ending: String) -> String {
        "/calendar.\(ending)" + (filters.isEmpty ? "" : "?" + filters.joined(separator: "&"))
    }
}

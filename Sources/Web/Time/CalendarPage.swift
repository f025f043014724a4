import Participation
import Text

/// A year at a glance: which days are worked and which are not, and why. Administrators change days here.
struct CalendarPage: Page {
    static let template = "time/calendar"

    struct Month: Sendable {
        let name: String
        let weeks: [Week]
    }

    struct Week: Sendable {
        let days: [Day]
    }

    /// A field of a month; without a number before the first day and after the last.
    struct Day: Sendable {
        let number: String
        /// off, makeup or closed; else the week holds.
        let kind: String
        /// A sign of one word for those who see.
        let sign: String?
        /// The day in words for those who hear.
        let words: String?
        /// Where it is changed.
        let href: String?
    }

    struct Holiday: Sendable {
        let name: String
        let days: String
        let source: String
    }

    struct Change: Sendable {
        let when: String
        let text: String
    }

    let title: String
    let year: Int
    let isDesk: Bool
    let previous: String?
    let next: String?
    /// That the year's notice is not loaded.
    let provisional: Bool
    let months: [Month]
    let holidays: Filled<Holiday>?
    let closures: Filled<Holiday>?
    let changes: Filled<Change>?
    let form: CalendarForm?
    let errors: FormErrors
    /// Every faulty line of a file that was not loaded.
    let faults: [String]

    static let samples = [
        CalendarPage(
            title: "2026年", year: 2026, isDesk: true, previous: "/desk/calendar/2025", next: "/desk/calendar/2027",
            provisional: true,
            months: [
                Month(
                    name: "2月",
                    weeks: [
                        Week(days: [
                            Day(number: "", kind: "", sign: nil, words: nil, href: nil),
                            Day(number: "14", kind: "makeup", sign: "班", words: "春节调休上班", href: "/d"),
                            Day(number: "15", kind: "off", sign: "休", words: "春节放假", href: nil),
                        ])
                    ])
            ],
            holidays: Filled([Holiday(name: "春节", days: "2月15日至2月23日放假", source: "国办发明电")]),
            closures: Filled([Holiday(name: "县民政局：搬迁", days: "3月2日", source: "")]),
            changes: Filled([Change(when: "2026年3月1日 10:00", text: "周管理改了 1 天，3 个期限变了。")]),
            form: CalendarForm(
                day: "2026-02-14", kind: "holiday", name: "春节", source: "", unit: "",
                units: [Choice(value: "2", text: "县民政局", chosen: true)]),
            errors: FormErrors(["day", "kind", "name", "source", "unit", "file"].map { ($0, "请改一下这里。") }),
            faults: ["第2行"])
    ]
}

/// A single day to be changed, as typed.
struct CalendarForm: Sendable {
    let day: String
    let kind: String
    let name: String
    let source: String
    let unit: String
    let units: [Choice]
    let isHoliday: Bool
    let isWorkday: Bool
    let isAsTheWeek: Bool

    init(day: String, kind: String, name: String, source: String, unit: String, units: [Choice]) {
        (self.day, self.kind, self.name, self.source, self.unit) = (day, kind, name, source, unit)
        self.units = units
        (isHoliday, isWorkday, isAsTheWeek) = (kind == "holiday", kind == "workday", kind == "week")
    }

    /// What was typed; on a page that is only looked at, the day that was chosen in it.
    init(_ form: FormData, chosen: CalendarYear.Entry?, units: [Unit]) {
        let unit = form.optional("unit") ?? chosen?.unitID.map(String.init) ?? ""
        self.init(
            day: form.string("day"), kind: form.optional("kind") ?? chosen?.kind.rawValue ?? "holiday",
            name: form.optional("name") ?? chosen?.name ?? "", source: form.optional("source") ?? chosen?.source ?? "",
            unit: unit,
            units: units.filter { $0.validUntil == nil }.map {
                Choice(value: String($0.id), text: $0.name, chosen: String($0.id) == unit)
            })
    }

    /// What is wrong with the day.
    func errors(_ texts: Texts) -> FormErrors {
        var errors = FormErrors()
        let date = CalendarDate(day)
        errors.require(
            date.map { (CalendarYear.first...2100).contains($0.year) } ?? false, "day", texts["calendar.errors.day"])
        errors.require(isHoliday || isWorkday || isAsTheWeek, "kind", texts["calendar.errors.kind"])
        errors.require(!(isWorkday && !unit.isEmpty), "kind", texts["calendar.errors.closure"])
        errors.require(
            !isWorkday || date?.weekday.isWeekend ?? true, "kind", texts["calendar.errors.workday"])
        errors.require(
            isAsTheWeek || (1...40).contains(name.unicodeScalars.count), "name", texts["calendar.errors.name"])
        errors.require(source.unicodeScalars.count <= 200, "source", texts["calendar.errors.source"])
        errors.require(unit.isEmpty || units.contains { $0.value == unit }, "unit", texts["calendar.errors.unit"])
        return errors
    }
}

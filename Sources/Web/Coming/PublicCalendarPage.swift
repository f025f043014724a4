import Participation
import Text

/// What is coming, for everybody: a month with its days, or the next three months as a list.
struct PublicCalendarPage: Page {
    static let template = "coming/calendar"

    struct Tab: Sendable {
        let href: String
        let text: String
        let current: Bool
    }

    /// A field of the month; its link leads to the day in the list below.
    struct Field: Sendable {
        let number: String
        let href: String?
        /// `3 项`
        let count: String?
        let isToday: Bool
    }

    struct Week: Sendable { let fields: [Field] }

    struct Day: Sendable {
        let id: String
        let name: String
        let isToday: Bool
        /// Absent only today: that day is always there to be found.
        let events: Filled<Event>?
    }

    /// What is over stands folded after what is coming: on a phone nobody scrolls through it.
    struct Part: Sendable {
        /// `已经过去的 3 天`; absent for what is not folded.
        let folded: String?
        let days: [Day]
    }

    struct Event: Sendable {
        let form: String
        let href: String
        let title: String
        /// `9:00 开始`, `截止`
        let what: String
        let facts: String
        let standing: String?
    }

    struct Choice: Sendable {
        let value: String
        let text: String
        let chosen: Bool
    }

    let title: String
    /// The month or months shown.
    let period: String
    let tabs: [Tab]
    let previousHref: String?
    let nextHref: String?
    /// Absent where the page begins with today, or has no days.
    let todayHref: String?
    let weeks: Filled<Week>?
    let parts: Filled<Part>?
    let more: String?
    let forms: [Choice]
    let units: [Choice]
    let towns: [Choice]
    let view: String
    let month: String
    let icsHref: String
    let atomHref: String
    let remindHref: String
    /// What was chosen, in words: feeds have only that; absent for everything.
    let choice: String?
    /// The same days without what was chosen; absent for everything.
    let allHref: String?

    static let samples = [
        PublicCalendarPage(
            title: "参与日历", period: "2026年12月", tabs: [Tab(href: "/calendar", text: "按月", current: true)],
            previousHref: "/p", nextHref: "/n", todayHref: "#day-2026-12-02",
            weeks: Filled([
                Week(fields: [
                    Field(number: "1", href: "#day-2026-12-01", count: "1 项", isToday: true),
                    Field(number: "2", href: nil, count: nil, isToday: false),
                ])
            ]),
            parts: Filled(
                [
                    Part(
                        folded: nil,
                        days: [
                            Day(id: "day-2026-12-02", name: "12月2日", isToday: true, events: nil),
                            Day(id: "day-2026-12-03", name: "12月3日", isToday: false, events: Filled([.sample])),
                        ]),
                    Part(
                        folded: "已经过去的 1 天",
                        days: [Day(id: "day-2026-12-01", name: "12月1日", isToday: false, events: Filled([.sample]))]),
                ]), more: "还有", forms: [Choice(value: "", text: "全部", chosen: true)],
            units: [Choice(value: "1", text: "县民政局", chosen: false)],
            towns: [Choice(value: "2", text: "镇", chosen: true)], view: "month", month: "2026-12",
            icsHref: "/calendar.ics", atomHref: "/calendar.atom", remindHref: "/reminders/new", choice: nil,
            allHref: nil),
        PublicCalendarPage(
            title: "参与日历", period: "2026年12月", tabs: [], previousHref: nil, nextHref: nil, todayHref: nil, weeks: nil,
            parts: nil,
            more: nil, forms: [], units: [], towns: [], view: "list", month: "2026-12", icsHref: "/calendar.ics",
            atomHref: "/calendar.atom", remindHref: "/reminders/new", choice: "听证会", allHref: "/calendar"),
    ]
}

extension PublicCalendarPage {
    init(
        _ asked: CalendarQuery, events: [PublicEvent], units: [Participation.Unit], today: CalendarDate, isCut: Bool,
        _ texts: Texts
    ) {
        title = texts["coming.title"]
        let month = texts[
            "coming.month", ["year": asked.first.year, "month": texts["calendar.months.\(asked.first.month)"]]]
        period = asked.isList ? texts["coming.from", ["day": ChinaTime.day(asked.from(today), in: texts.clock)]] : month
        tabs = [false, true].map { isList in
            Tab(
                href: asked.with { $0.isList = isList }.address,
                text: texts["coming.views.\(isList ? "list" : "month")"],
                current: isList == asked.isList)
        }
        previousHref = asked.moved(by: -1, from: today)?.address
        nextHref = asked.moved(by: 1, from: today)?.address
        let byDay = Dictionary(grouping: events, by: \.day)
        weeks = asked.isList ? nil : Filled(Self.weeks(of: asked.first, byDay, today, texts))
        let showsToday = asked.from(today) <= today && today < asked.until(today)
        parts = Filled(Self.parts(byDay, showsToday ? today : nil, texts))
        // On a page that has today the link only leaps there.
        todayHref =
            asked.from(today) == today || showsToday && events.isEmpty
            ? nil : (showsToday ? "" : asked.with { $0.month = nil }.address) + "#day-\(today)"
        more = isCut ? texts["coming.cut", ["count": PublicEvent.most]] : nil
        forms =
            [Choice(value: "", text: texts["coming.all"], chosen: asked.form == nil)]
            + PublicEvent.Form.allCases.map {
                Choice(value: $0.rawValue, text: texts["coming.forms.\($0.rawValue)"], chosen: asked.form == $0)
            }
        func choices(_ units: [Participation.Unit], _ chosen: Int?) -> [Choice] {
            let all = Choice(value: "", text: texts["coming.all"], chosen: chosen == nil)
            return [all] + units.map { Choice(value: String($0.id), text: $0.name, chosen: $0.id == chosen) }
        }
        self.units = choices(units.filter { $0.kind != .town }, asked.unitID)
        towns = choices(units.filter { $0.kind == .town }, asked.townID)
        view = asked.isList ? "list" : "month"
        self.month = asked.monthText
        icsHref = asked.feed("ics")
        atomHref = asked.feed("atom")
        remindHref =
            asked.townID.map { "/reminders/new?about=town&town=\($0)" }
            ?? asked.unitID.map { "/reminders/new?about=unit&unit=\($0)" } ?? "/reminders/new"
        choice = asked.isFiltered ? asked.words(units, texts) : nil
        allHref = asked.isFiltered ? asked.with { ($0.form, $0.unitID, $0.townID) = (nil, nil, nil) }.address : nil
    }

    /// - Parameter today: nil on a page without it: nothing is folded where everything is over, or nothing is yet.
    private static func parts(
        _ byDay: [CalendarDate: [PublicEvent]], _ today: CalendarDate?, _ texts: Texts
    ) -> [Part] {
        func part(_ days: [CalendarDate], _ folded: String?) -> Part? {
            guard !days.isEmpty else { return nil }
            return Part(
                folded: folded,
                days: days.map { day in
                    Day(
                        id: "day-\(day)",
                        name: texts[
                            "coming.day",
                            [
                                "day": ChinaTime.day(day, in: texts.clock),
                                "weekday": ChinaTime.weekday(day.weekday, in: texts.clock),
                            ]],
                        isToday: day == today, events: Filled((byDay[day] ?? []).map { Event($0, texts) }))
                })
        }
        let days = byDay.keys.sorted()
        guard let today, !days.isEmpty else { return [part(days, nil)].compactMap { $0 } }
        let past = days.filter { $0 < today }
        return [
            part([today] + days.filter { $0 > today }, nil), part(past, texts["coming.past", ["count": past.count]]),
        ].compactMap { $0 }
    }

    private static func weeks(
        of first: CalendarDate, _ byDay: [CalendarDate: [PublicEvent]], _ today: CalendarDate, _ texts: Texts
    ) -> [Week] {
        let blank = Field(number: "", href: nil, count: nil, isToday: false)
        var fields = [Field](repeating: blank, count: first.weekday.rawValue - 1)
        for offset in 0..<CalendarDate.days(inMonth: first.month, of: first.year) {
            let day = first.adding(days: offset)
            let count = byDay[day]?.count
            fields.append(
                Field(
                    number: String(day.day), href: count == nil ? nil : "#day-\(day)",
                    count: count.map { texts["coming.count", ["count": $0]] }, isToday: day == today))
        }
        fields += [Field](repeating: blank, count: (7 - fields.count % 7) % 7)
        return stride(from: 0, to: fields.count, by: 7).map {
            Week(fields: Array(fields[$0..<min($0 + 7, fields.count)]))
        }
    }
}

extension PublicCalendarPage.Event {
    fileprivate static let sample = Self(
        form: "听证会", href: "/hearings/H-1", title: "听证会", what: "9:00 开始", facts: "县民政局", standing: "延期")

    init(_ it: PublicEvent, _ texts: Texts) {
        form = texts["coming.forms.\(it.form.rawValue)"]
        href = it.href
        title = it.title
        what = it.words(texts)
        facts = [it.unitName, it.place].filter { !$0.isEmpty }.joined(separator: " · ")
        standing =
            ["suspended", "postponed", "cancelled", "terminated"].contains(it.state)
            ? texts["coming.states.\(it.state)"] : nil
    }
}

extension PublicEvent {
    var href: String { "/\(form.path)/\(number)" }

    /// `9:00 开始`; an end at midnight needs no hour: it is the end of its day.
    func words(_ texts: Texts) -> String {
        let clock = ChinaTime.wallClock(at)
        let what = texts["coming.whats.\(what.rawValue)"]
        guard clock.hour != 0 || clock.minute != 0 else { return what }
        return "\(clock.hour):\(clock.minute < 10 ? "0" : "")\(clock.minute) \(what)"
    }
}

import Participation
import Text

extension CalendarPage {
    /// - Parameters:
    ///   - changes: nil for the public, who see the calendar as it is.
    ///   - form: nil for who may not change it.
    init(
        _ year: Int, of entries: [CalendarYear.Entry], changes: [CalendarYear.Change]?, form: CalendarForm?,
        errors: FormErrors = FormErrors(), faults: [String] = [], _ texts: Texts
    ) {
        let county = entries.filter { $0.unitID == nil }
        let base = changes == nil ? "/calendar" : "/desk/calendar"
        title = texts["calendar.title", ["year": year]]
        self.year = year
        isDesk = changes != nil
        previous = year > CalendarYear.first ? "\(base)/\(year - 1)" : nil
        next = year < CalendarYear.last ? "\(base)/\(year + 1)" : nil
        provisional = !county.contains { $0.kind == .holiday && $0.day.month == 10 && $0.day.day == 1 }
        let byDay = Dictionary(grouping: entries, by: \.day)
        months = (1...12).map { Month($0, of: year, byDay, href: form == nil ? nil : "\(base)/\(year)?day=", texts) }
        holidays = Filled(Holiday.named(county, texts))
        closures = Filled(
            entries.filter { $0.unitID != nil }.map {
                Holiday(
                    name: texts["calendar.closure", ["unit": $0.unitName ?? "", "name": $0.name]],
                    days: ChinaTime.shortDay($0.day, in: texts.clock), source: $0.source)
            })
        self.changes = Filled((changes ?? []).map { Change($0, texts) })
        (self.form, self.errors, self.faults) = (form, errors, faults)
    }
}

extension CalendarPage.Month {
    fileprivate init(
        _ month: Int, of year: Int, _ entries: [CalendarDate: [CalendarYear.Entry]], href: String?, _ texts: Texts
    ) {
        name = texts["calendar.months.\(month)"]
        let dates = (1...CalendarDate.days(inMonth: month, of: year)).compactMap {
            CalendarDate(year: year, month: month, day: $0)
        }
        let blank = CalendarPage.Day(number: "", kind: "", sign: nil, words: nil, href: nil)
        var fields = [CalendarPage.Day](repeating: blank, count: (dates.first?.weekday.rawValue ?? 1) - 1)
        fields += dates.map { CalendarPage.Day($0, entries[$0] ?? [], href: href, texts) }
        fields += [CalendarPage.Day](repeating: blank, count: (7 - fields.count % 7) % 7)
        weeks = stride(from: 0, to: fields.count, by: 7).map {
            CalendarPage.Week(days: Array(fields[$0..<min($0 + 7, fields.count)]))
        }
    }
}

extension CalendarPage.Day {
    /// - Parameter entries: the county's first.
    fileprivate init(_ date: CalendarDate, _ entries: [CalendarYear.Entry], href: String?, _ texts: Texts) {
        number = String(date.day)
        self.href = href.map { $0 + date.description }
        guard let entry = entries.first else {
            (kind, sign, words) = (date.weekday.isWeekend ? "weekend" : "", nil, nil)
            return
        }
        let key = entry.unitID != nil ? "closed" : entry.kind == .holiday ? "off" : "makeup"
        kind = key
        sign = texts["calendar.signs.\(key)"]
        words = texts["calendar.words.\(key)", ["name": entry.name, "unit": entry.unitName ?? ""]]
    }
}

extension CalendarPage.Holiday {
    /// One line a holiday: from when to when, and which weekends are worked for it.
    fileprivate static func named(_ entries: [CalendarYear.Entry], _ texts: Texts) -> [Self] {
        var names: [String] = []
        for entry in entries where !names.contains(entry.name) { names.append(entry.name) }
        return names.map { name in
            let own = entries.filter { $0.name == name }
            func list(_ kind: WorkCalendar.Kind) -> String {
                spans(own.filter { $0.kind == kind }.map(\.day)).map { first, last in
                    let (from, to) = (
                        ChinaTime.shortDay(first, in: texts.clock), ChinaTime.shortDay(last, in: texts.clock)
                    )
                    return first == last ? from : texts["calendar.span", ["from": from, "to": to]]
                }.joined(separator: texts["calendar.separator"])
            }
            let parts = [WorkCalendar.Kind.holiday, .workday].compactMap { kind in
                let days = list(kind)
                return days.isEmpty ? nil : texts["calendar.list.\(kind.rawValue)", ["days": days]]
            }
            return Self(
                name: name, days: parts.joined(separator: texts["calendar.clause"]), source: own.first?.source ?? "")
        }
    }

    /// Runs of days that follow each other.
    private static func spans(_ days: [CalendarDate]) -> [(CalendarDate, CalendarDate)] {
        var spans: [(CalendarDate, CalendarDate)] = []
        for day in days {
            if let last = spans.last, last.1.adding(days: 1) == day {
                spans[spans.count - 1].1 = day
            } else {
                spans.append((day, day))
            }
        }
        return spans
    }
}

extension CalendarPage.Change {
    fileprivate init(_ it: CalendarYear.Change, _ texts: Texts) {
        when = ChinaTime.minute(it.at, in: texts.clock)
        let who = it.staffName ?? texts["calendar.installation"]
        let days =
            it.days == 1
            ? ChinaTime.day(it.firstDay, in: texts.clock)
            : texts[
                "calendar.span",
                [
                    "from": ChinaTime.day(it.firstDay, in: texts.clock),
                    "to": ChinaTime.day(it.lastDay, in: texts.clock),
                ]]
        text =
            texts[
                it.unitName == nil ? "calendar.change" : "calendar.change_of_unit",
                ["who": who, "days": days, "count": it.days, "unit": it.unitName ?? "", "moved": it.moved]]
    }
}

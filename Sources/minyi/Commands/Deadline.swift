import ArgumentParser
import Foundation
import Participation
import Text

/// When a limit ends, counted without a database.
struct Deadline: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Count a time limit by the official calendar; the day of the event is not counted.",
        discussion: """
            Prints the last day. What lies beyond the last calendar that is loaded is provisional; standard error says so. \
            Counting backwards: --working-days=-7.
            """)

    @Option(help: "The day of the event, YYYY-MM-DD.") var from: String
    @Option(help: "How many working days.") var workingDays: Int?
    @Option(help: "How many calendar days.") var calendarDays: Int?
    @Option(help: "Another calendar: a CSV file date,kind[holiday|workday],name.") var calendar: String?
    @Option(help: "Folder that holds web/, sql/ and ops/ (default: found beside the program).") var root: String?
    @Flag(help: "Show every day, and whether it counts.") var explain = false

    func run() throws {
        guard let day = CalendarDate(from) else {
            throw ValidationError("\(from) is no day. Write it as 2026-02-09.")
        }
        let due = DueDate(try limit, from: ChinaTime.startOf(day), calendar: try officialCalendar())
        Console.say(due.date.description)
        if explain { for day in due.days { Console.say(Self.line(day)) } }
        if due.isProvisional {
            Console.progress(
                "provisional: the official calendar of a year that is crossed is not loaded, so the date may still move."
            )
        }
    }

    private var limit: Limit {
        get throws {
            let given = [(workingDays, LegalRule.DayKind.working), (calendarDays, .calendar)].compactMap {
                count, kind in
                count.map { Limit(amount: $0, dayKind: kind) }
            }
            guard given.count == 1, let limit = given.first else {
                throw ValidationError("Give either --working-days or --calendar-days.")
            }
            guard limit.amount.magnitude <= 3650 else { throw ValidationError("At most 3650 days can be counted.") }
            return limit
        }
    }

    private func officialCalendar() throws -> WorkCalendar {
        let file = try calendar ?? ProgramRoot.find(given: root) + "/ops/facts/calendar.csv"
        return WorkCalendar(
            try ImportCommand.naming(file) { try ImportCalendar(csv: try ImportCommand.bytes(file), source: "") }.days)
    }

    /// `2026-02-14 Saturday    5  make-up working day (春节)`
    private static func line(_ day: CountedDay) -> String {
        let kind =
            switch day.kind {
            case .opening: "day of the event, not counted"
            case .working: "working day"
            case .weekend: "weekend"
            case .holiday: "holiday"
            case .makeUp: "make-up working day"
            }
        let weekday = ChinaTime.weekday(day.date.weekday, in: .en).padding(toLength: 9, withPad: " ", startingAt: 0)
        let ordinal = day.ordinal.map(String.init) ?? "-"
        let counted = String(repeating: " ", count: max(0, 4 - ordinal.count)) + ordinal
        return "\(day.date) \(weekday) \(counted)  \(kind)\(day.name.isEmpty ? "" : " (\(day.name))")"
    }
}

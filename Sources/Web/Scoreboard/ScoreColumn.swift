import Documents
import Participation

/// A column of the scoreboard: what it shows of a unit, and which list stands behind it.
enum ScoreColumn: String, CaseIterable {
    case received, pointed, answered, published, completion, reply
    case onTime = "on_time"
    case onTimeRate = "on_time_rate"
    case workingDays = "working_days"
    case median
    case calendarDays = "calendar_days"
    case late
    case overdueNow = "overdue_now"
    case givenBack = "given_back"
    case extended, reopened, rated, resolved, attitude, speed

    /// What the public sees. What units ask of each other is for the desk.
    static let `public`: [ScoreColumn] = [
        .received, .answered, .published, .completion, .reply, .onTimeRate, .workingDays, .median, .overdueNow,
        .resolved,
    ]

    enum Value {
        case count(Int)
        /// A part of a whole.
        case share(Double?)
        /// Days, or a mark from 1 to 5.
        case mean(Double?)
    }

    func value(of it: UnitScores) -> Value {
        switch self {
        case .received: .count(it.received)
        case .pointed: .count(it.pointed)
        case .answered: .count(it.answered)
        case .published: .count(it.published)
        case .completion: .share(it.completionRate)
        case .reply: .share(it.replyRate)
        case .onTime: .count(it.onTime)
        case .onTimeRate: .share(it.onTimeRate)
        case .workingDays: .mean(it.averageWorkingDays)
        case .median: .mean(it.median)
        case .calendarDays: .mean(it.averageCalendarDays)
        case .late: .count(it.late)
        case .overdueNow: .count(it.overdueNow)
        case .givenBack: .count(it.givenBack)
        case .extended: .count(it.extended)
        case .reopened: .count(it.reopened)
        case .rated: .count(it.rated)
        case .resolved: .share(it.resolvedRate)
        case .attitude: .mean(it.averageAttitude)
        case .speed: .mean(it.averageSpeed)
        }
    }

    /// Shown in per cent.
    var isShare: Bool { [.completion, .reply, .onTimeRate, .resolved].contains(self) }

    /// The list behind it; for a rate, that of what it is a part of.
    var figure: ScoreFigure {
        switch self {
        case .received, .completion: .received
        case .pointed: .pointed
        case .answered, .workingDays, .median, .calendarDays: .answered
        case .published, .reply: .published
        case .onTime, .onTimeRate: .onTime
        case .late: .late
        case .overdueNow: .overdue
        case .givenBack: .givenBack
        case .extended: .extended
        case .reopened: .reopened
        case .rated, .resolved, .attitude, .speed: .rated
        }
    }
}

extension ScoreColumn.Value {
    /// `98.5%`, `3.2`, `17`; a dash where there is nothing to divide.
    var text: String {
        switch self {
        case .count(let count): String(count)
        case .share(let share): share.map { Self.tenths($0 * 100) + "%" } ?? "—"
        case .mean(let mean): mean.map(Self.tenths) ?? "—"
        }
    }

    /// For a sheet: a number that can be reckoned with.
    var cell: SheetWriter.Cell {
        switch self {
        case .count(let count): .number(Double(count))
        case .share(let share): share.map { .number(($0 * 1000).rounded() / 10) } ?? .empty
        case .mean(let mean): mean.map { .number(($0 * 10).rounded() / 10) } ?? .empty
        }
    }

    private static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

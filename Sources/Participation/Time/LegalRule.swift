import Postgres
import Text

/// A period or limit that a norm fixes, with its basis and the days on which it is valid.
package struct LegalRule: Row, Equatable {
    package enum Kind: String, Sendable, PostgresValue {
        case limit
        case minimumPeriod = "minimum_period"
        case countedBackwards = "counted_backwards"
    }

    package enum DayKind: String, Sendable, PostgresValue {
        /// 日
        case calendar
        /// 工作日
        case working
    }

    package enum Measure: String, Sendable, PostgresValue {
        case days
        /// From the moment itself; hours of working days stand still on days that are not worked.
        case hours
    }

    /// Where a limit ends whose last calendar day is a day off: on the next day that is none.
    package enum RollOver: String, Sendable, CaseIterable, PostgresValue {
        case none
        /// Off the holidays of the official calendar.
        case holiday
        case nonWorking = "non_working"
    }

    package let id: Int
    package let code: String
    package let name: String
    package let kind: Kind
    /// Days of `dayKind`, or hours.
    package let amount: Int
    package let measure: Measure
    package let dayKind: DayKind
    /// The hour of the last day, in China, at which a limit in days ends; 24 is its end (《民法典》第二百零三条).
    package let dueHour: Int
    package let rollOver: RollOver
    package let basis: String
    package let scope: String
    /// False for a plan or a practice: a shorter period then needs no reason.
    package let binding: Bool
    /// For one unit only; nil for the whole county.
    package let unitID: Int?
    package let unitName: String?
    package let validFrom: CalendarDate
    /// Exclusive; nil while it is in force.
    package let validUntil: CalendarDate?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        code = try row["code"]
        name = try row["name"]
        kind = try row["kind"]
        amount = try row["amount"]
        measure = try row["measure"]
        dayKind = try row["day_kind"]
        dueHour = try row["due_hour"]
        rollOver = try row["roll_over"]
        basis = try row["basis"]
        scope = try row["scope"]
        binding = try row["binding"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        validFrom = try row["valid_from"]
        validUntil = try row["valid_until"]
    }

    /// Every rule that ever was, the oldest of a code first.
    package static let all: SQL = "\(rules) order by r.code, r.unit_id nulls first, r.valid_from"

    package static func with(id: Int) -> SQL { "\(rules) where r.id = \(id)" }

    private static let rules: SQL = """
        select r.id, r.code, r.name, r.kind, r.amount, r.measure, r.day_kind, r.due_hour, r.roll_over, r.basis, r.scope, r.binding,
          r.unit_id, u.name as unit_name, r.valid_from, r.valid_until
        from legal_rules r left join units u on u.id = r.unit_id
        """

    package func isValid(on date: CalendarDate) -> Bool {
        validFrom <= date && validUntil.map { date < $0 } ?? true
    }

    package var limit: Limit {
        Limit(
            amount: kind == .countedBackwards ? -amount : amount, measure: measure, dayKind: dayKind, dueHour: dueHour,
            rollOver: rollOver)
    }
}

/// How much a rule gives, without who says so.
package struct Limit: Sendable, Equatable {
    /// Days or hours; less than nothing counts backwards.
    package let amount: Int
    package var measure = LegalRule.Measure.days
    package let dayKind: LegalRule.DayKind
    package var dueHour = 24
    package var rollOver = LegalRule.RollOver.none

    package init(
        amount: Int, measure: LegalRule.Measure = .days, dayKind: LegalRule.DayKind, dueHour: Int = 24,
        rollOver: LegalRule.RollOver = .none
    ) {
        (self.amount, self.measure, self.dayKind) = (amount, measure, dayKind)
        (self.dueHour, self.rollOver) = (dueHour, rollOver)
    }
}

extension [LegalRule] {
    /// The version in force on a day; a unit's own goes before the county's.
    package func holding(_ code: String, on day: CalendarDate, unitID: Int?) -> LegalRule? {
        let valid = filter { $0.code == code && $0.isValid(on: day) }
        return valid.last { $0.unitID != nil && $0.unitID == unitID } ?? valid.last { $0.unitID == nil }
    }
}

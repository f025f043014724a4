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

    package let id: Int
    package let code: String
    package let name: String
    package let kind: Kind
    /// Days of `dayKind`.
    package let amount: Int
    package let dayKind: DayKind
    package let basis: String
    package let scope: String
    /// False for a plan or a practice: a shorter period then needs no reason.
    package let binding: Bool
    package let validFrom: CalendarDate
    /// Exclusive; nil while it is in force.
    package let validUntil: CalendarDate?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        code = try row["code"]
        name = try row["name"]
        kind = try row["kind"]
        amount = try row["amount"]
        dayKind = try row["day_kind"]
        basis = try row["basis"]
        scope = try row["scope"]
        binding = try row["binding"]
        validFrom = try row["valid_from"]
        validUntil = try row["valid_until"]
    }

    /// Every rule that ever was, the oldest of a code first.
    package static let all: SQL = """
        select id, code, name, kind, amount, day_kind, basis, scope, binding, valid_from, valid_until
        from legal_rules order by code, valid_from
        """

    package func isValid(on date: CalendarDate) -> Bool {
        validFrom <= date && validUntil.map { date < $0 } ?? true
    }
}

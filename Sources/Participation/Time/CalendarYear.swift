import Foundation
import Postgres
import Text

/// The calendar of one year as people look at it: its days that differ from the week, where they come from, and what changed.
package struct CalendarYear: Sendable {
    package struct Entry: Row, Equatable {
        package let day: CalendarDate
        package let kind: WorkCalendar.Kind
        package let name: String
        /// The notice it was taken from.
        package let source: String
        /// A closure of this unit alone; nil for the whole county.
        package let unitID: Int?
        package let unitName: String?

        package init(_ row: RowReader) throws {
            day = try row["day"]
            kind = try row["kind"]
            name = try row["name"]
            source = try row["source"]
            unitID = try row["unit_id"]
            unitName = try row["unit_name"]
        }
    }

    /// A change of days of this year, and what it moved.
    package struct Change: Row, Equatable {
        package let at: Date
        /// Nil where the installation itself has loaded a file.
        package let staffName: String?
        package let firstDay: CalendarDate
        package let lastDay: CalendarDate
        package let days: Int
        package let unitName: String?
        package let moved: Int

        package init(_ row: RowReader) throws {
            at = try row["at"]
            staffName = try row["staff_name"]
            firstDay = try row["first_day"]
            lastDay = try row["last_day"]
            days = try row["days"]
            unitName = try row["unit_name"]
            moved = try row["moved"]
        }
    }

    /// The years that can be looked at: those whose days are numbered.
    package static let first = 2015
    package static let last = 2046

    package static func entries(of year: Int) -> SQL {
        """
        select c.day, c.kind, c.name, c.source, c.unit_id, u.name as unit_name
        from calendar_days c left join units u on u.id = c.unit_id
        where c.day >= make_date(\(year)::int, 1, 1) and c.day < make_date(\(year)::int + 1, 1, 1)
        order by c.day, c.unit_id nulls first
        """
    }

    /// The newest twenty changes of days of the year.
    package static func changes(of year: Int) -> SQL {
        """
        select c.at, s.display_name as staff_name, c.first_day, c.last_day, c.days, u.name as unit_name,
          (select count(*) from clock_changes m where m.calendar_change_id = c.id) as moved
        from calendar_changes c left join staff s on s.id = c.staff_id left join units u on u.id = c.unit_id
        where c.last_day >= make_date(\(year)::int, 1, 1) and c.first_day < make_date(\(year)::int + 1, 1, 1)
        order by c.id desc limit 20
        """
    }
}

import Postgres

/// Which cases a desk shows.
package struct CaseFilter: Sendable, Equatable {
    /// In the order in which a desk works them off.
    package enum View: String, CaseIterable, Sendable {
        /// What is open, most pressing first.
        case open
        /// What the own unit helps another with.
        case assisting
        /// Answers that wait for the secrecy review.
        case review
        /// Answers that were sent back by it, or wait to be published.
        case publish
        /// Authors who are to be called.
        case callback
        /// What is over, newest first.
        case closed
    }

    package var view = View.open
    package var state: CaseFile.State?
    package var unitID: Int?
    package var urgency: CaseFile.Urgency?
    package var topic = ""
    package var warning: CaseFile.Warning?
    /// Words in number, title, place or text; with them every case is looked at, newest first.
    package var words = ""

    package init() {}

    /// Anything but the view.
    package var isNarrowed: Bool {
        var plain = CaseFilter()
        plain.view = view
        return self != plain
    }

    /// The ids of the first cases of a desk, in the order of the filter. Where a desk has several units, and where a unit has
    /// what it answers and what it screens, each finds its own rows at one place of an index, already in order: however much
    /// a county has to do, no more rows are read than are wanted of each.
    /// - Parameters:
    ///   - desk: whose list it is.
    ///   - rest: a further condition over `cases c`.
    func ids(of desk: Desk, first count: Int, where rest: SQL = "true") -> SQL {
        let found = conditions(desk, rest)
        guard words.isEmpty, unitID == nil, view != .assisting else {
            return "select c.id from cases c where \(found) order by \(order.columns) limit \(count)"
        }
        return desk.columns.map { column -> SQL in
            """
            select found.id from unnest(\(desk.units)::bigint[]) mine (unit_id) cross join lateral (
              select c.id from cases c where \(column) = mine.unit_id and \(found)
              order by \(order.columns) limit \(count)) found
            """
        }.joined(separator: " union ")
    }

    /// How many cases a desk has, counted no further than `mostCounted`.
    func size(of desk: Desk) -> SQL {
        let most = CaseList.mostCounted
        return "select count(*) from (select from (\(ids(of: desk, first: most))) found limit \(most)) few"
    }

    /// Conditions over `cases c`, except that they name the desk.
    private func conditions(_ desk: Desk, _ rest: SQL) -> SQL {
        var conditions = [rest]
        if words.isEmpty {
            conditions.append(view.cases)
            if view == .assisting { conditions.append("c.id = any (array(select assisted_cases(\(desk.home))))") }
        } else {
            conditions.append("c.id = any (array(select search_cases(\(words), \(CaseList.mostFound)::int)))")
        }
        if let state { conditions.append("c.state = \(state)") }
        if let unitID { conditions.append("c.unit_id = \(unitID)") }
        if let urgency { conditions.append("c.urgency = \(urgency)") }
        if !topic.isEmpty { conditions.append("c.topic = \(topic)") }
        // Of what is over nothing is warned: every row would be read for none.
        if let warning, view != .closed { conditions.append("c.warning = \(warning)") }
        return conditions.joined(separator: " and ")
    }

    /// What the rows are sorted and continued by, besides their id.
    var order: Order { words.isEmpty ? view.order : .newest }

    enum Order {
        case due, answered, newest

        /// Over `cases c`.
        var columns: SQL {
            switch self {
            case .due: "c.due_at, c.id"
            case .answered: "c.answered_at, c.id"
            case .newest: "c.id desc"
            }
        }

        /// What comes after a place, over `cases c`.
        func condition(after place: CaseList.Place) -> SQL {
            switch self {
            case .due: "(c.due_at, c.id) > (\(place.moment), \(place.id))"
            case .answered: "(c.answered_at, c.id) > (\(place.moment), \(place.id))"
            case .newest: "c.id < \(place.id)"
            }
        }
    }

    /// The office sees what it screens and assigns; a unit what it answers, and what is about the office and therefore came
    /// to it to be screened, which it also publishes and calls back once another unit answers it.
    struct Desk {
        let units: [Int]
        /// The unit that somebody belongs to; it is asked to assist.
        let home: Int
        /// The columns in which a case names the units of this desk.
        let columns: [SQL]

        static func offices(_ units: [Int], home: Int) -> Desk {
            Desk(units: units, home: home, columns: ["c.office_id"])
        }

        static func units(_ units: [Int], home: Int) -> Desk {
            Desk(units: units, home: home, columns: ["c.unit_id", "c.office_id"])
        }
    }
}

extension CaseFilter.View {
    var cases: SQL {
        switch self {
        case .open, .assisting: "c.is_open"
        case .review: "c.publication = 'to_review'"
        case .publish: "c.publication in ('returned', 'cleared')"
        case .callback: "c.callback = 'due'"
        case .closed: "not c.is_open"
        }
    }

    var order: CaseFilter.Order {
        switch self {
        case .open, .assisting: .due
        case .review, .publish, .callback: .answered
        case .closed: .newest
        }
    }
}

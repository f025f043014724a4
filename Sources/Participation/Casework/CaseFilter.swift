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

    /// Conditions over `cases c`.
    /// - Parameter desk: whose list it is: that of an office, or of the units of somebody.
    func caseConditions(_ desk: Desk) -> SQL {
        var caseConditions: [SQL] = []
        if words.isEmpty {
            caseConditions.append(view.cases)
            if view == .assisting { caseConditions.append(desk.assistedCases) }
            if view != .assisting, unitID == nil { caseConditions.append(desk.ownCases) }
        } else {
            caseConditions.append("c.id = any (array(select search_cases(\(words), \(CaseList.mostFound)::int)))")
        }
        if let state { caseConditions.append("c.state = \(state)") }
        if let unitID { caseConditions.append("c.unit_id = \(unitID)") }
        if let urgency { caseConditions.append("c.urgency = \(urgency)") }
        if !topic.isEmpty { caseConditions.append("c.topic = \(topic)") }
        // Of what is over nothing is warned: every row would be read for none.
        if let warning, view != .closed { caseConditions.append("c.warning = \(warning)") }
        return caseConditions.joined(separator: " and ")
    }

    /// What the rows are sorted and continued by, besides their id.
    var order: Order { words.isEmpty ? view.order : .newest }

    enum Order {
        case due, answered, newest
    }

    /// The office sees what it screens and assigns, a unit what it answers: each finds its own rows at one place of an index.
    enum Desk {
        case offices([Int], home: Int)
        case units([Int], home: Int)

        var ownCases: SQL {
            switch self {
            // For one of them the index has the order too. What is about the county office comes to a unit to be
            // screened, which also publishes its answer and calls back once another one has it.
            case .offices(let ids, let home):
                ids == [home] ? "c.office_id = \(home)" : "c.office_id = any (\(ids))"
            case .units(let ids, let home):
                ids == [home]
                    ? "(c.unit_id = \(home) or c.office_id = \(home))"
                    : "(c.unit_id = any (\(ids)) or c.office_id = any (\(ids)))"
            }
        }

        var assistedCases: SQL {
            switch self {
            case .offices(_, let home), .units(_, let home): "c.assisting_ids @> array[\(home)::bigint]"
            }
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

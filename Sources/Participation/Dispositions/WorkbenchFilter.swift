import Postgres

/// Which opinions of a procedure the workbench shows.
package struct WorkbenchFilter: Sendable, Equatable {
    package enum View: String, CaseIterable, Sendable {
        case open
        /// One of each group.
        case groups
        /// Units are asked for their view, or have given it.
        case views
        case adopted, all
    }

    package var view = View.open
    package var channel: Channel?
    /// How it ended; with the view `all`.
    package var ending: Reconciliation.Ending?
    /// Who sent it.
    package var submitter: Submitter.Kind?
    /// The number of a row as it stands in the draft; `whole` for what is about the draft as a whole.
    package var row = ""
    /// The unit that is responsible for the row (its publisher), or is asked for its view.
    package var unit: Int?
    /// What is in this group, whatever the rest says.
    package var group: Int?

    package init() {}

    /// Conditions over `opinions o`, for what comes after an id (or, backwards, before it).
    func opinionConditions(procedure: Int, after id: Int) -> SQL {
        if let group { return "o.group_id = \(group) and o.procedure_id = \(procedure) and o.id > \(id)" }
        var opinionConditions: [SQL] = ["o.procedure_id = \(procedure)", "o.id > \(id)"]
        switch view {
        case .open: opinionConditions.append("o.ending is null")
        case .adopted: opinionConditions.append("o.ending in ('adopted', 'partly_adopted')")
        case .groups:
            opinionConditions.append(
                "o.id in (select k.opinion_id from opinion_groups k where k.procedure_id = \(procedure))")
        case .views:
            opinionConditions.append(
                """
                o.id in (select v.opinion_id from opinion_views v join cases c on c.id = v.case_id
                  where c.state not in ('withdrawn', 'sealed'))
                """)
        case .all: break
        }
        if let ending { opinionConditions.append("o.ending = \(ending)") }
        if let submitter {
            opinionConditions.append(
                """
                exists (select from submissions s where s.id = o.submission_id and s.procedure_id = \(procedure)
                  and s.submitter = \(submitter))
                """)
        }
        if let channel { opinionConditions.append("o.channel = \(channel)") }
        if row == SubmissionFilter.whole {
            opinionConditions.append("o.passage_id is null")
        } else if !row.isEmpty {
            opinionConditions.append(
                """
                o.passage_id = any (array(select g.id from procedures p join editions e on e.draft_id = p.draft_id
                  join passages g on g.edition_id = e.id where p.id = \(procedure) and g.number = \(row)))
                """)
        }
        if let unit {
            opinionConditions.append(
                """
                o.id in (select x.id from procedures p join editions e on e.draft_id = p.draft_id join passages g on g.edition_id = e.id
                    join units u on u.id = \(unit) and position(u.name in g.publisher) > 0 join opinions x on x.procedure_id = p.id and x.passage_id = g.id
                    where p.id = \(procedure)
                  union all select v.opinion_id from opinion_views v join cases c on c.id = v.case_id where c.unit_id = \(unit))
                """)
        }
        return opinionConditions.joined(separator: " and ")
    }
}

import Postgres

/// Which submissions of a procedure a list shows.
package struct SubmissionFilter: Sendable, Equatable {
    package enum View: String, CaseIterable, Sendable {
        case all, pending, shown, hidden, flagged, unanswered, withdrawn
    }

    package var view = View.all
    package var channel: Channel?
    /// The number of a row as it stands in the directory; `whole` for what is about the draft as a whole.
    package var row = ""
    package var text = ""

    package static let whole = "whole"

    package init(view: View = .all, channel: Channel? = nil, row: String = "", text: String = "") {
        (self.view, self.channel, self.row, self.text) = (view, channel, row, text)
    }

    /// Conditions over `submissions s` and `passages g`.
    var conditions: SQL {
        var conditions: [SQL] = [view.condition]
        if let channel { conditions.append("s.channel = \(channel)") }
        if row == Self.whole {
            conditions.append("s.passage_id is null")
        } else if !row.isEmpty {
            conditions.append("g.number = \(row)")
        }
        if !text.isEmpty {
            conditions.append("(strpos(lower(s.body), lower(\(text))) > 0 or s.number = upper(\(text)))")
        }
        return conditions.joined(separator: " and ")
    }
}

extension SubmissionFilter.View {
    /// A withdrawn submission asks for no more work.
    var condition: SQL {
        switch self {
        case .all: "true"
        case .pending: "s.screening = 'pending' and s.withdrawn_at is null"
        case .shown: "s.screening = 'shown' and s.withdrawn_at is null"
        case .hidden: "s.screening = 'hidden' and s.withdrawn_at is null"
        case .flagged: "s.flags <> '{}' and s.withdrawn_at is null"
        case .unanswered:
            """
            s.withdrawn_at is null
              and exists (select from opinions o where o.submission_id = s.id and o.ending is null)
            """
        case .withdrawn: "s.withdrawn_at is not null"
        }
    }
}

import Postgres

/// The forms of a matter beside its written solicitation, with what came by each: what was said at gatherings stands among the
/// submissions of a channel, answer sheets stand apart.
package struct FormEndings: Sendable {
    /// A hearing, forum or visit that was announced, also while nothing was said there yet.
    package struct Held: Sendable {
        package let number: String
        package let kind: Gathering.Kind
        package let title: String
        package let state: Gathering.State
        /// 条 that were said there and are counted once it is worked up.
        package let noted: Int
        /// As `Reconciliation` has them by channel.
        package var endings: [Reconciliation.Ending: Reconciliation.Count]
    }

    /// A questionnaire or poll that was opened.
    package struct Asked: Row, Sendable {
        package let number: String
        /// questionnaire, poll
        package let kind: String
        package let title: String
        package let state: String
        /// 份 that count so far.
        package let sheets: Int

        package init(_ row: RowReader) throws {
            number = try row["number"]
            kind = try row["kind"]
            title = try row["title"]
            state = try row["state"]
            sheets = try row["sheets"]
        }
    }

    package let held: [Held]
    package let asked: [Asked]

    /// What was said at all gatherings whose words come by a channel.
    package func endings(_ channel: Channel) -> [Reconciliation.Ending: Reconciliation.Count] {
        held.filter { $0.kind.channel == channel }.reduce(into: [:]) { $0.merge($1.endings) { $0 + $1 } }
    }

    static func read(procedureID: Int, _ tx: borrowing Session) throws -> FormEndings {
        var held: [Held] = []
        let lines = try tx.all(
            """
            select e.number, e.kind, e.title, e.state, e.ending, e.submissions, e.people, e.opinions, \(TranscriptEntry.noted) as noted
            from gathering_endings(\(procedureID)) with ordinality e left join gatherings g on g.number = e.number order by e.ordinality
            """, as: Line.self)
        for line in lines {
            // Lines of one gathering follow each other.
            if held.last?.number != line.held.number { held.append(line.held) }
            guard let ending = line.ending, let last = held.indices.last else { continue }
            held[last].endings[ending] = line.count
        }
        return FormEndings(
            held: held,
            asked: try tx.all(
                "select number, kind, title, state, sheets from questionnaire_counts(\(procedureID))", as: Asked.self))
    }

    private struct Line: Row {
        let held: Held
        let ending: Reconciliation.Ending?
        let count: Reconciliation.Count

        init(_ row: RowReader) throws {
            held = Held(
                number: try row["number"], kind: try row["kind"], title: try row["title"], state: try row["state"],
                noted: try row["noted"], endings: [:])
            ending = try row["ending"]
            count = Reconciliation.Count(
                submissions: try row["submissions"], people: try row["people"], opinions: try row["opinions"])
        }
    }
}

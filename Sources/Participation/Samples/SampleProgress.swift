import Foundation
import Postgres

/// How far a sample is: how many people stand where, in each part of it.
package struct SampleProgress: Sendable {
    /// Where somebody stands. In hand is who is being called just now.
    package enum State: String, PostgresValue, CaseIterable, Sendable {
        case toCall = "to_call"
        case inHand = "in_hand"
        case notReached = "not_reached"
        case callBack = "call_back"
        case refused, done, unusable
    }

    /// One part of the sample, such as a town; its name is empty where none was given.
    package struct Stratum: Sendable {
        package let name: String
        package let counts: [State: Int]

        package var people: Int { counts.values.reduce(0, +) }
    }

    /// Who has whom in hand, since when.
    package struct Held: Row {
        package let ordinal: Int
        package let staff: String
        package let since: Date

        package init(_ row: RowReader) throws {
            (ordinal, staff, since) = (try row["ordinal"], try row["display_name"], try row["held_since"])
        }
    }

    /// A call that ended without a sheet.
    package struct Attempt: Row {
        package enum Outcome: String, PostgresValue, CaseIterable, Sendable {
            case notReached = "not_reached"
            case callBack = "call_back"
            case refused
            case wrongNumber = "wrong_number"
            /// There is no more room for such a sheet.
            case noPlace = "no_place"
            /// Given back without a call.
            case returned
            /// In hand for too long.
            case expired
        }

        package let at: Date
        package let ordinal: Int
        package let staff: String
        package let outcome: Outcome

        package init(_ row: RowReader) throws {
            (at, ordinal) = (try row["at"], try row["ordinal"])
            (staff, outcome) = (try row["display_name"], try row["outcome"])
        }
    }

    package let strata: [Stratum]
    package let held: [Held]
    /// The last ones, the newest first.
    package let attempts: [Attempt]

    package static let mostAttempts = 50

    package static func load(_ sample: Sample, _ tx: borrowing Session) throws -> SampleProgress {
        let id = sample.id
        let counts = try tx.all(
            """
            select stratum, case when held_by is not null then 'in_hand' else state end as state, count(*) as people
            from sample_people where sample_id = \(id) group by 1, 2 order by 1
            """, as: Counted.self)
        var strata: [String: [State: Int]] = [:]
        for it in counts { strata[it.stratum, default: [:]][it.state] = it.people }
        return SampleProgress(
            strata: strata.sorted { $0.key < $1.key }.map { Stratum(name: $0.key, counts: $0.value) },
            held: try tx.all(
                """
                select p.ordinal, s.display_name, p.held_since from sample_people p join staff s on s.id = p.held_by
                where p.sample_id = \(id) order by p.held_since
                """, as: Held.self),
            attempts: try tx.all(
                """
                select a.at, p.ordinal, s.display_name, a.outcome from sample_attempts a
                join sample_people p on p.id = a.person_id join staff s on s.id = a.staff_id
                where p.sample_id = \(id) order by a.id desc limit \(mostAttempts)
                """, as: Attempt.self))
    }

    /// The parts as they are shown: beside few people it could be told who of them has answered, so parts that are too small are one. Where that is
    /// too small as well, the next larger part goes with it, as the whole less the others would tell it.
    package func shown(smallest: Int) -> (parts: [Stratum], others: [State: Int]) {
        var parts = strata.filter { $0.people >= smallest }
        var together = strata.filter { $0.people < smallest }
        let people = together.map(\.people).reduce(0, +)
        if (1..<max(1, smallest)).contains(people),
            let next = parts.indices.min(by: { parts[$0].people < parts[$1].people })
        {
            together.append(parts.remove(at: next))
        }
        return (parts, Self.sum(together))
    }

    /// Everybody in it.
    package var counts: [State: Int] { Self.sum(strata) }

    private static func sum(_ strata: [Stratum]) -> [State: Int] {
        strata.reduce(into: [:]) { $0.merge($1.counts, uniquingKeysWith: +) }
    }

    private struct Counted: Row {
        let stratum: String
        let state: State
        let people: Int

        init(_ row: RowReader) throws {
            (stratum, state, people) = (try row["stratum"], try row["state"], try row["people"])
        }
    }
}

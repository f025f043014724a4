import Foundation
import Postgres

/// How far what everyone may see has come, and so whether something made from it still holds. Read in one round trip.
///
/// Two things change pages: transactions, which raise the version of their topic (`sql/0014`), and time, when a
/// consultation, a questionnaire or the registration for a hearing opens or closes, when a hearing begins, when letters can no longer
/// be entered, and at midnight, when days are counted anew.
package struct PublicState: Sendable {
    /// A point from which something was made.
    package struct Mark: Sendable, Equatable {
        fileprivate let version: Int
        /// The last moment at which time alone has changed pages, by the database's clock.
        fileprivate let since: Date
    }

    /// What a page is about.
    package enum Topic: Sendable, Hashable {
        /// What many pages share: what the site says of itself, lists, the calendar.
        case site
        /// A consultation by its number; it shares the site's topic, too.
        case consultation(String)
        /// A questionnaire by its number, likewise.
        case questionnaire(String)
        /// A hearing, forum or visit by its number, likewise.
        case gathering(String)
    }

    package let mark: Mark
    /// What the site says of itself.
    package let settings: SiteSettings
    /// The version at which each topic changed last.
    private let changes: [String: Int]

    /// Whether what was made from that point, and is about this topic, is still what the database would say.
    package func admits(_ mark: Mark, about topic: Topic) -> Bool {
        guard mark.since == self.mark.since, mark.version <= self.mark.version, holds(mark, "") else { return false }
        return switch topic {
        case .site: true
        case .consultation(let number), .questionnaire(let number), .gathering(let number): holds(mark, number)
        }
    }

    /// Whether this was learnt before the other: from fewer changes, or earlier between two of them.
    package func precedes(_ other: PublicState) -> Bool {
        (mark.version, mark.since) < (other.mark.version, other.mark.since)
    }

    private func holds(_ mark: Mark, _ topic: String) -> Bool { changes[topic].map { $0 <= mark.version } ?? true }

    private struct Reading: Row {
        let version: Int
        let since: Date

        init(_ row: RowReader) throws {
            version = try row["version"]
            since = try row["since"]
        }
    }

    private struct Change: Row {
        let topic: String
        let version: Int

        init(_ row: RowReader) throws {
            topic = try row["topic"]
            version = try row["version"]
        }
    }

    private static let reading: SQL = """
        select v.version, (
          select max(m.at) from (
            select unnest(array[p.opens_at, p.closes_at, p.entry_until]) from public_procedures p
            union all select unnest(array[q.opens_at, q.closes_at]) from public_questionnaires q
            union all select unnest(array[g.registration_from, g.registration_until, g.starts_at, g.ends_at]) from public_gatherings g
            union all select date_trunc('day', c.moment at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai'
          ) m (at) where m.at <= c.moment) as since
        from public_version v cross join (select minyi_clock() as moment) c
        """

    /// - Parameter known: what was read before; only later changes are asked for.
    package static func read(
        after known: PublicState?, in database: Database, deadline: Duration? = nil
    ) async throws -> PublicState {
        let last = known?.mark.version ?? 0
        // One snapshot, of the primary, as is what will be kept under this version (`Database.readsMayLag`).
        let (readings, changed, settings) = try await database.read(
            as: .anonymous, isolation: .repeatableRead, deadline: deadline
        ) { tx in
            try tx.all(
                Query(reading, as: Reading.self),
                Query("select topic, version from public_changes where version > \(last)", as: Change.self),
                Query(SiteSettings.rows, as: SiteSettings.Entry.self))
        }
        guard let reading = readings.first else { throw NoRow() }
        // A database that is younger than it was: restored, or a replica that lags. What was known is void.
        if reading.version < last { return try await read(after: nil, in: database, deadline: deadline) }
        return PublicState(
            mark: Mark(version: reading.version, since: reading.since), settings: SiteSettings(settings),
            changes: (known?.changes ?? [:]).merging(changed.map { ($0.topic, $0.version) }) { max($0, $1) })
    }
}

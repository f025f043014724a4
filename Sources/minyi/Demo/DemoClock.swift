import Foundation
import Postgres

/// Lets the demo happen on the days it tells of. It works only on a database that nobody serves yet: the clock of the
/// rules is replaced there, and put back before the database gets its real name.
struct DemoClock: Sendable {
    private let owner: Database
    private let original: String

    /// Replaces the clock of this database.
    init(_ owner: Database) async throws {
        self.owner = owner
        original = try await owner.write { tx in
            let original: String = try tx.value("select pg_get_functiondef('minyi.minyi_clock()'::regprocedure)")
            try tx.execute("create table demo_clock (now_at timestamptz not null)")
            try tx.execute("grant select on demo_clock to public")
            try tx.execute(
                """
                create or replace function minyi_clock() returns timestamptz
                language sql volatile set search_path = pg_catalog, minyi
                as $$ select coalesce((select now_at from minyi.demo_clock), clock_timestamp()) $$
                """)
            return original
        }
    }

    func set(_ moment: Date) async throws {
        _ = try await owner.write { tx in
            try tx.execute("delete from demo_clock")
            return try tx.execute("insert into demo_clock (now_at) values (\(moment))")
        }
    }

    /// Gives the database its real clock again.
    func putBack() async throws {
        let original = original
        try await owner.write { tx in
            try tx.executeTrusted(original)
            try tx.execute("drop table demo_clock")
        }
    }
}

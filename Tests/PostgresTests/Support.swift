import Foundation
import Postgres
import TestSupport

extension TestDatabase {
    /// A pool of its own, with few connections and a short queue; the caller shuts it down.
    func pool(connections: Int = 1, waiting: Int = 512, lifetime: Duration = .seconds(1800)) -> Database {
        var configuration = TestCluster.patient(ownerConninfo, connections: connections)
        (configuration.waiting, configuration.lifetime) = (waiting, lifetime)
        return Database(configuration, logger: TestCluster.silent)
    }

    /// Makes `until_told(word)`, which returns the word after `tell`. A query that the test ends: one that slept for some
    /// seconds could be over before anybody has seen it.
    func makeUntilTold() async throws {
        try await owner.write {
            try $0.execute("create table told ()")
            try $0.execute(
                """
                create function until_told(word text) returns text language plpgsql as $$ begin
                  while not exists (select from told) loop perform pg_sleep(0.01); end loop;
                  return word;
                end $$
                """)
        }
    }

    func tell() async throws {
        _ = try await owner.write { try $0.execute("insert into told default values") }
    }

    /// Waits until a backend runs a statement like this, and returns its process id.
    func backend(running pattern: String) async throws -> Int {
        try await awaited("a backend that runs \(pattern)") {
            try await superuser.read { tx in
                try tx.firstValue(
                    """
                    select pid from pg_stat_activity
                    where query like \(pattern) and state = 'active' and pid <> pg_backend_pid() and datname = current_database()
                    """, as: Int.self)
            }
        }
    }

    /// Returns once the backend is gone.
    func terminate(_ pid: Int) async throws {
        _ = try await superuser.read {
            try $0.value("select pg_terminate_backend(\(pid)::int, 60000)", as: Bool.self)
        }
    }
}

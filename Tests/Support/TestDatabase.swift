import Foundation
import Logging
import Participation
import Postgres
import Synchronization

/// A database of one test or suite: a clone of a template in which every migration has been run. Dropped when nobody
/// holds it any longer.
package final class TestDatabase: Sendable {
    package let name: String
    package let cluster: TestCluster
    private let opened = Mutex<[DatabaseRoles.Login?: Database]>([:])

    /// A fresh database with the whole schema.
    package static func make() async throws -> TestDatabase {
        _ = try await template.value
        return try await clone(of: templateName)
    }

    /// A fresh database with nothing in it.
    package static func makeEmpty() async throws -> TestDatabase {
        let cluster = try await TestCluster.shared
        let name = freshName()
        try await cluster.superuser.autocommit {
            try DatabaseRoles.createDatabase(name, on: $0)
        }
        return TestDatabase(name: name, cluster: cluster)
    }

    private init(name: String, cluster: TestCluster) {
        self.name = name
        self.cluster = cluster
    }

    deinit {
        let (name, superuser) = (name, cluster.superuser)
        let databases = opened.withLock { Array($0.values) }
        // Ahead of the tests that wait for the processor: their connections add up until these are closed.
        Task.detached(priority: .high) {
            for database in databases { await database.shutdown() }
            // Best effort: the whole cluster goes away with the process.
            try? await superuser.autocommit {
                try $0.executeTrusted("drop database if exists \"\(name)\" with (force)")
            }
        }
    }

    // MARK: Connecting

    package func conninfo(_ login: DatabaseRoles.Login) -> String { cluster.conninfo(login, database: name) }
    package var ownerConninfo: String { conninfo(.owner) }
    package var superuserConninfo: String { cluster.conninfo(nil, database: name) }

    /// A pool as this role, opened once.
    package func database(_ login: DatabaseRoles.Login) -> Database { open(login) }
    package var owner: Database { open(.owner) }
    package var `public`: Database { open(.public) }
    package var staff: Database { open(.staff) }
    package var work: Database { open(.work) }
    package var superuser: Database { open(nil) }

    private func open(_ login: DatabaseRoles.Login?) -> Database {
        opened.withLock { opened in
            if let database = opened[login] { return database }
            let database = Database(
                TestCluster.patient(cluster.conninfo(login, database: name), connections: 2), logger: TestCluster.silent
            )
            opened[login] = database
            return database
        }
    }

    /// Does something while another session holds what a statement takes.
    package func holding<T: Sendable>(_ sql: SQL, _ body: () async throws -> T) async throws -> T {
        let (taken, signal) = AsyncStream.makeStream(of: Void.self)
        let gate = DispatchSemaphore(value: 0)
        let owner = owner
        let holder = Task {
            try await owner.write { tx in
                defer { signal.finish() }
                try tx.execute(sql)
                signal.finish()
                gate.wait()
            }
        }
        for await _ in taken {}
        let result: Result<T, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        gate.signal()
        try await holder.value
        return try result.get()
    }

    // MARK: The clock

    /// Stops `minyi_clock()` at a moment, or lets it run again.
    package func setClock(_ moment: Date?) async throws {
        try await owner.write { tx in
            try tx.execute("delete from minyi_test.movable_clock")
            if let moment { try tx.execute("insert into minyi_test.movable_clock (now_at) values (\(moment))") }
        }
    }

    // MARK: The template

    private static let templateName = "minyi_template"
    private static func freshName() -> String {
        "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
    }

    private static let template = Task {
        let cluster = try await TestCluster.shared
        try await cluster.superuser.autocommit {
            try DatabaseRoles.createDatabase(templateName, on: $0)
        }
        let owner = Database(
            TestCluster.patient(cluster.conninfo(.owner, database: templateName), connections: 1),
            logger: TestCluster.silent)
        let directory = try Repository.root().appendingPathComponent("sql").path
        _ = try await Migrator(directory: directory, database: owner, logger: TestCluster.silent).migrate()
        try await owner.write { tx in
            try makeClockMovable(tx)
            try dropDistantMonths(tx)
        }
        await owner.shutdown()  // nobody may be connected to a template that is being cloned
    }

    /// A clone copies every file, and each month of events is five of them. What happens later goes to the default partition.
    private static func dropDistantMonths(_ tx: borrowing Session) throws {
        try tx.executeTrusted(
            """
            do $$
            declare month text;
            begin
              for month in select c.relname from pg_class c join pg_inherits i on i.inhrelid = c.oid
                where i.inhparent = 'minyi.events'::regclass and c.relname ~ '^events_[0-9]{6}$'
                order by c.relname offset 3
              loop execute format('drop table minyi.%I', month); end loop;
            end $$
            """)
    }

    private static func makeClockMovable(_ tx: borrowing Session) throws {
        try tx.execute("create schema minyi_test")
        try tx.execute("create table minyi_test.movable_clock (now_at timestamptz not null)")
        try tx.execute("grant usage on schema minyi_test to public")
        try tx.execute("grant select on minyi_test.movable_clock to public")
        guard try tx.value("select to_regprocedure('minyi.minyi_clock()') is not null", as: Bool.self) else { return }
        try tx.execute(
            """
            create or replace function minyi.minyi_clock() returns timestamptz
            language sql volatile set search_path = pg_catalog
            as $$ select coalesce((select now_at from minyi_test.movable_clock), clock_timestamp()) $$
            """)
    }

    private static func clone(of template: String) async throws -> TestDatabase {
        let cluster = try await TestCluster.shared
        let name = freshName()
        try await cluster.superuser.autocommit { session in
            // Both names are our own.
            try session.executeTrusted("create database \"\(name)\" template \"\(template)\" owner minyi_owner")
            try DatabaseRoles.createDatabase(name, on: session)
        }
        return TestDatabase(name: name, cluster: cluster)
    }
}

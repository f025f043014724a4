import Foundation
import Postgres
import TestSupport
import Testing

/// Several hosts in one connection string: a cluster and its streaming standby.
@Suite struct HostsTests {
    private func pool(_ hosts: [TestCluster], replicas: [TestCluster] = [], attributes: String = "") -> Database {
        func conninfo(_ hosts: [TestCluster]) -> String {
            hosts[0].conninfo(nil, database: "postgres").replacing(
                hosts[0].directory, with: "/nowhere," + hosts.map(\.directory).joined(separator: ","))
        }
        var configuration = TestCluster.patient(conninfo(hosts) + attributes, connections: 2)
        configuration.replicas = replicas.isEmpty ? nil : conninfo(replicas)
        return Database(configuration, logger: TestCluster.silent)
    }

    /// Whether the host that answers is a standby.
    private let isStandby: @Sendable (borrowing Session) throws -> Bool = { try $0.value("select pg_is_in_recovery()") }

    @Test func writesFindThePrimaryAndReadsTheStandbyAlsoAfterAFailover() async throws {
        let primary = try await TestCluster()
        let standby = try TestCluster(standbyOf: primary)
        _ = try await standby.superuser.read { try $0.execute("select 1") }  // waits until it is there
        // The first host of each list is dead; the standby comes before the primary.
        let pool = pool([standby, primary], replicas: [standby, primary])
        #expect(try await pool.write { try $0.execute("create table notes (word text)") } == 0)
        #expect(try await pool.write(isStandby) == false)
        #expect(try await pool.read(isStandby))
        #expect(try await pool.read(isolation: .serializable, isStandby) == false)

        // Whoever was sent to the standby to write is told so, and the connection is given up.
        let misled = self.pool([standby], attributes: " target_session_attrs=any")
        await #expect(throws: ConnectionLost.self) { try await misled.write { try $0.execute("select 1") } }
        #expect(try await misled.read(isStandby))
        await misled.shutdown()

        // The standby follows on its own; what it has not heard when the primary goes is lost.
        try await wait(until: "the standby has followed") {
            try await pool.read { try $0.value("select to_regclass('notes') is not null", as: Bool.self) }
        }
        try await primary.stop()
        await #expect(throws: (any Error).self) { try await pool.write(deadline: .seconds(1), isStandby) }
        #expect(try await pool.read(isStandby))
        _ = try await standby.superuser.autocommit { try $0.execute("select pg_promote()") }
        // The connection that was lost may take one more job down with it.
        _ = try? await pool.write(isStandby)
        #expect(try await pool.write(isStandby) == false)
        #expect(try await pool.write { try $0.execute("insert into notes values ('after')") } == 1)
        await pool.shutdown()
        try await standby.stop()
    }
}

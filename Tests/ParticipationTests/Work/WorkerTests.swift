import Logging
import Participation
import Postgres
import TestSupport
import Testing

@Suite("The worker")
struct WorkerTests {
    /// What fails in one piece of work keeps no procedure from closing, and is told.
    @Test func oneFailureHoldsUpNothingElse() async throws {
        let scene = try await AnsweringScene.make()
        _ = try await scene.database.superuser.write { tx in
            try tx.execute("revoke execute on function minyi.refresh_figures() from minyi_work")
        }
        try await scene.database.setClock(AnsweringScene.afterClosing)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        await #expect(throws: PostgresError.self) { try await TimedJob.round(in: scene.database.work, logger: logger) }
        let state: String = try await scene.database.owner.read { tx in
            try tx.value("select state from procedures where id = \(scene.procedureID)")
        }
        #expect(state == "closed")
    }
}

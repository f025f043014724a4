import Postgres

/// What an administrator sends to themselves, to see whether it arrives.
package enum TestNotice {
    package enum Channel: String, Sendable, PostgresValue { case mail, webhook }

    package static func send(by channel: Channel, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select send_test_notice(\(channel))") }
    }
}

import Foundation
import TestSupport
import Testing

@testable import Postgres

/// Notifications are hints: none is promised, but whoever may have missed one is told to look again.
@Suite struct ListenerTests {
    let test: TestDatabase

    init() async throws { test = try await TestDatabase.makeEmpty() }

    private func listener() throws -> Listener {
        var configuration = TestCluster.patient(test.ownerConninfo)
        configuration.applicationName = "a listener"
        return try Listener(configuration, channels: ["news", "Other news"], logger: TestCluster.silent)
    }

    private func notify(_ channel: String, _ payload: String) async throws {
        try await test.owner.write { try $0.execute("select pg_notify(\(channel), \(payload))") }
    }

    private func listeningBackend() async throws -> Int? {
        try await test.superuser.read { tx in
            try tx.firstValue(
                """
                select pid from pg_stat_activity where application_name = 'a listener' and datname = current_database()
                """, as: Int.self)
        }
    }

    @Test func whatIsSentIsHeardInOrder() async throws {
        let listener = try listener()
        var heard = listener.events.makeAsyncIterator()
        #expect(await heard.next() == .lookAgain)
        try await notify("news", "first 一")
        try await notify("elsewhere", "not for us")
        try await notify("Other news", "")
        #expect(await heard.next() == .notification(channel: "news", payload: "first 一"))
        #expect(await heard.next() == .notification(channel: "Other news", payload: ""))
        await listener.shutdown()
        #expect(await heard.next() == nil)
        // The server learns of it a moment later.
        try await wait(until: "nobody listens") { try await listeningBackend() == nil }
    }

    @Test func aLostConnectionIsReplacedAndTheReaderToldToLookAgain() async throws {
        let listener = try listener()
        var heard = listener.events.makeAsyncIterator()
        #expect(await heard.next() == .lookAgain)
        let pid = try #require(try await listeningBackend())
        try await test.terminate(pid)
        #expect(await heard.next() == .lookAgain)
        try await notify("news", "after")
        #expect(await heard.next() == .notification(channel: "news", payload: "after"))
        await listener.shutdown()
    }

    @Test func aSlowReaderGetsOneOfEach() throws {
        let (bell, ring) = AsyncStream.makeStream(of: Void.self)
        defer { withExtendedLifetime(bell) {} }
        let mailbox = Mailbox(ring: ring)
        for number in 0..<5000 { mailbox.put(.notification(channel: "news", payload: "\(number % 2)")) }
        #expect(
            mailbox.empty() == [
                .notification(channel: "news", payload: "0"), .notification(channel: "news", payload: "1"),
            ])
        #expect(mailbox.empty() == [])
        for number in 0..<5000 { mailbox.put(.notification(channel: "news", payload: "\(number)")) }
        let events = mailbox.empty()
        #expect(events.first == .lookAgain)
        #expect(events.last == .notification(channel: "news", payload: "4999"))
        #expect(events.count <= Mailbox.limit)
    }

    @Test func itStopsWhileNobodyIsThere() async throws {
        let listener = try Listener(
            DatabaseConfiguration(conninfo: "host=127.0.0.1 port=1 user=x dbname=x connect_timeout=1"),
            channels: ["news"], logger: TestCluster.silent)
        try await Task.sleep(for: .milliseconds(200))
        await listener.shutdown()
        var heard = listener.events.makeAsyncIterator()
        #expect(await heard.next() == nil)
    }

    @Test func aCancelledReaderStopsReading() async throws {
        let listener = try listener()
        let reader = Task {
            var count = 0
            for await _ in listener.events { count += 1 }
            return count
        }
        try await Task.sleep(for: .milliseconds(200))
        reader.cancel()
        _ = await reader.value
        await listener.shutdown()
    }
}

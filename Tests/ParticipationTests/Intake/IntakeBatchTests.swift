import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// Not the one of the testing library.
private typealias Comment = Participation.Comment

/// Many submissions in one transaction: what holds of one holds of each.
@Suite struct IntakeBatchTests {
    let county: ExampleCounty
    let intake: Intake

    init() async throws {
        county = try await ExampleCounty.make()
        intake = Intake(secrets: try ExampleCounty.secrets())
    }

    private func comment(
        _ body: String = "二十个工作日太长。", on procedure: ExampleCounty.Announced, key: UUID = UUID(), position: Int? = 1,
        channel: Channel = .web, entry: Comment.Entry? = nil
    ) -> Comment {
        Comment(
            key: key, procedure: procedure.number, editionID: procedure.editionID, position: position, body: body,
            channel: channel, contact: Contact(name: "王小明", phone: "13800138000"), entry: entry)
    }

    private func settle(_ items: [CommentItem], in database: Database? = nil) async throws -> [IntakeOutcome] {
        try await IntakeBatch(items: items.map(IntakeItem.comment)).settle(in: database ?? county.database.public)
            .map { try $0.get() }
    }

    /// Rows, keys, opinions, contacts and events: each as often as something was accepted.
    private func stored() async throws -> [Int] {
        try await county.database.superuser.read { tx in
            try tx.values(
                """
                select count(*) from minyi.submissions union all select count(distinct key) from minyi.submissions
                union all select count(distinct submission_id) from minyi.opinions
                union all select count(distinct submission_id) from minyi.contacts
                union all select count(*) from minyi.events where kind = 'received'
                """)
        }
    }

    @Test func oneBadItemNeverHurtsItsNeighbours() async throws {
        let procedure = try await county.announce()
        let good = comment("好的一条", on: procedure)
        let other = comment("另一条", on: procedure, position: nil)
        var items = try [good, comment(on: procedure, position: 99), other].map { try $0.item(for: intake) }
        var unknown = items[0]
        unknown.procedure = "C-1999-000001-1"
        unknown.key = UUID()
        var long = items[0]
        long.body = String(repeating: "长", count: 2001)
        long.key = UUID()
        var empty = items[0]
        empty.body = ""
        empty.key = UUID()
        items += [unknown, long, empty, items[0]]
        let outcomes = try await settle(items)
        #expect(
            outcomes.map(\.verdict)
                == [.accepted, .unknownPassage, .accepted, .unknownProcedure, .tooLong, .empty, .already])
        #expect(try await stored() == [2, 2, 2, 2, 2])
    }

    /// What fits no column is a verdict about its own item, never an error of all of them.
    @Test func numbersAndTextsTooLargeHurtNobodyElse() async throws {
        let procedure = try await county.announce()
        let changes: [@Sendable (inout CommentItem) -> Void] = [
            { _ in }, { $0.people = 0 }, { $0.people = 9_999_999_999 }, { $0.position = 9_999_999_999 },
            { $0.editionID = .max }, { $0.organisation = String(repeating: "长", count: 101) },
            {
                $0.contact = ContactVault.Sealed(
                    id: UUID(), keyID: "contact-key-1", bytes: [UInt8](repeating: 0, count: 4097), phoneIndex: nil)
            },
        ]
        let items = try changes.map { change in
            var item = try comment(on: procedure).item(for: intake)
            change(&item)
            return item
        }
        let outcomes = try await settle(items)
        #expect(
            outcomes.map(\.verdict) == [
                .accepted, .malformed, .malformed, .unknownPassage, .unknownPassage, .malformed, .malformed,
            ])
        #expect(try await stored() == [1, 1, 1, 1, 1])
    }

    /// What the door does not foresee raises an error in the server, or before it; its neighbours are stored all the same.
    @Test func anUnforeseenErrorStaysWithItsOwnItem() async throws {
        let procedure = try await county.announce()
        var items = try (0..<50).map { _ in try comment(on: procedure).item(for: intake) }
        items[7].salt = [1, 2, 3]
        items[31].body = "一\u{0}二"
        let results = await IntakeBatch(items: items.map(IntakeItem.comment)).settle(in: county.database.public)
        for (index, result) in results.enumerated() {
            switch result {
            case .success(let outcome): #expect(outcome.verdict == .accepted && index != 7 && index != 31)
            case .failure(let error as PostgresError): #expect(error.isCheckViolation() && index == 7)
            case .failure(let error): #expect(error is UnsendableValue && index == 31)
            }
        }
        #expect(try await stored() == [48, 48, 48, 48, 48])
    }

    @Test func oneKeyIsOneSubmissionWithinABatchAndAcross() async throws {
        let procedure = try await county.announce()
        let first = try comment("甲", on: procedure).item(for: intake)
        var other = first
        other.body = "乙"
        #expect(try await settle([first, first, other]).map(\.verdict) == [.accepted, .already, .keyReused])

        let twins = try (0..<20).map { _ in try comment(on: procedure).item(for: intake) }
        let rows = try await withThrowingTaskGroup(of: [IntakeOutcome].self) { group in
            for turn in 0..<6 {
                group.addTask { try await settle(turn.isMultiple(of: 2) ? twins : twins.reversed()) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(rows.filter { $0.verdict == .accepted }.count == 20)
        #expect(rows.filter { $0.verdict == .already }.count == 100)
        #expect(Set(rows.compactMap(\.number)).count == 20)
        #expect(try await stored() == [21, 21, 21, 21, 21])
    }

    /// One reading of the clock for the batch, compared with each row's own times.
    @Test func closingIsJudgedRowByRow() async throws {
        let closing = Date(timeIntervalSince1970: 1_800_000_000)
        try await county.database.setClock(closing.addingTimeInterval(-3600))
        var terms = ExampleCounty.Terms()
        (terms.opensAt, terms.closesAt) = (closing.addingTimeInterval(-7200), closing)
        let closed = try await county.announce(terms)
        terms.closesAt = closing.addingTimeInterval(0.000_001)
        let open = try await county.announce(terms)
        try await county.database.setClock(closing)
        let items = try [closed, open, closed, open].map { try comment(on: $0).item(for: intake) }
        let outcomes = try await settle(items)
        #expect(outcomes.map(\.verdict) == [.closed, .accepted, .closed, .accepted])
        #expect(outcomes.compactMap(\.receivedAt) == [closing, closing])
    }

    @Test func theMillionthNumberIsItsOwn() async throws {
        let procedure = try await county.announce()
        try await county.database.superuser.write {
            try $0.execute("alter sequence minyi.submission_numbers restart 999999")
        }
        let outcomes = try await settle((0..<3).map { _ in try comment(on: procedure).item(for: intake) })
        #expect(outcomes.map(\.verdict) == [.accepted, .accepted, .accepted])
        for outcome in outcomes { _ = try SubmissionNumber(outcome.number ?? "") }
    }

    /// Whoever closes first holds the row; the whole batch waits for that, and then reads the clock.
    @Test func aBatchThatWaitsForTheClosingComesTooLate() async throws {
        let procedure = try await county.announce()
        let items = try (0..<3).map { _ in try comment(on: procedure).item(for: intake) }
        let (held, hold) = AsyncStream<Void>.makeStream()
        async let closing: Void = county.database.superuser.write { tx in
            try tx.execute("select from minyi.procedures where id = \(procedure.id) for update")
            hold.finish()
            // Until the batch waits for the row.
            while try tx.value(
                """
                select not exists (select from pg_locks l join pg_stat_activity a using (pid)
                  where not l.granted and a.datname = current_database()) and pg_stat_clear_snapshot() is not null
                """, as: Bool.self)
            { Thread.sleep(forTimeInterval: 0.01) }
            try tx.execute("update minyi.procedures set state = 'terminated' where id = \(procedure.id)")
        }
        for await _ in held {}
        #expect(try await settle(items).map(\.verdict) == [.closed, .closed, .closed])
        try await closing
    }

    @Test func eachRowHasTheRightsOfItsOwnActor() async throws {
        let procedure = try await county.announce()
        let entry = Comment.Entry(arrivedOn: ChinaTime.date(Date()))
        func item(_ actor: DatabaseActor, _ channel: Channel = .letter) throws -> CommentItem {
            try comment(on: procedure, channel: channel, entry: channel == .web ? nil : entry)
                .item(for: intake, by: actor)
        }
        let mixed = try [
            item(county.clerk), item(county.stranger), item(county.organiser), item(.anonymous),
            item(county.approver), item(county.clerk), item(county.clerk, .web),
        ]
        let verdicts: [IntakeOutcome.Verdict] = [
            .accepted, .notAllowed, .accepted, .notAllowed, .notAllowed, .accepted, .notAllowed,
        ]
        #expect(try await settle(mixed, in: county.database.staff).map(\.verdict) == verdicts)
        let enteredBy: [String] = try await county.database.superuser.read { tx in
            try tx.values(
                """
                select f.sign_in_name from minyi.submissions s join minyi.staff f on f.id = s.entered_by
                join minyi.events e on e.subject_id = s.id and e.kind = 'received' and e.staff_id = f.id order by 1
                """)
        }
        #expect(enteredBy == ["clerk", "clerk", "organiser"])
        // Whoever signs in as the public claims in vain to be staff.
        let claimed = try await settle([item(county.clerk), item(county.clerk, .web)])
        #expect(claimed.map(\.verdict) == [.notAllowed, .accepted])
    }

    @Test func fiveThousandAtOnceAreFiveThousand() async throws {
        let procedure = try await county.announce()
        let numbers = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<5000 {
                group.addTask { try await insist(comment(on: procedure)).number }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1 ?? "") }
        }
        #expect(numbers.count == 5000)
        #expect(try await stored() == [5000, 5000, 5000, 5000, 5000])
    }

    /// Killed in mid-batch and in mid-commit: an answer is given only for what is stored, and asking again is safe.
    @Test func killedConnectionsLoseAndDoubleNothing() async throws {
        let procedure = try await county.announce()
        let killer = Task {
            while !Task.isCancelled {
                try await county.database.superuser.read { tx in
                    _ = try tx.execute(
                        """
                        select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and usename = 'minyi_public' and state <> 'idle'
                        """)
                }
                // Now and then long enough for a whole batch: killed every five milliseconds, it would never come through.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...80)))
            }
        }
        let numbers = try await withThrowingTaskGroup(of: String?.self) { group in
            for turn in 0..<600 {
                group.addTask {
                    try await Task.sleep(for: .milliseconds(turn))
                    return try await insist(comment(on: procedure)).number
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1 ?? "") }
        }
        killer.cancel()
        #expect(numbers.count == 600)
        #expect(try await stored() == [600, 600, 600, 600, 600])
    }

    /// As a patient client does: the same key again until there is an answer.
    private func insist(_ comment: Comment) async throws -> IntakeOutcome {
        for _ in 0..<500 {
            do {
                return try await intake.accept(comment, in: county.database.public)
            } catch is Overloaded, is OutcomeUnknown, is ConnectionLost, is DeadlinePassed {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        throw Overloaded()
    }

    @Test func whoGivesUpWaitingDoesNotTakeTheBatchAlong() async throws {
        let procedure = try await county.announce()
        let comments = (0..<40).map { _ in comment(on: procedure) }
        let tasks = comments.map { one in
            Task { try await intake.accept(one, in: county.database.public) }
        }
        for task in tasks.prefix(20) { task.cancel() }
        for task in tasks.dropFirst(20) { #expect(try await task.value.verdict == .accepted) }
        for one in comments {
            let verdict = try await intake.accept(one, in: county.database.public).verdict
            #expect(verdict == .already || verdict == .accepted)
        }
        #expect(try await stored() == [40, 40, 40, 40, 40])
    }

    @Test func afterABatchOfSeveralOthersAreWaitedFor() async throws {
        let procedure = try await county.announce()
        let queue = IntakeQueue(county.database.public, gathering: .seconds(3))
        @Sendable func send() async throws -> Date? {
            try await queue.accept(.comment(try comment(on: procedure).item(for: intake))).receivedAt
        }
        let alone = (try await send(), try await send())
        #expect(alone.0 != alone.1)
        // However the ten fall into batches, and however long this test waits for the processor: again, until two that come after a
        // batch of several go together. Without the pause they never would.
        for _ in 0..<20 {
            let moments = try await withThrowingTaskGroup(of: Date?.self) { group in
                for _ in 0..<10 { group.addTask { try await send() } }
                return try await group.reduce(into: [Date]()) { moments, moment in
                    if let moment { moments.append(moment) }
                }
            }
            let last = try #require(moments.max())
            guard moments.count(where: { $0 == last }) > 1 else { continue }
            async let first = send()
            try await Task.sleep(for: .milliseconds(100))
            async let second = send()
            if try await first == second { return }
        }
        Issue.record("nobody was waited for")
    }

    @Test func aFullQueueSaysSo() async throws {
        let nowhere = Database(
            DatabaseConfiguration(conninfo: "host=127.0.0.1 port=1 connect_timeout=1", connections: 1),
            logger: TestCluster.silent)
        let queue = IntakeQueue(nowhere, longestQueue: 3, patience: .seconds(1))
        let item = try Comment(key: UUID(), procedure: "C", editionID: 1, position: nil, body: "好").item(for: intake)
        let errors = await withTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        return "\(try await queue.accept(.comment(item)).verdict)"
                    } catch { return "\(type(of: error))" }
                }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect((errors["Overloaded"] ?? 0) >= 15)
        #expect(errors.keys.allSatisfy { ["Overloaded", "ConnectionLost", "DeadlinePassed"].contains($0) })
    }
}

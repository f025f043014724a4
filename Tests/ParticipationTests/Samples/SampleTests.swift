import Foundation
import Postgres
import Questionnaires
import TestSupport
import Testing
import Text

@testable import Participation

@Suite("Telephone samples")
struct SampleTests {
    /// A questionnaire with a sample, and clerks who call.
    struct Scene {
        let questionnaire: QuestionnaireScene
        let sample: Int
        let clerks: [DatabaseActor]
        let start: Date

        var database: TestDatabase { questionnaire.database }
        var vault: ContactVault { questionnaire.intake.vault }

        static func make(people: Int, clerks: Int = 1, _ change: (inout SampleTerms) -> Void = { _ in }) async throws
            -> Scene
        {
            let questionnaire = try await QuestionnaireScene.make()
            let (county, start) = (questionnaire.county, Date())
            try await county.database.setClock(start)
            var terms = SampleTerms()
            terms.name = "电话样本"
            change(&terms)
            let sample = try await terms.save(of: questionnaire.id, in: county.database.staff, as: county.organiser)
            let ids: [Int] = try await county.database.owner.write { tx in
                let ids = try tx.values(
                    """
                    insert into staff (sign_in_name, display_name, unit_id, password_hash)
                    select 'caller' || n, '访问员' || n, \(county.unitID), 'x' from generate_series(1, \(clerks)::int) n returning id
                    """, as: Int.self)
                try tx.execute(
                    "insert into staff_roles (staff_id, unit_id, role) select s, \(county.unitID), 'clerk' from unnest(\(ids)) s"
                )
                return ids
            }
            let scene = Scene(
                questionnaire: questionnaire, sample: sample,
                clerks: ids.map { .staff($0, grants: [.clerk: [county.unitID]]) }, start: start)
            _ = try await scene.fill(people)
            return scene
        }

        func fill(_ people: Int, from first: Int = 1) async throws -> Int {
            let lines = (first..<first + people).map { "0762-0000\(100 + $0),演示\($0),\($0 % 2 == 0 ? "老隆镇" : "佗城镇")" }
            let list = try SampleTable(typed: lines.joined(separator: "\n")).people(.typed)
            return try await FillSample(sample)(
                list, vault: vault, in: database.staff, as: questionnaire.county.organiser)
        }

        func take(_ clerk: Int = 0) async throws -> CallInHand? {
            guard try await CallInHand.take(sample: sample, in: database.staff, as: clerks[clerk]) != nil else {
                return nil
            }
            return try await find(clerk)
        }

        func find(_ clerk: Int = 0) async throws -> CallInHand? {
            try await CallInHand.find(sample: sample, vault: vault, in: database.staff, as: clerks[clerk])
        }

        @discardableResult
        func end(
            _ call: CallInHand, _ ending: CallInHand.Ending, at: Date? = nil, clerk: Int = 0
        ) async throws -> CallInHand.Ending? {
            try await CallInHand.end(ending, key: call.key, at: at, in: database.staff, as: clerks[clerk])
        }

        func store(_ call: CallInHand, clerk: Int = 0) async throws -> IntakeOutcome {
            var sheet = try questionnaire.sheet(key: call.key)
            (sheet.channel, sheet.arrivedOn, sheet.firstPage) = (.phone, ChinaTime.date(start), nil)
            return try await questionnaire.intake.accept(sheet, in: database.staff, as: clerks[clerk])
        }

        func pass(minutes: Double) async throws { try await database.setClock(start.addingTimeInterval(60 * minutes)) }

        func value<T: PostgresValue>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
            try await questionnaire.value(sql, as: T.self)
        }

        /// Whether a text stands anywhere in the database, in whatever table and column.
        func holds(_ text: String) async throws -> [String] {
            try await database.superuser.read { tx in
                var found: [String] = []
                for table in try tx.values(
                    "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'minyi' and c.relkind = 'r'",
                    as: String.self)
                {
                    let pattern = "%\(text)%"
                    let count: Int = try tx.value(
                        """
                        select (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from minyi.%I t where t::text like %L',
                          \(table), \(pattern)), false, true, '')))[1]::text::bigint
                        """)
                    if count > 0 { found.append(table) }
                }
                return found
            }
        }
    }

    @Test func nobodyIsHandedToTwo() async throws {
        let scene = try await Scene.make(people: 30, clerks: 24)
        let calls = try await withThrowingTaskGroup(of: CallInHand?.self) { group in
            for clerk in scene.clerks.indices { group.addTask { try await scene.take(clerk) } }
            var calls: [CallInHand] = []
            for try await call in group { if let call { calls.append(call) } }
            return calls
        }
        #expect(calls.count == 24 && Set(calls.map(\.ordinal)).count == 24 && Set(calls.map(\.key)).count == 24)
        // Asking again gives the same one back.
        let again = try #require(try await scene.take(3))
        #expect(calls.contains { $0.key == again.key && $0.ordinal == again.ordinal })
        #expect(
            try await scene.value("select count(*) from sample_people where held_by is not null", as: Int.self) == 24)
    }

    @Test func pressedTwiceGivesOne() async throws {
        let scene = try await Scene.make(people: 5)
        async let first = scene.take()
        async let second = scene.take()
        let (one, two) = try await (first, second)
        #expect(one != nil && one?.key == two?.key)
    }

    /// A sample of the time before it became one for verified persons.
    @Test func nobodyIsCalledWhereTheyHaveToProveWhoTheyAre() async throws {
        let scene = try await Scene.make(people: 2)
        try await scene.database.owner.write { tx in
            try tx.execute("update questionnaires set voice = 'person' where id = \(scene.questionnaire.id)")
        }
        await expectRefusal("samples_not_proven") { _ = try await scene.take() }
        #expect(
            try await scene.value("select count(*) from sample_people where held_by is not null", as: Int.self) == 0)
    }

    @Test func aLongSilenceLosesNothing() async throws {
        let scene = try await Scene.make(people: 2, clerks: 2)
        let call = try #require(try await scene.take())
        func keep() async throws -> Bool {
            try await CallInHand.keep(
                Data(#"{"content":true}"#.utf8), version: 1, key: call.key, in: scene.database.staff,
                as: scene.clerks[0])
        }
        try await scene.pass(minutes: 31)
        let released: Int = try await scene.database.work.write { try $0.value("select release_calls()") }
        #expect(released == 1)
        #expect(try await scene.find() == nil)
        #expect(try await keep())
        #expect(try await scene.find()?.key == call.key)
        // Given to somebody else meanwhile, they are gone.
        try await scene.pass(minutes: 62)
        #expect(try await scene.take(1)?.key == call.key)
        #expect(try await keep() == false)
        #expect(try await scene.find() == nil)
    }

    @Test func onlyWhoHasThemInHandIsShownThem() async throws {
        let scene = try await Scene.make(people: 2, clerks: 2)
        let call = try #require(try await scene.take())
        #expect(call.contact.phone.hasPrefix("07620000") && call.contact.name.hasPrefix("演示"))
        #expect(try await scene.find(1) == nil)
        let county = scene.questionnaire.county
        for actor in [county.stranger, county.approver, county.reviewer] {
            await #expect(throws: PostgresError.self) {
                try await CallInHand.take(sample: scene.sample, in: scene.database.staff, as: actor)
            }
            await #expect(throws: PostgresError.self) {
                try await CallInHand.find(
                    sample: scene.sample, vault: scene.vault, in: scene.database.staff, as: actor)
            }
        }
        // Nobody ends somebody else's call, and clerks make no samples.
        #expect(try await scene.end(call, .refused, clerk: 1) == nil)
        #expect(
            try await CallInHand.keep(
                Data("{}".utf8), version: 1, key: call.key, in: scene.database.staff, as: scene.clerks[1]) == false)
        await #expect(throws: PostgresError.self) {
            try await SampleTerms().save(of: scene.questionnaire.id, in: scene.database.staff, as: scene.clerks[0])
        }
        #expect(try await scene.holds(call.contact.phone).isEmpty)
        #expect(try await scene.holds(call.contact.name).isEmpty)
    }

    @Test func callBacksComeFirstWhenTheyAreDue() async throws {
        let scene = try await Scene.make(people: 4, clerks: 2) { ($0.mostAttempts, $0.retryMinutes) = (2, 60) }
        let drawn: [Int] = try await scene.database.owner.read {
            try $0.values("select ordinal from sample_people order by sample_draw((select seed from samples), ordinal)")
        }
        let first = try #require(try await scene.take())
        #expect(first.ordinal == drawn[0] && first.state == .toCall)
        try await scene.end(first, .callBack, at: scene.start.addingTimeInterval(30 * 60))
        let second = try #require(try await scene.take())
        #expect(second.ordinal == drawn[1])
        try await scene.end(second, .notReached)
        // Neither is due yet.
        let third = try #require(try await scene.take())
        #expect(third.ordinal == drawn[2])
        try await scene.end(third, .returned)
        // Who knows somebody gives them back, and is handed another; somebody else calls them.
        let other = try #require(try await scene.take())
        #expect(other.ordinal == drawn[3])
        let returned = try #require(try await scene.take(1))
        #expect(returned.ordinal == drawn[2])
        try await scene.end(returned, .refused, clerk: 1)
        try await scene.end(other, .returned)
        // Nobody else is left for either now.
        _ = try await scene.database.owner.write {
            try $0.execute("delete from sample_attempts where outcome = 'returned'")
        }
        try await scene.pass(minutes: 31)
        let due = try #require(try await scene.take())
        #expect(due.ordinal == drawn[0] && due.state == .callBack && due.attempts == 1)
        await #expect(throws: PostgresError.self) { try await scene.end(due, .callBack, at: scene.start) }
        try await scene.end(due, .wrongNumber)
        try await scene.pass(minutes: 61)
        let again = try #require(try await scene.take())
        #expect(again.ordinal == drawn[1] && again.state == .notReached)
        try await scene.end(again, .notReached)
        let last = try #require(try await scene.take())
        #expect(last.ordinal == drawn[3])
        try await scene.end(last, .notReached)
        try await scene.pass(minutes: 8_000)
        // Called twice in vain, which is the most; the other one once.
        #expect(try await scene.take()?.ordinal == drawn[3])
        let sample: Sample = try await scene.database.staff.read(as: scene.clerks[0]) {
            try $0.one(Sample.with(id: scene.sample, of: scene.questionnaire.id), as: Sample.self)
        }
        #expect(sample.people == 4 && sample.unusable == 1 && sample.responseRate == 0)
    }

    @Test func aSheetSaysNotWhoseItIs() async throws {
        let scene = try await Scene.make(people: 3)
        let call = try #require(try await scene.take())
        await #expect(throws: PostgresError.self) { try await scene.end(call, .done) }
        #expect(try await scene.store(call).verdict == .accepted)
        #expect(try await scene.end(call, .done) == .done)
        #expect(try await scene.find() == nil)
        // The key went, and with it the only thing that stood with both.
        let key = call.key.uuidString.lowercased()
        #expect(try await scene.holds(key) == ["submissions"])
        #expect(try await scene.value("select count(*) from sample_contacts", as: Int.self) == 2)
        #expect(try await scene.value("select count(*) from sample_attempts", as: Int.self) == 0)
        #expect(
            try await scene.value(
                "select ended_at = date_trunc('hour', ended_at) and held_by is null from sample_people where state = 'done'",
                as: Bool.self))
        #expect(try await scene.value("select channel from answer_sheets", as: String.self) == "phone")
    }

    /// Whatever dies between the sheet and the word about the person: the sheet is neither lost nor stored twice, and nobody calls again.
    @Test func aCrashNeitherLosesNorDoublesASheet() async throws {
        let scene = try await Scene.make(people: 1, clerks: 2)
        let call = try #require(try await scene.take())
        let answers = Data(#"{"content":true}"#.utf8)
        #expect(
            try await CallInHand.keep(
                answers, version: 1, key: call.key, in: scene.database.staff, as: scene.clerks[0]))
        // Taken back after a silence: who comes next goes on with what was typed, and with the same key.
        try await scene.pass(minutes: 31)
        let next = try #require(try await scene.take(1))
        #expect(next.key == call.key && next.answers != nil && next.version == 1)
        #expect(try await scene.value("select outcome from sample_attempts", as: String.self) == "expired")
        #expect(try await scene.end(call, .notReached) == nil)
        // The sheet is in, and then the server dies.
        #expect(try await scene.store(next, clerk: 1).verdict == .accepted)
        #expect(try await scene.store(next, clerk: 1).verdict == .already)
        try await scene.pass(minutes: 62)
        #expect(try await scene.take() == nil)
        #expect(try await scene.value("select state from sample_people", as: String.self) == "done")
        #expect(try await scene.value("select count(*) from answer_sheets", as: Int.self) == 1)
        #expect(try await scene.value("select count(*) from sample_interviews", as: Int.self) == 0)
    }

    @Test func aSheetThatIsInIsDoneWhateverIsSaid() async throws {
        let scene = try await Scene.make(people: 1)
        let call = try #require(try await scene.take())
        _ = try await scene.store(call)
        #expect(try await scene.end(call, .refused) == .done)
        #expect(try await scene.value("select count(*) from sample_attempts", as: Int.self) == 0)
    }

    @Test func nobodyStandsInASampleTwice() async throws {
        let scene = try await Scene.make(people: 3)
        #expect(try await scene.fill(5) == 2)
        let list = try SampleTable(typed: "0762-0000101,甲\n0762-0000999,乙").people(.typed)
        let rest = try await FillSample(scene.sample).unknown(
            list, vault: scene.vault, in: scene.database.staff, as: scene.questionnaire.county.organiser)
        #expect(rest.people.map(\.name) == ["乙"] && rest.faults == [.init(line: 1, reason: .known)])
    }

    @Test func nobodyIsCalledOnceItIsOver() async throws {
        let scene = try await Scene.make(people: 3)
        try await scene.questionnaire.act("select close_questionnaire(\(scene.questionnaire.id))")
        await #expect(throws: PostgresError.self) { try await scene.take() }
    }

    @Test func namesAndNumbersGoSoManyDaysAfterClosing() async throws {
        #expect(SiteSettings.fault(.sampleRetentionDays, "0") == nil)
        #expect(SiteSettings.fault(.sampleRetentionDays, "") != nil)
        let scene = try await Scene.make(people: 3)
        func erase() async throws -> Int {
            try await scene.database.work.write { try $0.value("select erase_sample_contacts()") }
        }
        func keys() async throws -> Int {
            try await scene.database.staff.read(as: scene.clerks[0]) {
                try $0.value("select count(*) from contact_keys_in_use()")
            }
        }
        _ = try await scene.database.staff.write { tx in
            try tx.value(
                "select introduce_contact_key('contact-key-1', \([UInt8](repeating: 1, count: 32)))", as: Bool.self)
        }
        #expect(try await keys() == 1)
        _ = try await scene.take()
        try await scene.questionnaire.act("select close_questionnaire(\(scene.questionnaire.id))")
        try await scene.pass(minutes: 7 * 1440 - 1)
        #expect(try await erase() == 0)
        #expect(try await scene.value("select count(*) from sample_contacts", as: Int.self) == 3)
        try await scene.pass(minutes: 7 * 1440 + 1)
        #expect(try await erase() == 3)
        #expect(try await erase() == 0)
        #expect(try await keys() == 0)
        #expect(
            try await scene.value(
                """
                select (select count(*) from sample_contacts) + (select count(*) from sample_interviews)
                  + (select count(*) from sample_people where phone_index is not null or held_by is not null)
                """, as: Int.self) == 0)
        #expect(try await scene.value("select code from events where kind = 'sample_erased'", as: String.self) == "3")
    }
}

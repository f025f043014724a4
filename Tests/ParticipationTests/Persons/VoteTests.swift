import Foundation
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Participation

@Suite("Votes of verified persons")
struct VoteTests {
    private func scene(
        _ change: (inout QuestionnaireScene.Terms) -> Void = { _ in }, in county: ExampleCounty? = nil
    ) async throws -> QuestionnaireScene {
        var terms = QuestionnaireScene.Terms()
        terms.voice = "person"
        change(&terms)
        return try await QuestionnaireScene.make(QuestionnaireScene.voted, terms, in: county)
    }

    private func voice(_ person: String, _ scene: QuestionnaireScene) async throws -> [UInt8] {
        let key = try await VoiceKey.load(scene.number, vault: scene.intake.vault, in: scene.database.public)
        return try #require(key).voice(of: person)
    }

    private func vote(_ person: String, age: Double = 40, in scene: QuestionnaireScene) async throws -> Vote {
        let answers: Answers = ["content": .truth(true), "age": .number(age)]
        return Vote(
            questionnaire: scene.number, voice: try await voice(person, scene), version: 1, answers: answers.json())
    }

    private func queue(_ scene: QuestionnaireScene) -> VoteQueue {
        VoteQueue(scene.database.public, gathering: .milliseconds(5))
    }

    private func tend(_ scene: QuestionnaireScene) async throws {
        for _ in 0..<10 {
            let done = try await scene.database.work.write { try $0.value("select tend_voice_boxes()", as: Int.self) }
            if done == 0 { return }
        }
    }

    @Test func onePersonCountsOnceHoweverManyComeAtOnce() async throws {
        let scene = try await scene()
        let vote = try await vote("li", in: scene)
        // Two servers, each with a queue of its own.
        let queues = [queue(scene), queue(scene)]
        let outcomes = try await withThrowingTaskGroup(of: Vote.Outcome.self) { group in
            for place in 0..<200 { group.addTask { try await queues[place % 2].cast(vote) } }
            return try await group.reduce(into: [Vote.Outcome]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .taken } == 1 && outcomes.count { $0 == .used } == 199)
        #expect(try await scene.value("select count(*) from unlinked_sheets", as: Int.self) == 1)
        #expect(try await scene.value("select count(*) from voices where is_settled", as: Int.self) == 1)
        #expect(try await VoiceKey.isUsed(vote.voice, in: scene.number, of: scene.database.public))
    }

    @Test func manyComeAtOnceAndAllCount() async throws {
        let scene = try await scene()
        let queues = [queue(scene), queue(scene)]
        let votes = try await withThrowingTaskGroup(of: Vote.self) { group in
            for place in 0..<150 {
                group.addTask { try await self.vote("p\(place)", age: Double(place % 90), in: scene) }
            }
            return try await group.reduce(into: [Vote]()) { $0.append($1) }
        }
        let outcomes = try await withThrowingTaskGroup(of: Vote.Outcome.self) { group in
            for (place, vote) in votes.enumerated() { group.addTask { try await queues[place % 2].cast(vote) } }
            return try await group.reduce(into: [Vote.Outcome]()) { $0.append($1) }
        }
        #expect(outcomes.allSatisfy { $0 == .taken } && outcomes.count == 150)
        #expect(try await scene.value("select count(*) from unlinked_sheets", as: Int.self) == 150)
    }

    /// No column, no time, no transaction of one leads to the other.
    @Test func nothingLeadsFromAVoiceToAnAnswer() async throws {
        let scene = try await scene()
        let queue = queue(scene)
        for person in 0..<20 { #expect(try await queue.cast(try await vote("p\(person)", in: scene)) == .taken) }
        let columns: [String] = try await scene.database.owner.read { tx in
            try tx.values(
                """
                select column_name::text from information_schema.columns where table_schema = 'minyi' and table_name = 'voices'
                intersect
                select column_name::text from information_schema.columns where table_schema = 'minyi' and table_name = 'unlinked_sheets'
                """)
        }
        #expect(columns == ["questionnaire_id"])
        let common = try await scene.value(
            "select count(*) from voices v join unlinked_sheets s on v.xmin::text = s.xmin::text", as: Int.self)
        #expect(common == 0)
        // Nothing else knows of them, and nobody at the desk sees them yet; how many there are may be known.
        for table: SQL in [
            "select count(*) from submissions", "select count(*) from answer_sheets",
            "select count(*) from saved_sheets",
            "select count(*) from page_visits", "select count(*) from sheets_to_tally",
        ] {
            #expect(try await scene.value(table, as: Int.self) == 0)
        }
        let seen = try await scene.database.staff.read(as: scene.county.organiser) { tx in
            try tx.one(DeskQuestionnaire.with(number: scene.number), as: DeskQuestionnaire.self).sheets
        }
        #expect(seen == 20)
        await #expect(throws: PostgresError.self) {
            try await scene.database.staff.read(as: scene.county.organiser) {
                try $0.value("select count(*) from unlinked_sheets", as: Int.self)
            }
        }
    }

    /// Transactions that follow each other have numbers that do, too, and pair a voice and an answer by their rank. What is written anew
    /// has one number for all.
    @Test func onceAnHourNothingOrdersVoicesAndAnswers() async throws {
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let county = try await ExampleCounty.make()
        try await county.database.setClock(start)
        let scene = try await scene(
            { ($0.opensAt, $0.closesAt) = (start, start.addingTimeInterval(86_400)) }, in: county)
        let queue = queue(scene)
        func ranks() async throws -> [Int] {
            [
                try await scene.value("select count(distinct xmin::text) from voices", as: Int.self),
                try await scene.value("select count(distinct xmin::text) from unlinked_sheets", as: Int.self),
            ]
        }
        for age in 1...20 {
            #expect(try await queue.cast(try await vote("p\(age)", age: Double(age), in: scene)) == .taken)
        }
        #expect(try await ranks() == [20, 20])
        try await tend(scene)
        #expect(try await ranks() == [1, 1])
        let common = try await scene.value(
            "select count(*) from voices v join unlinked_sheets s on v.xmin::text = s.xmin::text", as: Int.self)
        #expect(common == 0)
        let ages: [Int] = try await scene.database.owner.read { tx in
            try tx.values("select (answers ->> 'age')::int from unlinked_sheets order by ctid")
        }
        #expect(ages.sorted() == Array(1...20) && ages != Array(1...20))
        // One that comes later stands apart until the hour is over.
        #expect(try await queue.cast(try await vote("late", age: 21, in: scene)) == .taken)
        try await tend(scene)
        #expect(try await ranks() == [2, 2])
        try await county.database.setClock(start.addingTimeInterval(3601))
        try await tend(scene)
        #expect(try await ranks() == [1, 1])
        #expect(try await scene.value("select count(*) from voices where is_settled", as: Int.self) == 21)
    }

    /// Autovacuum is off in tests; that it comes at once elsewhere is a setting of the tables.
    @Test func whatIsDeletedIsVacuumedAtOnce() async throws {
        let scene = try await scene()
        let zealous = try await scene.value(
            """
            select count(*) from pg_class
            where oid in ('voices'::regclass, 'unlinked_sheets'::regclass, 'voice_boxes'::regclass)
              and reloptions @> array['autovacuum_enabled=true', 'autovacuum_vacuum_threshold=0', 'autovacuum_vacuum_scale_factor=0']
            """, as: Int.self)
        #expect(zealous == 3)
    }

    @Test(arguments: [
        (#"{"why":"\u0000"}"#, true), (#"{"why":"\\u0000"}"#, false), (#"{"why":"\\\u0000"}"#, true),
        (#"{"why":"u0000"}"#, false), ("\\", false), ("", false),
    ])
    func nulIsFound(json: String, isThere: Bool) {
        let vote = Vote(questionnaire: "Q", voice: [], version: 1, answers: Data(json.utf8))
        #expect(vote.holdsNUL == isThere)
    }

    @Test func theSamePersonIsSomebodyElseInAnotherQuestionnaire() async throws {
        let first = try await scene()
        let second = try await scene(in: first.county)
        #expect(try await voice("li", first) != voice("li", second))
    }

    @Test func aVoteBelongsToTheProviderItWasOpenedWith() async throws {
        let scene = try await scene()
        let key = try #require(
            try await VoiceKey.load(scene.number, vault: scene.intake.vault, in: scene.database.public))
        #expect(key.provider == nil)
        var terms = QuestionnaireScene.Terms()
        terms.voice = "person"
        let (id, version) = try await QuestionnaireScene.save(QuestionnaireScene.voted, terms, in: scene.county)
        let provider = try OpenIDProvider(.init(issuer: "https://id.example", clientID: "minyi", name: "粤省事"))
        try await MoveQuestionnaire(id).open(
            seen: version, voicesIn: scene.intake.vault, provider: provider.realm, in: scene.database.staff,
            as: scene.county.organiser)
        let number: String = try await scene.value("select number from questionnaires where id = \(id)")
        let bound = try #require(
            try await VoiceKey.load(number, vault: scene.intake.vault, in: scene.database.public))
        #expect(bound.provider == provider.realm)
        #expect(
            try OpenIDProvider(.init(issuer: "https://id.example", clientID: "other", name: "粤省事")).realm
                != provider.realm)
    }

    // MARK: When something breaks off

    private func take(_ vote: Vote, _ batch: UUID, _ scene: QuestionnaireScene) async throws -> String {
        try await scene.database.public.write { tx in
            try tx.value(
                "select outcome from take_voices(\(scene.number), \(batch), \([vote.voice]), \([vote.version]))",
                as: String.self)
        }
    }

    private func put(_ vote: Vote, _ batch: UUID, _ scene: QuestionnaireScene) async throws {
        let answers = String(decoding: vote.answers, as: UTF8.self)
        try await scene.database.public.write { tx in
            try tx.execute(
                "select put_unlinked_sheets(\(scene.number), \(batch), \([vote.version]), \([answers]), \([vote.town]))"
            )
        }
    }

    @Test func killedBeforeTheAnswersAreInThePersonMayVoteAgain() async throws {
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let county = try await ExampleCounty.make()
        try await county.database.setClock(start)
        let scene = try await scene(
            { ($0.opensAt, $0.closesAt) = (start, start.addingTimeInterval(86_400)) }, in: county)
        let vote = try await vote("li", in: scene)
        #expect(try await take(vote, UUID(), scene) == "taken")
        // Here the server is killed. Nobody is told that they have voted, and the next one waits its turn.
        #expect(try await !VoiceKey.isUsed(vote.voice, in: scene.number, of: scene.database.public))
        #expect(try await take(vote, UUID(), scene) == "busy")
        try await county.database.setClock(start.addingTimeInterval(11))
        #expect(try await queue(scene).cast(vote) == .taken)
        #expect(try await scene.value("select count(*) from unlinked_sheets", as: Int.self) == 1)
        #expect(try await scene.value("select count(*) from voices", as: Int.self) == 1)
    }

    @Test func killedWithTheAnswersInThePersonHasVoted() async throws {
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let county = try await ExampleCounty.make()
        try await county.database.setClock(start)
        let scene = try await scene(
            { ($0.opensAt, $0.closesAt) = (start, start.addingTimeInterval(86_400)) }, in: county)
        let (vote, batch) = (try await vote("li", in: scene), UUID())
        _ = try await take(vote, batch, scene)
        try await put(vote, batch, scene)
        try await county.database.setClock(start.addingTimeInterval(11))
        try await tend(scene)
        #expect(try await scene.value("select count(*) from voices where is_settled", as: Int.self) == 1)
        #expect(try await queue(scene).cast(vote) == .used)
        // Whoever was thought dead, and is not, comes too late with more.
        await #expect(throws: PostgresError.self) { try await put(vote, batch, scene) }
        #expect(try await scene.value("select count(*) from unlinked_sheets", as: Int.self) == 1)
    }

    /// What the database cannot read spoils nobody else's vote.
    @Test func whatCannotBeStoredFreesTheVoiceAgain() async throws {
        let scene = try await scene()
        var bad = try await vote("bad", in: scene)
        bad.answers = Data(#"{"why":"\u0000"}"#.utf8)
        let (broken, good, queue) = (bad, try await vote("good", in: scene), queue(scene))
        async let first = Result { try await queue.cast(broken) }
        async let second = Result { try await queue.cast(good) }
        let (lost, kept) = await (first, second)
        #expect(throws: PostgresError.self) { try lost.get() }
        #expect(try kept.get() == .taken)
        #expect(try await scene.value("select count(*) from voices", as: Int.self) == 1)
        #expect(try await queue.cast(try await vote("bad", in: scene)) == .taken)
    }

    // MARK: The end

    @Test func closingDestroysTheKeyAndWritesBothTablesAnew() async throws {
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let county = try await ExampleCounty.make()
        try await county.database.setClock(start)
        let scene = try await scene(
            { ($0.opensAt, $0.closesAt) = (start, start.addingTimeInterval(86_400)) }, in: county)
        let queue = queue(scene)
        // One after the other: their ages are the order in which they came.
        for age in 1...30 {
            #expect(try await queue.cast(try await vote("p\(age)", age: Double(age), in: scene)) == .taken)
        }
        let (late, batch) = (try await vote("late", age: 31, in: scene), UUID())
        _ = try await take(late, batch, scene)
        try await scene.act("select close_questionnaire(\(scene.id))")
        #expect(
            try await scene.value(
                "select key_id is null and sealed_key is null and key_destroyed_at is not null from voice_boxes",
                as: Bool.self))
        #expect(
            try await scene.value(
                "select count(*) from events where kind = 'voice_key_destroyed' and staff_id is not null", as: Int.self
            ) == 1, "by whom it was ended")
        let key = try await VoiceKey.load(scene.number, vault: scene.intake.vault, in: scene.database.public)
        #expect(key == nil)
        // Without the answers there is no result.
        await #expect {
            try await scene.act(
                """
                select prepare_questionnaire_result(\(scene.id), '结果', '{"analysis": "a", "nextStep": "b"}'::jsonb, true)
                """)
        } throws: { error in
            (error as? PostgresError)?.constraint == "questionnaire_results_tallied"
        }
        // What came in time still comes in, and is waited for.
        try await tend(scene)
        #expect(try await scene.value("select count(*) from answer_sheets", as: Int.self) == 0)
        try await put(late, batch, scene)
        let isIn = try await scene.database.public.write { tx in
            try tx.value("select settle_voices(\(scene.number), \(batch))", as: Bool.self)
        }
        #expect(isIn)
        #expect(try await queue.cast(late) == .closed)

        try await tend(scene)
        let ages: [Int] = try await scene.database.owner.read { tx in
            try tx.values("select (answers ->> 'age')::int from answer_sheets order by ctid")
        }
        #expect(ages.sorted() == Array(1...31) && ages != Array(1...31))
        for table: SQL in [
            "select count(distinct xmin::text) from answer_sheets", "select count(distinct xmin::text) from voices",
            "select count(distinct received_at) from answer_sheets",
        ] {
            #expect(try await scene.value(table, as: Int.self) == 1)
        }
        #expect(
            try await scene.value(
                "select bool_and(received_at = date_trunc('hour', received_at)) from answer_sheets", as: Bool.self))
        #expect(
            try await scene.value("select count(*) from answer_sheets where submission_id is not null", as: Int.self)
                == 0)
        #expect(try await scene.value("select count(*) from unlinked_sheets", as: Int.self) == 0)
        #expect(try await scene.value("select count(*) from sheets_to_tally", as: Int.self) == 31)
        let shown = try #require(try await QuestionnaireRecord.load(scene.number, in: scene.database.public))
            .questionnaire
        #expect(shown.voicesCounted == 31 && shown.unlinkedCounted == 31 && shown.voiceKeyDestroyedAt != nil)
        // Counted as all others are.
        while try await scene.database.work.write({ try $0.value("select tally_sheets(100)", as: Int.self) }) > 0 {}
        #expect(
            try await scene.value("select sheets from tallies where question = ''", as: Int.self) == 31)
        while try await scene.database.work.write({ try $0.value("select prove_tallies()", as: Int.self) }) > 0 {}
        #expect(
            try await scene.database.work.write { try $0.value("select wrong_tallies()", as: Int.self) } == 0)
    }

    /// Otherwise everyone would see none, and from then on for an hour.
    @Test(arguments: [1, 5]) func nobodySeesFiguresBeforeAllAnswersAreIn(smallest: Int) async throws {
        let scene = try await scene()
        try await scene.database.owner.write {
            try $0.execute("update public_questionnaires set smallest_shown = \(smallest)")
        }
        let queue = queue(scene)
        for person in 0..<6 { #expect(try await queue.cast(try await vote("p\(person)", in: scene)) == .taken) }
        func show() async throws -> (source: ResultSource?, sheets: Int) {
            _ = try await scene.database.work.write { try $0.value("select show_results()", as: Int.self) }
            return try await scene.database.public.read { tx in
                (
                    try tx.first(ResultSource.public(scene.number), as: ResultSource.self),
                    try Tally.public(scene.number, tx).sheets
                )
            }
        }
        func asked() async throws -> PublicQuestionnaire {
            try #require(try await QuestionnaireRecord.load(scene.number, in: scene.database.public)).questionnaire
        }
        try await scene.act("select close_questionnaire(\(scene.id))")
        var seen = try await show()
        #expect(seen.source == nil && seen.sheets == 0)
        var questionnaire = try await asked()
        #expect(questionnaire.isCounting && !questionnaire.showsResults)
        #expect(try await scene.value("select count(*) from shown_results", as: Int.self) == 0)
        // The voices first: not yet.
        _ = try await scene.database.work.write { try $0.value("select tend_voice_boxes()", as: Int.self) }
        seen = try await show()
        #expect(seen.source == nil)
        try await tend(scene)
        seen = try await show()
        #expect(seen.source != nil && seen.sheets == 6)
        questionnaire = try await asked()
        #expect(!questionnaire.isCounting && questionnaire.showsResults)
    }

    @Test func whatWouldBetrayPeopleIsNotOpened() async throws {
        let county = try await ExampleCounty.make()
        func refusal(_ content: Questionnaire, _ change: (inout QuestionnaireScene.Terms) -> Void = { _ in }) async
            -> String?
        {
            var terms = QuestionnaireScene.Terms()
            terms.voice = "person"
            change(&terms)
            do { _ = try await QuestionnaireScene.make(content, terms, in: county) } catch {
                return Refusal(error)?.constraint
            }
            return nil
        }
        #expect(await refusal(QuestionnaireScene.content) == "questionnaires_person_quotas")
        #expect(await refusal(QuestionnaireScene.voted) { $0.mostSheets = 5 } == "questionnaires_person_quotas")
        for most in [1, 2] {
            var withFile = QuestionnaireScene.voted
            withFile.pages[0].groups[0].questions.append(
                Question(code: "proof", text: "证明", kind: .file(.init(most: most))))
            #expect(await refusal(withFile) == "questionnaires_person_files")
        }
        #expect(await refusal(QuestionnaireScene.voted) == nil)
    }

    @Test func theUsualDoorIsShut() async throws {
        let scene = try await scene()
        #expect(try await scene.send(try scene.sheet()).verdict == .notAllowed)
    }
}

extension Result where Failure == any Error {
    /// The same for work that waits.
    fileprivate init(_ work: () async throws -> Success) async {
        do { self = .success(try await work()) } catch { self = .failure(error) }
    }
}

import Foundation
import Postgres
import Questionnaires
import TestSupport
import Testing
import Text

@testable import Participation

@Suite struct SheetIntakeTests {
    private func terms(_ change: (inout QuestionnaireScene.Terms) -> Void) -> QuestionnaireScene.Terms {
        var terms = QuestionnaireScene.Terms()
        change(&terms)
        return terms
    }

    @Test func isStoredOnceWithAReceiptThatProvesIt() async throws {
        let scene = try await QuestionnaireScene.make()
        let sheet = try scene.sheet(["content": .truth(false), "why": .text("排队"), "age": .number(20)])
        let outcome = try await scene.send(sheet)
        #expect(outcome.verdict == .accepted)
        #expect(try await scene.send(sheet).verdict == .already)
        var changed = sheet
        changed.answers = Answers(dictionaryLiteral: ("content", .truth(true))).json()
        #expect(try await scene.send(changed).verdict == .keyReused)

        let number = try SubmissionNumber(try #require(outcome.number))
        let receipt = try #require(
            try await SheetReceipt.find(number, mac: scene.intake.codes.mac(for: sheet.key), in: scene.database.public))
        #expect(receipt.isProven && receipt.canWithdraw && receipt.title == "政务服务满意度调查")
        let asked = try await AskedVersion.load(
            by: number, mac: scene.intake.codes.mac(for: sheet.key), in: scene.database.public)
        #expect(try receipt.answers(to: asked)?["why"] == .text("排队"))
        #expect(
            try await ReceiptKind.find(
                number, mac: scene.intake.codes.mac(for: sheet.key), in: scene.database.public) == .sheet)
        #expect(receipt.canonicalForm.text.hasPrefix("minyi-sheet-v1\nnumber:"))
        let stranger = try await SheetReceipt.find(
            number, mac: scene.intake.codes.mac(for: UUID()), in: scene.database.public)
        #expect(stranger == nil)
        await #expect(throws: NoRow.self) {
            try await AskedVersion.load(by: number, mac: scene.intake.codes.mac(for: UUID()), in: scene.database.public)
        }
        #expect(try await scene.value("select taken from quota_counts where code = 'young'", as: Int.self) == 1)
        #expect(try await scene.value("select sum(started)::int from page_visits", as: Int.self) == 1)
        #expect(try await scene.value("select count(*) from sheets_to_tally where sign = 1", as: Int.self) == 1)
    }

    /// They watch over cases: what was answered is none of theirs, nor are the files that came with it.
    @Test func supervisorsFindNothingOfIt() async throws {
        let scene = try await QuestionnaireScene.make()
        let sheet = try scene.sheet()
        #expect(try await scene.send(sheet).verdict == .accepted)
        for (role, rows) in [(StaffRole.clerk, 1), (.auditor, 1), (.supervisor, 0)] {
            let actor = DatabaseActor.staff(99, grants: [role: [scene.county.unitID]])
            let found = try await scene.database.staff.read(as: actor) {
                try $0.value("select count(*) from submissions", as: Int.self)
            }
            #expect(found == rows, "\(role)")
        }
    }

    /// Made of what was sent, or found by its number: one receipt, whatever the answers hold.
    @Test func theReceiptAtHandIsTheOneThatIsFound() async throws {
        let scene = try await QuestionnaireScene.make()
        let record = try #require(try await QuestionnaireRecord.load(scene.number, in: scene.database.public))
        let awkward: [Answers] = [
            ["content": .truth(false), "why": .text("\"<script>\" \\ \u{2028} \u{7} 🌾\n排队"), "age": .number(1e15)],
            ["content": .truth(true), "age": .number(-0.25)], ["slow": .text("queue"), "age": .number(1e-7)],
        ]
        for answers in awkward {
            let item = try scene.sheet(answers, quotas: []).item(for: scene.intake)
            let outcome = try await scene.intake.accept(item, in: scene.database.public)
            let made = try #require(SheetReceipt(of: item, answers, as: outcome, to: record.questionnaire))
            let found = try #require(
                try await SheetReceipt.find(
                    try SubmissionNumber(made.number), mac: item.codeMac, in: scene.database.public))
            #expect(made.isProven && made.canonicalForm == found.canonicalForm && made.proof == found.proof)
            #expect(made.salt == found.salt && made.receivedAt == found.receivedAt && made.channel == found.channel)
            #expect(
                made.canWithdraw == found.canWithdraw && made.closesAt == found.closesAt && made.title == found.title)
            // Sent once more it has another salt: nothing is made up of it.
            let twin = SheetItem(sheet: item.sheet, salt: Array(item.salt.reversed()), codeMac: item.codeMac)
            let second = try await scene.intake.accept(twin, in: scene.database.public)
            #expect(second.verdict == .already)
            #expect(SheetReceipt(of: twin, answers, as: second, to: record.questionnaire) == nil)
        }
    }

    /// What fits nowhere is a verdict about its own item, never an error of all of them.
    @Test func whatIsForgedOrTooLargeIsRefused() async throws {
        let scene = try await QuestionnaireScene.make()
        func refused(_ change: (inout AnsweredSheet) -> Void) async throws -> IntakeOutcome.Verdict {
            var sheet = try scene.sheet()
            change(&sheet)
            return try await scene.send(sheet).verdict
        }
        #expect(try await refused { $0.version = 2 } == .changed)
        #expect(try await refused { $0.version = 0 } == .changed)
        #expect(try await refused { $0.questionnaire = "Q-2026-999999-9" } == .unknownQuestionnaire)
        #expect(try await refused { $0.answers = Data("{}".utf8) } == .empty)
        #expect(try await refused { $0.answers = Data("[1]".utf8) } == .malformed)
        let long = String(repeating: "长", count: 30_000)
        #expect(try await refused { $0.answers = Data("{\"why\":\"\(long)\"}".utf8) } == .tooLong)
        #expect(try await refused { $0.fileIDs = [UUID()] } == .unknownFile)
        #expect(try await refused { $0.channel = .letter } == .notAllowed)
        await #expect(throws: PostgresError.self) { try await refused { $0.answers = Data("{".utf8) } }
        #expect(try await scene.value("select count(*) from submissions", as: Int.self) == 0)
    }

    private func verdict(of scene: QuestionnaireScene) async throws -> IntakeOutcome.Verdict {
        try await scene.send(scene.sheet()).verdict
    }

    @Test func timeAndStateDecideAtTheDoor() async throws {
        let county = try await ExampleCounty.make()
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        try await county.database.setClock(start.addingTimeInterval(-3600))
        let scene = try await QuestionnaireScene.make(
            QuestionnaireScene.content,
            terms {
                $0.opensAt = start
                $0.closesAt = start.addingTimeInterval(86_400)
            }, in: county)
        #expect(try await verdict(of: scene) == .notOpen)
        try await county.database.setClock(start)
        #expect(try await verdict(of: scene) == .accepted)
        try await county.database.work.write { tx in try tx.execute("select advance_questionnaires()") }
        #expect(try await scene.value("select state from questionnaires", as: String.self) == "open")
        try await scene.act("select suspend_questionnaire(\(scene.id), true)")
        #expect(try await verdict(of: scene) == .suspended)
        try await scene.act("select suspend_questionnaire(\(scene.id), false)")
        try await county.database.setClock(start.addingTimeInterval(86_400))
        #expect(try await verdict(of: scene) == .closed)
        try await county.database.work.write { tx in try tx.execute("select advance_questionnaires()") }
        let states: [String] = try await scene.database.owner.read { tx in
            try tx.values("select kind from events where subject = 'questionnaire' order by at, id")
        }
        #expect(states == ["created", "announced", "opened", "suspended", "resumed", "closed"])
        // Paper that came in time is entered afterwards, by who may.
        var paper = try scene.sheet()
        (paper.channel, paper.arrivedOn) = (.letter, ChinaTime.date(start))
        func entered(_ actor: DatabaseActor) async throws -> IntakeOutcome.Verdict {
            try await scene.intake.accept(paper, in: county.database.staff, as: actor).verdict
        }
        #expect(try await entered(county.stranger) == .notAllowed)
        #expect(try await entered(county.clerk) == .accepted)
        paper.key = UUID()
        paper.arrivedOn = ChinaTime.date(start.addingTimeInterval(3 * 86_400))
        #expect(try await entered(county.clerk) == .arrivedLate)
        // Nobody can have answered before it was opened.
        paper.arrivedOn = ChinaTime.date(start.addingTimeInterval(-86_400))
        #expect(try await entered(county.clerk) == .arrivedEarly)
        paper.arrivedOn = ChinaTime.date(start)
        try await county.database.setClock(start.addingTimeInterval(5 * 86_400))
        #expect(try await entered(county.clerk) == .entryOver)
    }

    /// However many come at once, nothing is given out twice and nothing is left over.
    @Test func quotasAndTheLimitHoldWhenTwoHundredComeAtOnce() async throws {
        let scene = try await QuestionnaireScene.make(QuestionnaireScene.content, terms { $0.mostSheets = 50 })
        let verdicts = try await withThrowingTaskGroup(of: IntakeOutcome.self) { group in
            // Two servers: each has a queue and a batch of its own.
            let other = Intake(vault: scene.intake.vault, codes: scene.intake.codes)
            for place in 0..<200 {
                let sheet = try scene.sheet(["content": .truth(true), "age": .number(place % 2 == 0 ? 20 : 40)])
                let intake = place % 3 == 0 ? other : scene.intake
                group.addTask { try await intake.accept(sheet, in: scene.database.public) }
            }
            return try await group.reduce(into: [IntakeOutcome]()) { $0.append($1) }
        }
        let counts = Dictionary(grouping: verdicts, by: \.verdict).mapValues(\.count)
        #expect(counts[.accepted] == 50)
        #expect(verdicts.filter { $0.verdict == .quota }.allSatisfy { $0.quota == "young" })
        #expect((counts[.full] ?? 0) + (counts[.quota] ?? 0) == 150)
        #expect(try await scene.value("select count(*) from answer_sheets", as: Int.self) == 50)
        let young: Int = try await scene.value("select count(*) from answer_sheets where (answers ->> 'age')::int < 30")
        #expect(young == 2)
        #expect(
            try await scene.value(
                "select string_agg(taken::text, ' ' order by code) from quota_counts", as: String.self)
                == "50 2")
        #expect(try await scene.value("select is_full from public_questionnaires", as: Bool.self))
    }

    @Test func whoWithdrawsGivesThePlaceBack() async throws {
        let scene = try await QuestionnaireScene.make(QuestionnaireScene.content, terms { $0.mostSheets = 1 })
        let sheet = try scene.sheet(["content": .truth(true), "age": .number(20)])
        let outcome = try await scene.send(sheet)
        #expect(try await scene.send(try scene.sheet()).verdict == .full)
        let number = try SubmissionNumber(try #require(outcome.number))
        let mac = scene.intake.codes.mac(for: sheet.key)
        func withdraw() async throws -> Withdrawal {
            try await Withdrawal.requestSheet(number, mac: mac, in: scene.database.public)
        }
        #expect(try await withdraw() == .withdrawn)
        #expect(try await withdraw() == .already)
        #expect(try await Withdrawal.requestSheet(number, mac: [1], in: scene.database.public) == .unknown)
        let receipt = try #require(try await SheetReceipt.find(number, mac: mac, in: scene.database.public))
        #expect(!receipt.holdsWords && !receipt.canWithdraw && receipt.withdrawnAt != nil)
        // It was not counted yet, so nothing is taken away.
        #expect(try await scene.value("select count(*) from sheets_to_tally", as: Int.self) == 0)
        #expect(try await scene.value("select max(taken) from quota_counts", as: Int.self) == 0)
        #expect(try await scene.send(try scene.sheet()).verdict == .accepted)
        // Sent again it is what it was.
        #expect(try await scene.send(sheet).verdict == .already)
    }

    @Test func oneThatWasCountedLeavesWhatIsTakenAway() async throws {
        let scene = try await QuestionnaireScene.make()
        let sheet = try scene.sheet()
        let outcome = try await scene.send(sheet)
        _ = try await scene.database.owner.write { try $0.execute("delete from sheets_to_tally") }
        _ = try await Withdrawal.requestSheet(
            try SubmissionNumber(try #require(outcome.number)), mac: scene.intake.codes.mac(for: sheet.key),
            in: scene.database.public)
        let taken: String = try await scene.value("select sign || ' ' || answers::text from sheets_to_tally")
        #expect(taken == #"-1 {"age": 40, "content": true}"#)
    }

    @Test func oneThatIsTakenBackLeavesNeitherItsTownNorItsQuotas() async throws {
        let scene = try await QuestionnaireScene.make()
        var sheet = try scene.sheet(["content": .truth(true), "age": .number(20)])
        sheet.town = "清溪镇"
        let outcome = try await scene.send(sheet)
        func tally() async throws {
            _ = try await scene.database.work.write { try $0.value("select tally_sheets(100)", as: Int.self) }
        }
        func ofTheTown() async throws -> Int {
            try await scene.value("select coalesce(sum(sheets), 0)::bigint from tallies where option = '清溪镇'")
        }
        try await tally()
        #expect(try await ofTheTown() == 1)
        _ = try await Withdrawal.requestSheet(
            try SubmissionNumber(try #require(outcome.number)), mac: scene.intake.codes.mac(for: sheet.key),
            in: scene.database.public)
        #expect(try await scene.value("select town is null and quotas = '{}' from answer_sheets", as: Bool.self))
        #expect(try await scene.value("select taken from quota_counts where code = 'young'", as: Int.self) == 0)
        // It is subtracted from its town all the same.
        try await tally()
        #expect(try await ofTheTown() == 0)
    }

    @Test func aSealedSheetIsBlank() async throws {
        let scene = try await QuestionnaireScene.make()
        let outcome = try await scene.send(try scene.sheet())
        let id = try #require(outcome.submissionID)
        let seal: Int = try await scene.database.staff.write(as: scene.county.organiser) { tx in
            try tx.value("select request_seal(\(id), null, 'secret')")
        }
        try await scene.act("select confirm_seal(\(seal))", as: scene.county.clerk)
        #expect(
            try await scene.value("select answers is null and sealed_at is not null from answer_sheets", as: Bool.self))
        #expect(
            try await scene.value("select content from sealed_contents where source = 'sheet'", as: String.self)
                .contains("40"))
    }

    @Test func oneBrowserAnswersOnceUntilItWithdraws() async throws {
        let scene = try await QuestionnaireScene.make(QuestionnaireScene.content, terms { $0.voice = "browser" })
        let voice = scene.intake.codes.voice(of: "a", in: scene.number)
        #expect(voice != scene.intake.codes.voice(of: "a", in: "Q-2026-000002-5"))
        #expect(try await scene.send(try scene.sheet()).verdict == .voiceNeeded)
        let verdicts = try await withThrowingTaskGroup(of: (UUID, IntakeOutcome).self) { group in
            for _ in 0..<200 {
                let sheet = try scene.sheet(voice: voice)
                group.addTask { (sheet.key, try await scene.send(sheet)) }
            }
            return try await group.reduce(into: [(UUID, IntakeOutcome)]()) { $0.append($1) }
        }
        let taken = verdicts.filter { $0.1.verdict == .accepted }
        #expect(taken.count == 1 && verdicts.filter { $0.1.verdict == .voiceUsed }.count == 199)
        let (key, outcome) = try #require(taken.first)
        _ = try await Withdrawal.requestSheet(
            try SubmissionNumber(try #require(outcome.number)), mac: scene.intake.codes.mac(for: key),
            in: scene.database.public)
        #expect(try await scene.send(try scene.sheet(voice: voice)).verdict == .accepted)
        // Who finds no place in a quota keeps the voice.
        let other = scene.intake.codes.voice(of: "b", in: scene.number)
        for name in ["c", "d"] {
            _ = try await scene.send(
                try scene.sheet(
                    ["content": .truth(true), "age": .number(20)],
                    voice: scene.intake.codes.voice(of: name, in: scene.number)))
        }
        #expect(
            try await scene.send(try scene.sheet(["content": .truth(true), "age": .number(20)], voice: other)).verdict
                == .quota)
        #expect(try await scene.send(try scene.sheet(voice: other)).verdict == .accepted)
    }

    @Test func anInvitationIsUsedOnce() async throws {
        let scene = try await QuestionnaireScene.make(QuestionnaireScene.content, terms { $0.voice = "code" })
        let code = try #require(QueryCode("4072 9518 3364"))
        let mac = scene.intake.codes.invitation(code, to: scene.number)
        try await scene.act("select make_invitations(\(scene.id), \([mac]))")
        #expect(try await Invitation.find(scene.number, mac: mac, in: scene.database.public) == .open)
        #expect(try await scene.send(try scene.sheet()).verdict == .codeNeeded)
        let wrong = scene.intake.codes.invitation(code, to: "Q-2026-000002-5")
        #expect(try await scene.send(try scene.sheet(invitation: wrong)).verdict == .codeUnknown)
        let verdicts = try await withThrowingTaskGroup(of: IntakeOutcome.Verdict.self) { group in
            for _ in 0..<200 {
                let sheet = try scene.sheet(invitation: mac)
                group.addTask { try await scene.send(sheet).verdict }
            }
            return try await group.reduce(into: [IntakeOutcome.Verdict]()) { $0.append($1) }
        }
        #expect(verdicts.filter { $0 == .accepted }.count == 1 && verdicts.filter { $0 == .codeUsed }.count == 199)
        #expect(try await Invitation.find(scene.number, mac: mac, in: scene.database.public) == .used)
        // To the hour, and nothing says by which sheet.
        #expect(
            try await scene.value("select used_at = date_trunc('hour', used_at) from invitation_codes", as: Bool.self))
        await #expect(throws: PostgresError.self) {
            try await scene.act("select make_invitations(\(scene.id), \([mac]))", as: scene.county.clerk)
        }
    }

    @Test func whatWasNotUsedOfABatchIsMadeVoid() async throws {
        let scene = try await QuestionnaireScene.make(QuestionnaireScene.content, terms { $0.voice = "code" })
        let macs = try ["4072 9518 3364", "5183 6274 9950"].map {
            scene.intake.codes.invitation(try #require(QueryCode($0)), to: scene.number)
        }
        try await scene.act("select make_invitations(\(scene.id), \(macs))")
        #expect(try await scene.send(try scene.sheet(invitation: macs[0])).verdict == .accepted)
        func void(as actor: DatabaseActor) async throws -> Int {
            try await VoidInvitations(scene.id, batch: 1)(because: "信寄丢了。", in: scene.database.staff, as: actor)
        }
        await #expect(throws: PostgresError.self) { try await void(as: scene.county.clerk) }
        #expect(try await void(as: scene.county.organiser) == 1)
        #expect(try await Invitation.find(scene.number, mac: macs[0], in: scene.database.public) == .used)
        #expect(try await Invitation.find(scene.number, mac: macs[1], in: scene.database.public) == .void)
        // Also for who had begun with it.
        #expect(try await scene.send(try scene.sheet(invitation: macs[1])).verdict == .codeVoid)
        let batches = try await scene.database.staff.read(as: scene.county.organiser) {
            try $0.all(MakeInvitations.Batch.of(questionnaire: scene.id), as: MakeInvitations.Batch.self)
        }
        let batch = try #require(batches.first)
        #expect(batch.count == 2 && batch.used == 1 && batch.voided == 1 && batch.open == 0)
        #expect(batch.voidReason == "信寄丢了。")
        let events = try await scene.database.staff.read(as: scene.county.organiser) {
            try $0.all(QuestionnaireEvent.of(scene.id), as: QuestionnaireEvent.self)
        }
        #expect(events.first?.kind == "invitations_voided" && events.first?.code == "1/1", "of which batch")
        await #expect {
            _ = try await void(as: scene.county.organiser)
        } throws: { error in
            (error as? PostgresError)?.constraint == "invitation_codes_none_left"
        }
    }

    /// A second press, or a proxy that tries again, while another batch is under way: the same key stands twice in the next one.
    private func together(_ sheets: [AnsweredSheet], in scene: QuestionnaireScene) async throws -> [IntakeOutcome] {
        let items = sheets.map { IntakeItem.sheet($0.item(for: scene.intake)) }
        return try await IntakeBatch(items: items).settle(in: scene.database.public).map { try $0.get() }
    }

    @Test func twiceInOneBatchIsOnceForAQuota() async throws {
        let scene = try await QuestionnaireScene.make()
        let young: Answers = ["content": .truth(true), "age": .number(20)]
        for _ in 1...2 { _ = try await scene.send(try scene.sheet(young)) }
        let late = try scene.sheet(young)
        let refused = try await together([late, late], in: scene)
        #expect(refused.map(\.verdict) == [.quota, .quota] && refused.map(\.quota) == ["young", "young"])
        #expect(try await scene.value("select count(*) from answer_sheets", as: Int.self) == 2)
        // What is refused for itself does not stand for its twin.
        var empty = late
        empty.answers = Data("{}".utf8)
        #expect(try await together([empty, late], in: scene).map(\.verdict) == [.empty, .quota])
        let other = try scene.sheet()
        #expect(try await together([other, other], in: scene).map(\.verdict) == [.accepted, .already])
    }

    @Test func twiceInOneBatchIsOnceForAVoice() async throws {
        let scene = try await QuestionnaireScene.make(QuestionnaireScene.content, terms { $0.voice = "browser" })
        let voice = scene.intake.codes.voice(of: "a", in: scene.number)
        _ = try await scene.send(try scene.sheet(voice: voice))
        let second = try scene.sheet(voice: voice)
        #expect(try await together([second, second], in: scene).map(\.verdict) == [.voiceUsed, .voiceUsed])
        #expect(try await scene.value("select count(*) from answer_sheets", as: Int.self) == 1)
    }

    @Test func twiceInOneBatchIsOnceForAnInvitation() async throws {
        let scene = try await QuestionnaireScene.make(QuestionnaireScene.content, terms { $0.voice = "code" })
        let mac = scene.intake.codes.invitation(try #require(QueryCode("4072 9518 3364")), to: scene.number)
        try await scene.act("select make_invitations(\(scene.id), \([mac]))")
        let (first, second) = (try scene.sheet(invitation: mac), try scene.sheet(invitation: mac))
        let outcomes = try await together([first, second, second], in: scene)
        #expect(outcomes.map(\.verdict) == [.accepted, .codeUsed, .codeUsed])
        #expect(try await scene.value("select count(*) from answer_sheets", as: Int.self) == 1)
    }

    @Test func whatIsSavedIsKeptUntilItIsSent() async throws {
        let scene = try await QuestionnaireScene.make()
        let sheet = try scene.sheet(["content": .truth(true)])
        let mac = scene.intake.codes.mac(for: sheet.key)
        func keep(_ sheet: AnsweredSheet, _ pages: [String]) async throws -> SavedSheet.Kept.Outcome {
            try await SavedSheet.keep(sheet, pages: pages, codeMac: mac, in: scene.database.public).outcome
        }
        #expect(try await keep(sheet, ["service", "about"]) == .saved)
        #expect(try await keep(sheet, ["about"]) == .saved)
        let saved = try #require(try await SavedSheet.find(sheet.key, in: scene.database.public))
        #expect(saved.page == "about" && saved.questionnaire == scene.number)
        #expect(try await SavedSheet.find(scene.number, mac: mac, in: scene.database.public) == sheet.key)
        #expect(try await SavedSheet.find("Q-2026-000002-5", mac: mac, in: scene.database.public) == nil)
        var forged = sheet
        forged.version = 7
        #expect(try await keep(forged, ["about"]) == .changed)
        forged = sheet
        forged.answers = Data("{\"a\":\"\(String(repeating: "a", count: 70_000))\"}".utf8)
        #expect(try await keep(forged, ["about"]) == .tooLong)
        // Who has read an older one than is there, or nothing where something is, is told.
        for (revision, outcome) in [(0, SavedSheet.Kept.Outcome.elsewhere), (1, .elsewhere), (2, .saved)] {
            let kept = try await SavedSheet.keep(
                sheet, pages: ["about"], codeMac: mac, over: revision, in: scene.database.public)
            #expect(kept.outcome == outcome)
        }
        let visits: [String] = try await scene.database.owner.read { tx in
            try tx.values("select page || sum(started) from page_visits group by page order by 1")
        }
        #expect(visits == ["about1", "service1"])
        _ = try await scene.send(try scene.sheet(key: sheet.key))
        #expect(try await SavedSheet.find(sheet.key, in: scene.database.public) == nil)
        #expect(try await keep(sheet, ["about"]) == .sent)
        #expect(try await SavedSheet.sent(sheet.key, to: scene.number, in: scene.database.public) != nil)
        #expect(try await SavedSheet.sent(sheet.key, to: "Q-2026-000002-5", in: scene.database.public) == nil)
        // It was begun once, although it came with its first page.
        #expect(
            try await scene.value("select sum(started)::int from page_visits where page = 'service'", as: Int.self) == 1
        )
        for age in [20.0, 21] {
            _ = try await scene.send(try scene.sheet(["content": .truth(true), "age": .number(age)]))
        }
        var third = try scene.sheet(["content": .truth(true), "age": .number(22)])
        third.key = UUID()
        let kept = try await SavedSheet.keep(
            third, pages: ["about"], codeMac: scene.intake.codes.mac(for: third.key), in: scene.database.public)
        #expect(kept.outcome == .quota && kept.quota == "young")
        _ = try await scene.database.owner.write {
            try $0.execute("update saved_sheets set expires_at = minyi_clock()")
        }
        #expect(try await SavedSheet.find(third.key, in: scene.database.public) == nil)
        #expect(try await scene.database.work.write { try $0.value("select erase_saved_sheets()", as: Int.self) } == 1)
    }

    @Test func aSavedSheetKeepsItsFiles() async throws {
        let scene = try await QuestionnaireScene.make()
        let key = UUID()
        func upload(_ name: String) async throws -> UUID {
            try await scene.database.public.write(as: .anonymous) { tx in
                try tx.value(
                    """
                    select id from store_upload(\(key), \(name), 'application/pdf', sha256(convert_to(\(name), 'UTF8')), 'x'::bytea, null)
                    """, as: UUID.self)
            }
        }
        let (named, replaced) = (try await upload("a.pdf"), try await upload("b.pdf"))
        var sheet = try scene.sheet(key: key)
        sheet.answers = Data("{\"paper\":{\"file\":\"\(named.uuidString)\"}}".utf8)
        let kept = try await SavedSheet.keep(
            sheet, pages: ["about"], codeMac: scene.intake.codes.mac(for: key), in: scene.database.public)
        #expect(kept.outcome == .saved)
        func waits(_ file: UUID) async throws -> Bool {
            try await scene.value(
                "select expires_at > minyi_clock() + interval '2 days' from attachments where id = \(file)")
        }
        #expect(try await waits(named))
        #expect(try await !waits(replaced))
        try await SavedSheet.discard(key, in: scene.database.public)
        #expect(try await Attachment.uploads(formKey: key, in: scene.database.public).isEmpty)
    }

    @Test func aDraftDoesNotOutliveItsSheet() async throws {
        let scene = try await QuestionnaireScene.make()
        let sheet = try scene.sheet()
        let mac = scene.intake.codes.mac(for: sheet.key)
        let outcome = try await scene.send(sheet)
        /// As a page that is still open leaves it, when its saving and the sending do not see each other.
        func leaveADraft() async throws {
            _ = try await scene.database.owner.write {
                try $0.execute(
                    """
                    insert into saved_sheets (id, questionnaire_id, version, code_mac, answers, page, pages, expires_at)
                    values (\(sheet.key), \(scene.id), 1, \(mac), '{"age": 40}', 'about', '{about}', minyi_clock() + interval '1 day')
                    """)
            }
        }
        try await leaveADraft()
        #expect(try await SavedSheet.find(sheet.key, in: scene.database.public) == nil)
        #expect(try await SavedSheet.find(scene.number, mac: mac, in: scene.database.public) == nil)
        #expect(try await scene.database.work.write { try $0.value("select erase_saved_sheets()", as: Int.self) } == 1)
        try await leaveADraft()
        _ = try await Withdrawal.requestSheet(
            try SubmissionNumber(try #require(outcome.number)), mac: mac, in: scene.database.public)
        #expect(try await scene.value("select count(*) from saved_sheets", as: Int.self) == 0)
    }

    @Test func aCorrectionIsTheNextVersion() async throws {
        let scene = try await QuestionnaireScene.make()
        _ = try await scene.send(try scene.sheet())
        var content = QuestionnaireScene.content
        content.closing = "非常感谢。"
        let json = String(decoding: try JSONEncoder().encode(content), as: UTF8.self)
        try await scene.act("select correct_questionnaire(\(scene.id), 1, '改了结束语', \(json)::jsonb)")
        #expect(try await scene.send(try scene.sheet()).verdict == .changed)
        #expect(try await scene.send(try scene.sheet(version: 2)).verdict == .accepted)
        let record = try #require(try await QuestionnaireRecord.load(scene.number, in: scene.database.public))
        #expect(record.questionnaire.version == 2 && record.questionnaire.versionNote == "改了结束语")
        #expect(record.content.closing == "非常感谢。")
        await #expect(throws: PostgresError.self) {
            try await scene.act("select correct_questionnaire(\(scene.id), 1, 'x', \(json)::jsonb)")
        }
        await #expect(throws: PostgresError.self) {
            try await scene.act("select correct_questionnaire(\(scene.id), 2, '', \(json)::jsonb)")
        }
        await #expect(throws: PostgresError.self) {
            try await scene.act("select close_questionnaire(\(scene.id))", as: scene.county.stranger)
        }
    }

    @Test func aQuotaThatComesBackKnowsWhatItsSheetsHold() async throws {
        let scene = try await QuestionnaireScene.make()
        let sheet = try scene.sheet(["content": .truth(true), "age": .number(20)])
        let outcome = try await scene.send(sheet)
        func correct(_ version: Int, quotas: [Questionnaire.Quota]) async throws {
            var content = QuestionnaireScene.content
            content.quotas = quotas
            let json = String(decoding: try JSONEncoder().encode(content), as: UTF8.self)
            try await scene.act("select correct_questionnaire(\(scene.id), \(version), '改了份数', \(json)::jsonb)")
        }
        try await correct(1, quotas: [])
        // Without it there is no limit.
        for age in [21.0, 22] {
            let young = try scene.sheet(["content": .truth(true), "age": .number(age)], version: 2, quotas: [])
            #expect(try await scene.send(young).verdict == .accepted)
        }
        // More than a number of PostgreSQL holds.
        var again = try #require(QuestionnaireScene.content.quotas.first)
        again.most = 3_000_000_000
        try await correct(2, quotas: [again])
        #expect(try await scene.value("select taken from quota_counts where code = 'young'", as: Int.self) == 1)
        _ = try await Withdrawal.requestSheet(
            try SubmissionNumber(try #require(outcome.number)), mac: scene.intake.codes.mac(for: sheet.key),
            in: scene.database.public)
        #expect(try await scene.value("select taken from quota_counts where code = 'young'", as: Int.self) == 0)
    }

    @Test func isPreparedOnlyByItsOrganiserAndAPollAsksOneThing() async throws {
        let county = try await ExampleCounty.make()
        let (id, version) = try await QuestionnaireScene.save(QuestionnaireScene.content, in: county)
        #expect(
            await refusal {
                _ = try await QuestionnaireScene.save(QuestionnaireScene.content, in: county, as: county.clerk)
            }
                == "role_required")
        #expect(
            await refusal {
                _ = try await QuestionnaireScene.save(
                    QuestionnaireScene.content, id: id, version: version + 1, in: county)
            } == "questionnaires_saved_meanwhile")
        #expect(
            await refusal {
                let (id, version) = try await QuestionnaireScene.save(
                    QuestionnaireScene.voted, terms { $0.voice = "person" }, in: county)
                try await QuestionnaireScene.open(id, version, in: county)
            } == "questionnaires_person_without_key")
        let (_, next) = try await QuestionnaireScene.save(
            QuestionnaireScene.content, terms { $0.kind = "poll" }, id: id, version: version, in: county)
        #expect(
            await refusal { try await QuestionnaireScene.open(id, next, in: county) } == "questionnaires_one_question")
        let (_, last) = try await QuestionnaireScene.save(
            Questionnaire(title: "空"), terms { $0.kind = "poll" }, id: id, version: next, in: county)
        #expect(
            await refusal { try await QuestionnaireScene.open(id, last, in: county) } == "questionnaires_nothing_asked")
        let (_, poll) = try await QuestionnaireScene.save(
            QuestionnaireScene.poll, terms { $0.kind = "poll" }, id: id, version: last, in: county)
        try await QuestionnaireScene.open(id, poll, in: county)
        #expect(
            await refusal {
                _ = try await QuestionnaireScene.save(QuestionnaireScene.poll, id: id, version: poll, in: county)
            }
                == "questionnaires_preparing")
        // What everyone may see of it is there at once, and of one that is prepared nothing.
        let shown = try await PublicQuestionnaire.list(.current, limit: 10, in: county.database.public)
        #expect(shown.map(\.title) == ["先修哪一段路？"] && shown.first?.kind == .poll && shown.first?.state == .open)
    }
}

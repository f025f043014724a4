import Foundation
import Participation
import Postgres
import TestSupport
import Testing

@Suite struct ScreeningTests {
    private func line(_ scene: AnsweringScene, _ id: Int) async throws -> SubmissionLine {
        let page = try await SubmissionPage.read(
            procedureID: scene.procedureID, filter: SubmissionFilter(), in: scene.database.staff,
            as: AnsweringScene.organiser)
        return try #require(page.lines.first { $0.id == id })
    }

    @Test func undoesOneStepButNotWhatSomebodyChangedSince() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let ids = [try await scene.submit("一").id, try await scene.submit("二").id, try await scene.submit("三").id]
        let hide = ScreenSubmissions(ids: ids, hiddenFor: .abuse)
        #expect(try await hide(in: staff, as: AnsweringScene.organiser) == 3)
        // A colleague looks at the second again.
        #expect(
            try await ScreenSubmissions(ids: [ids[1]], hiddenFor: .offTopic)(in: staff, as: AnsweringScene.clerk) == 1)

        #expect(try await ScreenSubmissions.undo(hide.batch, in: staff, as: AnsweringScene.clerk) == 0)
        #expect(try await ScreenSubmissions.undo(hide.batch, in: staff, as: AnsweringScene.organiser) == 2)
        #expect(try await line(scene, ids[0]).screening == .pending)
        #expect(try await line(scene, ids[0]).hiddenCode == nil)
        #expect(try await line(scene, ids[1]).hiddenCode == .offTopic)
        #expect(try await line(scene, ids[2]).screening == .pending)
        // A second click takes nothing back twice.
        #expect(try await ScreenSubmissions.undo(hide.batch, in: staff, as: AnsweringScene.organiser) == 0)
    }

    @Test func undoRestoresTheReasonThatStoodBefore() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let id = try await scene.submit("一").id
        _ = try await ScreenSubmissions(ids: [id], hiddenFor: .child)(in: staff, as: AnsweringScene.organiser)
        let show = ScreenSubmissions(ids: [id], hiddenFor: nil)
        _ = try await show(in: staff, as: AnsweringScene.organiser)
        #expect(try await line(scene, id).screening == .shown)
        _ = try await ScreenSubmissions.undo(show.batch, in: staff, as: AnsweringScene.organiser)
        #expect(try await line(scene, id).hiddenCode == .child)
    }

    @Test func filtersFindWhatTheyName() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let row = try await scene.submit("办理时限太长", row: 2)
        let whole = try await scene.submit("整体不错", contact: Contact(name: "张三", phone: "13800138000"))
        let letter = try await scene.submit("来信：100%支持_", row: 1, channel: .letter)
        try await SubmissionFlag.set([.threat], on: row.id, in: staff, as: AnsweringScene.clerk)
        try await scene.answer(whole.id, .explained)

        func found(_ filter: SubmissionFilter) async throws -> [String] {
            try await SubmissionPage.read(
                procedureID: scene.procedureID, filter: filter, in: staff, as: AnsweringScene.clerk
            ).lines.map(\.number)
        }
        #expect(try await found(SubmissionFilter()) == [row.number, whole.number, letter.number])
        #expect(try await found(SubmissionFilter(view: .flagged)) == [row.number])
        #expect(try await found(SubmissionFilter(view: .unanswered)) == [row.number, letter.number])
        #expect(try await found(SubmissionFilter(channel: .letter)) == [letter.number])
        #expect(try await found(SubmissionFilter(row: "2")) == [row.number])
        #expect(try await found(SubmissionFilter(row: SubmissionFilter.whole)) == [whole.number])
        #expect(try await found(SubmissionFilter(text: "时限")) == [row.number])
        // Signs of patterns are plain characters.
        #expect(try await found(SubmissionFilter(text: "100%支持_")) == [letter.number])
        #expect(try await found(SubmissionFilter(text: "%")) == [letter.number])
        #expect(try await found(SubmissionFilter(text: whole.number.lowercased())) == [whole.number])
        // Another unit sees none of them.
        let foreign = try await SubmissionPage.read(
            procedureID: scene.procedureID, filter: SubmissionFilter(), in: staff, as: AnsweringScene.stranger)
        #expect(foreign.lines.isEmpty && foreign.counts[.all] == 0)
        await #expect(throws: PostgresError.self) {
            _ = try await ScreenSubmissions(ids: [row.id], hiddenFor: .abuse)(in: staff, as: AnsweringScene.stranger)
        }
    }

    @Test func pagesGoOnWithoutGaps() async throws {
        let scene = try await AnsweringScene.make()
        for index in 0...SubmissionPage.size { _ = try await scene.submit("意见\(index)") }
        let first = try await SubmissionPage.read(
            procedureID: scene.procedureID, filter: SubmissionFilter(), in: scene.database.staff,
            as: AnsweringScene.organiser)
        #expect(first.lines.count == SubmissionPage.size)
        let next = try #require(first.next)
        let second = try await SubmissionPage.read(
            procedureID: scene.procedureID, filter: SubmissionFilter(), after: next, in: scene.database.staff,
            as: AnsweringScene.organiser)
        #expect(second.lines.map(\.body) == ["意见\(SubmissionPage.size)"] && second.next == nil)
        #expect(second.counts[.pending] == SubmissionPage.size + 1)
    }

    @Test func contactIsReadOnRequestAndRecorded() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let sent = try await scene.submit("意见", contact: Contact(name: "张三", phone: "13800138000"))
        let silent = try await scene.submit("没有留电话")
        let contact = try await ReadContact(submissionID: sent.id)(
            vault: scene.intake.vault, in: staff, as: AnsweringScene.clerk)
        #expect(contact == Contact(name: "张三", phone: "13800138000"))
        #expect(
            try await ReadContact(submissionID: silent.id)(
                vault: scene.intake.vault, in: staff, as: AnsweringScene.clerk)
                == nil)
        await #expect(throws: PostgresError.self) {
            _ = try await ReadContact(submissionID: sent.id)(
                vault: scene.intake.vault, in: staff, as: AnsweringScene.stranger)
        }
        let seen = try #require(
            try await ReceivedSubmission.find(number: sent.number, in: staff, as: AnsweringScene.organiser))
        #expect(seen.events.map(\.kind) == ["received", "contact_read"])
        #expect(seen.events.last?.staffName == "孙经办")
    }

    @Test func aNewCodeReplacesTheOld() async throws {
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("意见")
        let old = scene.intake.codes.code(for: sent.key)
        func issue(_ version: Int, as actor: DatabaseActor) async throws -> QueryCode? {
            try await ReissueCode(submissionID: sent.id, version: version)(
                codes: scene.intake.codes, in: scene.database.staff, as: actor)
        }
        let code = try #require(try await issue(1, as: AnsweringScene.clerk))
        #expect(code != old)
        // A reload gives the same again; a colleague who has the old page gives none.
        #expect(try await issue(1, as: AnsweringScene.clerk) == code)
        #expect(try await issue(1, as: AnsweringScene.organiser) == nil)
        func opens(_ code: QueryCode) async throws -> Bool {
            let mac = scene.intake.codes.mac(code)
            return try await scene.database.public.read { tx in
                try tx.value("select exists (select from receipt(\(sent.number), \(mac)))")
            }
        }
        #expect(try await opens(code))
        #expect(try await !opens(old))
    }

    /// What its author takes back loses its contact, but nobody in danger is lost sight of.
    @Test func whoMayComeToHarmCanStillBeReached() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        for (flags, reached) in [(Set<SubmissionFlag>(), false), ([.selfHarm], true)] {
            let sent = try await scene.submit("算了", contact: Contact(name: "张三", phone: "13800138000"))
            try await SubmissionFlag.set(flags, on: sent.id, in: staff, as: AnsweringScene.clerk)
            let mac = scene.intake.codes.mac(for: sent.key)
            #expect(
                try await Withdrawal.request(SubmissionNumber(sent.number), mac: mac, in: scene.database.public)
                    == .withdrawn)
            let contact = try await ReadContact(submissionID: sent.id)(
                vault: scene.intake.vault, in: staff, as: AnsweringScene.clerk)
            #expect((contact != nil) == reached)
        }
    }

    @Test func theDutyOfficerReadsWhatIsUrgentAndNothingElse() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let urgent = try await scene.submit("活不下去了", contact: Contact(name: "张三", phone: "13800138000"))
        let other = try await scene.submit("时限太长")
        let officer = AnsweringScene.actor(AnsweringScene.approverID, units: [2], ["duty_officer"])
        func reads(_ number: String, as actor: DatabaseActor) async throws -> Bool {
            try await ReceivedSubmission.find(number: number, in: staff, as: actor) != nil
        }
        #expect(try await !reads(urgent.number, as: officer))
        try await SubmissionFlag.set([.selfHarm], on: urgent.id, in: staff, as: AnsweringScene.clerk)
        try await SubmissionFlag.set([.secret], on: other.id, in: staff, as: AnsweringScene.clerk)
        #expect(try await reads(urgent.number, as: officer))
        #expect(try await !reads(other.number, as: officer))
        let elsewhere = AnsweringScene.actor(AnsweringScene.strangerID, units: [3], ["duty_officer"])
        #expect(try await !reads(urgent.number, as: elsewhere))
        let contact = try await ReadContact(submissionID: urgent.id)(
            vault: scene.intake.vault, in: staff, as: officer)
        #expect(contact?.phone == "13800138000")
        await #expect(throws: PostgresError.self) {
            _ = try await ReadContact(submissionID: other.id)(vault: scene.intake.vault, in: staff, as: officer)
        }
    }
}

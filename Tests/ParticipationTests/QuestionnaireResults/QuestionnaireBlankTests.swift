import Foundation
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Participation

@Suite("Texts of questionnaires that are shown without some of their words") struct QuestionnaireBlankTests {
    private static let (named, slow) = ("窗口的王小明态度差，请打13800138000。王小明！", "办得慢100%_\\")
    private static let shown = "窗口的***态度差，请打***。***！"

    /// Five who name somebody, three who do not, and 24 who are satisfied; counted, and closed.
    private func answered(
        _ texts: [String] = Array(repeating: Self.named, count: 5) + Array(repeating: Self.slow, count: 3)
    ) async throws
        -> QuestionnaireScene
    {
        let scene = try await QuestionnaireScene.make()
        for index in 0..<24 {
            _ = try await scene.send(
                try scene.sheet(["content": .truth(true), "age": .number(Double(30 + index))], quotas: []))
        }
        for text in texts {
            _ = try await scene.send(
                try scene.sheet(
                    [
                        "content": .truth(false), "why": .text(text), "slow": .choice(.option("queue")),
                        "age": .number(50),
                    ], quotas: []))
        }
        try await scene.tally()
        try await scene.act("select close_questionnaire(\(scene.id))")
        return scene
    }

    private func wordings(
        _ scene: QuestionnaireScene, _ screening: Screening = .pending
    ) async throws -> [TextWording] {
        try await scene.database.staff.read(as: scene.county.clerk) {
            try $0.all(TextWording.desk(scene.id, question: "why", screening: screening), as: TextWording.self)
        }
    }

    /// Moves all of them, and takes the name out where it stands.
    @discardableResult
    private func screen(
        _ scene: QuestionnaireScene, from before: Screening = .pending, to screening: Screening = .shown,
        without passages: [String] = ["王小明"], because code: HiddenCode? = .personalData, as actor: DatabaseActor? = nil
    ) async throws -> Int {
        let read = try await wordings(scene, before)
        let blanks = try read.filter { it in passages.contains { Blank.stands($0, in: it.words) } }.map {
            try Blank(passages, of: $0)
        }
        return try await TextWording.screen(
            read.map(\.id), of: "why", in: scene.id, as: screening, blanks: blanks, because: code, before: before,
            scene.database.staff, as: actor ?? scene.county.clerk)
    }

    private func read(_ scene: QuestionnaireScene) async throws -> [TextWording.Shown] {
        try await scene.database.public.read {
            try $0.all(TextWording.Shown.public(scene.number), as: TextWording.Shown.self)
        }
    }

    @Test("One passage a line; what does not stand in the text, or would leave nothing, is refused")
    func passages() async throws {
        #expect(Blank.passages(" 王小明\n\n13800138000 \n王小明") == ["王小明", "13800138000"])
        #expect(Blank.passages(" \n") == [])
        let scene = try await answered()
        let named = try #require(try await wordings(scene).first)
        #expect(named.words == Self.named && named.screenedAt == nil, "of who wrote it there is no time")
        #expect(try Blank(["王小明"], of: named).words == Self.shown)
        #expect(throws: Blank.Fault.absent("小 明")) { try Blank(["王小明", "小 明"], of: named) }
        #expect(throws: Blank.Fault.absent("*")) { try Blank(["*"], of: named) }
        #expect(throws: Blank.Fault.nothingLeft) { try Blank([Self.named], of: named) }
    }

    @Test("Everyone reads it without them; the desk keeps what was written, who took them out and why")
    func shown() async throws {
        let scene = try await answered()
        await #expect(throws: PostgresError.self) { try await screen(scene, as: scene.county.approver) }
        #expect(try await screen(scene) == 2)
        let everyone = try await read(scene)
        #expect(everyone.map(\.words) == [Self.shown, Self.slow] && everyone.map(\.blanked) == [true, false])
        let kept = try #require(try await wordings(scene, .shown).first)
        #expect(kept.words == Self.named && kept.publicWords == Self.shown && kept.blanked == ["王小明"])
        #expect(kept.blankedCode == .personalData && kept.screenedBy != nil && kept.screenedAt != nil)
        #expect(try await wordings(scene, .shown).last?.blankedCode == nil, "the other is shown whole")
        #expect(
            try await scene.value("select code from events where kind = 'texts_blanked'", as: String.self)
                == "why personal_data/1")
        #expect(
            try await scene.value("select count(*) from events where code like '%王小明%'", as: Int.self) == 0)
        #expect(
            try await scene.value(
                "select count(*) from answer_sheets where answers ->> 'why' = \(Self.named)", as: Int.self) == 5)
    }

    @Test("The database lets nobody put other words in, forget a passage or the reason")
    func guarded() async throws {
        let scene = try await answered()
        let id = try #require(try await wordings(scene).first).id
        func door(_ words: String, _ passage: String = "王小明", _ code: String? = "personal_data") async throws {
            let blanks = try JSONText(encoding: [Door(wording: id, passages: [passage], words: words)])
            try await scene.act(
                "select screen_wordings(\(scene.id), 'why', \([id]), 'shown', \(code), 'pending', \(blanks), \(UUID()))"
            )
        }
        for (words, passage) in [
            ("窗口的***态度好。***！", "王小明"), ("窗口的***态度差，请打***。王小明！", "王小明"), (Self.shown, "没有的"), (Self.shown, ""),
        ] {
            await expectRefusal("text_wordings_blanked") { try await door(words, passage) }
        }
        let unexplained = await #expect(throws: PostgresError.self) { try await door(Self.shown, "王小明", nil) }
        #expect(unexplained?.constraint == "text_wordings_blanked_code")
        let nothing = await #expect(throws: PostgresError.self) { try await door("***", Self.named) }
        #expect(nothing?.constraint == "text_wordings_blanked_words")
        #expect(try await read(scene).isEmpty)
        try await door(Self.shown)
        #expect(try await read(scene).map(\.words) == [Self.shown])
    }

    private struct Door: Encodable {
        let wording: UUID
        let passages: [String]
        let words: String
    }

    @Test("Looked at again, it still says what was taken out; shown whole, it lacks nothing")
    func again() async throws {
        let scene = try await answered()
        try await screen(scene)
        #expect(try await screen(scene, from: .shown, to: .shown) == 0, "what is shown is looked at again first")
        try await screen(scene, from: .shown, to: .hidden, without: [], because: .abuse)
        #expect(try await read(scene).isEmpty)
        try await screen(scene, from: .hidden, to: .pending, without: [], because: nil)
        let waiting = try #require(try await wordings(scene).first)
        #expect(waiting.blanked == ["王小明"] && waiting.publicWords == Self.shown)
        try await screen(scene, without: [], because: nil)
        // Nobody has taken the number out, but it is masked wherever it is read.
        #expect(try await read(scene).first?.words == "窗口的王小明态度差，请打138****8000。王小明！")
        #expect(try await wordings(scene, .shown).first?.blanked == [])
    }

    @Test("A step is taken back by who took it, as a whole, but for what somebody has screened since")
    func undone() async throws {
        let scene = try await answered()
        let (clerk, organiser) = (scene.county.clerk, scene.county.organiser)
        let batch = UUID()
        let waiting = try await wordings(scene)
        _ = try await TextWording.screen(
            waiting.map(\.id), of: "why", in: scene.id, as: .hidden, because: .abuse, before: .pending, batch: batch,
            scene.database.staff, as: clerk)
        func undoable(_ actor: DatabaseActor) async throws -> Int {
            try await scene.database.staff.read(as: actor) { try $0.value(TextWording.undoable(batch, in: scene.id)) }
        }
        func undo(_ actor: DatabaseActor) async throws -> Int {
            try await TextWording.undo(batch, in: scene.id, scene.database.staff, as: actor)
        }
        #expect(try await undoable(clerk) == 2)
        #expect(try await undoable(organiser) == 0)
        #expect(try await undo(organiser) == 0, "it is not theirs")
        await #expect(throws: PostgresError.self) { _ = try await undo(scene.county.stranger) }
        // A colleague shows one of them meanwhile.
        let last = try #require(waiting.last)
        _ = try await TextWording.screen(
            [last.id], of: "why", in: scene.id, as: .shown, because: nil, before: .hidden, scene.database.staff,
            as: organiser)
        #expect(try await undoable(clerk) == 1)
        #expect(try await undo(clerk) == 1)
        #expect(try await undo(clerk) == 0, "once")
        #expect(try await wordings(scene).map(\.words) == [Self.named])
        #expect(try await read(scene).map(\.words) == [Self.slow])
        // Shown once more, what had been taken out is out again; and hidden again, it has its reason.
        try await screen(scene)
        let step = UUID()
        _ = try await TextWording.screen(
            waiting.map(\.id), of: "why", in: scene.id, as: .pending, because: nil, before: .shown, batch: step,
            scene.database.staff, as: clerk)
        #expect(try await read(scene).isEmpty)
        #expect(try await TextWording.undo(step, in: scene.id, scene.database.staff, as: clerk) == 2)
        #expect(try await read(scene).map(\.words) == [Self.shown, Self.slow])
    }

    @Test("Every page that is kept in memory hears of it, also that of the consultation it stands in")
    func kept() async throws {
        let scene = try await answered()
        let host = try await scene.county.announce()
        _ = try await scene.database.owner.write {
            try $0.execute("update questionnaires set procedure_id = \(host.id) where id = \(scene.id)")
        }
        func heard(_ topic: String) async throws -> Int {
            try await scene.value("select coalesce(max(version), 0) from public_changes where topic = \(topic)")
        }
        let before = [try await heard(host.number), try await heard(scene.number)]
        try await screen(scene)
        let after = [try await heard(host.number), try await heard(scene.number)]
        #expect(zip(before, after).allSatisfy { $0 < $1 })
    }

    @Test("A published result says how many lack words, and holds none of them; sealing finds it all the same")
    func published() async throws {
        let scene = try await answered()
        try await screen(scene)
        try await scene.readTexts()
        let clearance = try await scene.publishResult()
        let version = try #require(try await scene.publishedResult(version: 1))
        let words = try version.read(PublishedContent.QuestionnaireResult.self)?.questions
            .first { $0.code == "why" }?.words
        #expect(words?.map(\.text) == [Self.shown, Self.slow] && words?.map(\.blanked) == [true, nil])
        #expect(words?.map(\.sheets) == [5, nil])
        for secret in ["王小明", "13800138000"] {
            #expect(version.content?.contains(secret) == false)
            #expect(
                try await scene.value(
                    """
                    select (select count(*) from clearances where content::text like '%' || \(secret) || '%')
                      + (select count(*) from published_versions where content::text like '%' || \(secret) || '%')
                    """, as: Int.self) == 0)
        }
        let seen = try await scene.database.staff.read(as: scene.county.approver) {
            try $0.one(Clearance.with(id: clearance), as: Clearance.self).content
        }
        #expect(seen.contains(Self.shown) && !seen.contains("王小明"))
        let sheet: Int = try await scene.value(
            "select min(submission_id) from answer_sheets where answers ->> 'why' = \(Self.named)")
        let holding = try await scene.database.staff.read(as: scene.county.organiser) {
            try $0.all(SealNeighbour.of(submission: sheet), as: SealNeighbour.self).map(\.version)
        }
        #expect(holding == [1])
    }

    @Test("What was prepared is set aside when words are taken out; sealed sheets take them along")
    func lapsesAndSeals() async throws {
        let scene = try await answered([Self.named] + Array(repeating: Self.slow, count: 7))
        try await scene.readTexts()
        let id = try await scene.prepareResult()
        try await scene.clear(id)
        try await screen(scene, from: .shown, to: .pending, without: [], because: nil)
        try await screen(scene)
        await expectRefusal("clearances_cleared") {
            try await Clearance.publish(id, in: scene.database.staff, as: scene.county.organiser)
        }
        let sheet: Int = try await scene.value(
            "select submission_id from answer_sheets where answers ->> 'why' = \(Self.named)")
        let seal = try await Seal.request(
            .submission(id: sheet), reason: .personalData, in: scene.database.staff, as: scene.county.organiser)
        try await Seal.confirm(seal, in: scene.database.staff, as: scene.county.reviewer)
        try await scene.tally()
        #expect(
            try await scene.value(
                "select count(*) from text_wordings w where to_jsonb(w)::text like '%王小明%'", as: Int.self) == 0)
        #expect(try await read(scene).map(\.words) == [Self.slow])
    }
}

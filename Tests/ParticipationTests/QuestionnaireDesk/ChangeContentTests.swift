import Foundation
import Participation
import Postgres
import Questionnaires
import TestSupport
import Testing

@Suite("What a questionnaire asks, while it is worked on")
struct ChangeContentTests {
    private func make(_ scene: AnsweringScene) async throws -> DeskQuestionnaire {
        var content = Questionnaire.blank(title: "满意度调查")
        _ = content.add(Question(code: "q1", text: "您满意吗？", kind: .yesNo), to: "g1")
        let settings = QuestionnaireSettings(
            opensAt: AnsweringScene.whileOpen, closesAt: AnsweringScene.closesAt)
        let number = try await settings.create(
            .questionnaire, content, for: 2, in: scene.database.staff, as: AnsweringScene.organiser)
        return try await find(number, scene)
    }

    private func find(_ number: String, _ scene: AnsweringScene) async throws -> DeskQuestionnaire {
        try await scene.database.staff.read(as: AnsweringScene.organiser) {
            try $0.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self)
        }
    }

    @Test func changesAtTheSameTimeAllHold() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await make(scene)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...4 {
                group.addTask {
                    try await ChangeContent(it.id).change(in: scene.database.staff, as: AnsweringScene.organiser) {
                        $0.add(Question(code: "n\(number)", text: "…", kind: .yesNo), to: "g1")
                    }
                }
            }
            try await group.waitForAll()
        }
        let now = try await find(it.number, scene)
        #expect(Set(now.content.questions.map(\.code)) == ["q1", "n1", "n2", "n3", "n4"])
        #expect(now.contentVersion == it.contentVersion + 4)
    }

    @Test func aUnitThatEndsHandsItsQuestionnairesOver() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await make(scene)
        try await scene.database.owner.write {
            _ = try $0.execute("update units set successor_id = 1, valid_until = '2026-11-01' where id = 2")
        }
        let now: [Int] = try await scene.database.owner.read {
            try $0.values("select unnest(array_prepend(unit_id, unit_ids)) from questionnaires where id = \(it.id)")
        }
        #expect(now.first == 1 && Set(now) == [1, 2])
    }

    @Test func theLastFiftyContentsAreKept() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await make(scene)
        for number in 1...52 {
            try await ChangeContent(it.id).change(in: scene.database.staff, as: AnsweringScene.organiser) {
                $0.introduction = "第 \(number) 稿"
                return true
            }
        }
        let kept: [Int] = try await scene.database.staff.read(as: AnsweringScene.organiser) { tx in
            try tx.values(
                "select content_version from questionnaire_drafts where questionnaire_id = \(it.id) order by 1")
        }
        #expect(kept.count == 50 && kept.last == it.contentVersion + 52)
    }

    @Test func onlyOrganisersOfTheUnitChangeIt() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await make(scene)
        let retitle = { (actor: DatabaseActor) in
            _ = try await ChangeContent(it.id).change(in: scene.database.staff, as: actor) {
                $0.title = "别的"
                return true
            }
        }
        await #expect(throws: NoRow.self, "a stranger does not see it") { try await retitle(AnsweringScene.stranger) }
        let refused = await #expect(throws: PostgresError.self) { try await retitle(AnsweringScene.clerk) }
        #expect(refused?.constraint == "role_required")
        #expect(try await find(it.number, scene).title == "满意度调查")
    }

    @Test func theTitleFollowsUntilItIsOpen() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await make(scene)
        let retitle = { (title: String) in
            _ = try await ChangeContent(it.id).change(in: scene.database.staff, as: AnsweringScene.organiser) {
                $0.title = title
                return true
            }
        }
        try await retitle("新名称")
        let renamed = try await find(it.number, scene)
        #expect(renamed.title == "新名称")
        let move = MoveQuestionnaire(it.id)
        // Who opens says what they have read.
        let unread = await #expect(throws: PostgresError.self) {
            try await move.open(seen: it.contentVersion, in: scene.database.staff, as: AnsweringScene.organiser)
        }
        #expect(unread?.constraint == "questionnaires_saved_meanwhile")
        try await move.open(seen: renamed.contentVersion, in: scene.database.staff, as: AnsweringScene.organiser)
        try await retitle("又一个名称")
        let opened = try await find(it.number, scene)
        #expect(opened.title == "新名称" && opened.content.title == "又一个名称")
        // What was opened stays as it was.
        let versions = try await scene.database.staff.read(as: AnsweringScene.organiser) {
            try DeskQuestionnaire.versions(of: it.id, $0)
        }
        #expect(versions.map(\.content.title) == ["新名称"])
        try await move.close(because: "够了。", in: scene.database.staff, as: AnsweringScene.organiser)
        let late = await #expect(throws: PostgresError.self) { try await retitle("太晚") }
        #expect(late?.constraint == "questionnaires_not_open")
    }

    @Test func whatNobodySawIsDeleted() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await make(scene)
        let (move, desk) = (MoveQuestionnaire(it.id), scene.database.staff)
        for (actor, version) in [
            (AnsweringScene.stranger, it.contentVersion), (AnsweringScene.organiser, it.contentVersion + 1),
        ] {
            await #expect(throws: (any Error).self) { try await move.drop(seen: version, in: desk, as: actor) }
        }
        try await move.drop(seen: it.contentVersion, in: desk, as: AnsweringScene.organiser)
        await #expect(throws: (any Error).self) { _ = try await find(it.number, scene) }
        let left: Int = try await scene.database.owner.read {
            try $0.value("select count(*) from questionnaire_drafts")
        }
        #expect(left == 0)
    }

    @Test func whatWasAnnouncedIsTakenBackUntilItBegins() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await make(scene)
        let (move, desk) = (MoveQuestionnaire(it.id), scene.database.staff)
        try await scene.database.setClock(it.opensAt.addingTimeInterval(-60))
        try await move.open(seen: it.contentVersion, in: desk, as: AnsweringScene.organiser)
        #expect(try await find(it.number, scene).state == .announced)
        await #expect(throws: (any Error).self) {
            try await move.drop(seen: it.contentVersion, in: desk, as: AnsweringScene.organiser)
        }
        try await move.takeBack(in: desk, as: AnsweringScene.organiser)
        let back = try await find(it.number, scene)
        #expect(back.state == .preparing && back.version == nil)
        let seen: Int = try await scene.database.owner.read {
            try $0.value("select count(*) from public_questionnaires")
        }
        #expect(seen == 0)
        // And again, until it has begun.
        try await move.open(seen: back.contentVersion, in: desk, as: AnsweringScene.organiser)
        try await scene.database.setClock(it.opensAt)
        await #expect(throws: (any Error).self) { try await move.takeBack(in: desk, as: AnsweringScene.organiser) }
    }

    @Test func everyoneReadsWhyTheEndMoved() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await make(scene)
        let (move, desk) = (MoveQuestionnaire(it.id), scene.database.staff)
        try await move.open(seen: it.contentVersion, in: desk, as: AnsweringScene.organiser)
        let later = it.closesAt.addingTimeInterval(86400)
        try await move.extend(to: later, because: "来的人多。", in: desk, as: AnsweringScene.organiser)
        try await move.close(because: "够了。", in: desk, as: AnsweringScene.organiser)
        let shown = try await scene.database.owner.read {
            try $0.one(
                """
                select promised_until = \(it.closesAt) and closes_at = \(later) and deadline_note = '来的人多。' and stop_note = '够了。' as holds
                from public_questionnaires
                """, as: Shown.self)
        }
        #expect(shown.holds)
    }

    private struct Shown: Row {
        let holds: Bool

        init(_ row: RowReader) throws { holds = try row["holds"] }
    }

    @Test func aPaperIsMadeOnceForTheSameWords() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await make(scene)
        let staff = scene.database.staff
        for words in ["甲", "甲", "乙"] {
            try await QuestionnairePaper(of: it.id, .form, [words]).ask(in: staff, as: AnsweringScene.clerk)
        }
        let jobs: Int = try await scene.database.owner.read {
            try $0.value("select count(*) from jobs where kind = 'make_paper'")
        }
        #expect(jobs == 2)
        // Nobody works here: the newest waits, and of the other words there is none.
        for (words, state) in [("甲", nil), ("乙", MadeFile.State.waiting)] {
            let paper = try QuestionnairePaper(of: it.id, .form, [words])
            #expect(try await staff.read(as: AnsweringScene.clerk) { try paper.state($0) } == state)
            #expect(try await paper.document(in: staff, as: AnsweringScene.clerk) == nil)
        }
        let unknown = await #expect(throws: PostgresError.self) {
            try await QuestionnairePaper(of: it.id, .form, ["丙"]).ask(in: staff, as: AnsweringScene.stranger)
        }
        #expect(unknown?.state == "P0002")
    }
}

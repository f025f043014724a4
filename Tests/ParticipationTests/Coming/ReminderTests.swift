import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// Who wants to be told of what is coming: asked twice, told once, ended with one press.
@Suite struct ReminderTests {
    private func ask(
        _ scene: AnsweringScene, _ email: String = "a@example.cn", about: ReminderSubscription.About = .all,
        unitID: Int? = nil, procedure: String = "", key: UUID = UUID(),
        forms: [PublicEvent.Form] = PublicEvent.Form.allCases
    ) async throws -> AskReminders.Outcome {
        try await AskReminders(
            key: key, email: email, about: about, unitID: unitID, procedure: procedure, forms: forms,
            language: "zh-Hans")(
                vault: scene.intake.vault, codes: scene.intake.codes, in: scene.database.public)
    }

    private func count(_ scene: AnsweringScene, _ sql: SQL) async throws -> Int {
        try await scene.database.owner.read { try $0.value(sql) }
    }

    private func remind(_ scene: AnsweringScene) async throws -> Int {
        try await scene.database.work.write { try $0.value("select remind_subscribers()") }
    }

    @Test func nothingIsSentBeforeItIsConfirmedAndOncePerEvent() async throws {
        let scene = try await AnsweringScene.make()
        let (key, codes) = (UUID(), scene.intake.codes)
        #expect(try await ask(scene, key: key) == .asked)
        #expect(try await ask(scene, key: key) == .already)
        try await scene.database.setClock(AnsweringScene.closesAt.addingTimeInterval(-86_400))
        #expect(try await remind(scene) == 0)
        let confirm = codes.reminder(key, .confirm)
        #expect(try await ReminderSubscription.confirm(confirm, codes: codes, in: scene.database.public) == true)
        #expect(try await ReminderSubscription.confirm(confirm, codes: codes, in: scene.database.public) == false)
        // It ends tomorrow at midnight, which is today's end to people.
        #expect(try await remind(scene) == 1)
        #expect(try await remind(scene) == 0)
        let facts: String = try await scene.database.owner.read {
            try $0.value("select facts ->> 'code' || ' ' || (facts ->> 'due_on') from notices where kind = 'reminder'")
        }
        #expect(facts == "closes \(ChinaTime.lastDay(before: AnsweringScene.closesAt))")
        // One press ends it, and takes what still waits with it.
        try await ReminderSubscription.stop(codes.reminder(key, .stop), codes: codes, in: scene.database.public)
        try await ReminderSubscription.stop(codes.reminder(key, .stop), codes: codes, in: scene.database.public)
        #expect(try await count(scene, "select count(*) from reminder_subscriptions") == 0)
        #expect(try await count(scene, "select count(*) from notices where kind like 'reminder%'") == 0)
    }

    @Test func anAddressIsAskedThreeTimesADayAndForgottenAfterIt() async throws {
        let scene = try await AnsweringScene.make()
        #expect(try await ask(scene) == .asked)
        #expect(try await ask(scene, "A@EXAMPLE.cn") == .already)
        #expect(try await ask(scene, about: .unit, unitID: 2) == .asked)
        #expect(try await ask(scene, about: .matter, procedure: scene.number) == .asked)
        #expect(try await ask(scene, about: .unit, unitID: 3) == .tooMany)
        #expect(try await ask(scene, "b@example.cn", about: .town, unitID: 3) == .unknown)
        #expect(try await ask(scene, "b@example.cn", about: .matter, procedure: "MY-2026-000009-9") == .unknown)
        let plain = try await count(
            scene, "select count(*) from reminder_subscriptions where position('example'::bytea in sealed) > 0")
        #expect(plain == 0)
        try await scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(90_000))
        let erased: Int = try await scene.database.work.write { try $0.value("select erase_unconfirmed_reminders()") }
        #expect(erased == 3)
    }

    /// Somebody goes back to the form and corrects the address they had mistyped.
    @Test func theSameFormWithAnotherAddressIsAnotherWish() async throws {
        let scene = try await AnsweringScene.make()
        let key = UUID()
        #expect(try await ask(scene, "a@exmaple.cn", key: key) == .asked)
        #expect(try await ask(scene, "a@example.cn", key: key) == .asked)
        #expect(try await ask(scene, "a@example.cn", key: key) == .already)
        #expect(try await count(scene, "select count(distinct confirm_mac) from reminder_subscriptions") == 2)
    }

    @Test func anAddressDoesNotWaitForAMatterThatIsOver() async throws {
        let scene = try await AnsweringScene.make()
        let (key, codes) = (UUID(), scene.intake.codes)
        #expect(try await ask(scene, about: .matter, procedure: scene.number, key: key) == .asked)
        #expect(try await ask(scene, "b@example.cn") == .asked)
        #expect(
            try await ReminderSubscription.confirm(
                codes.reminder(key, .confirm), codes: codes, in: scene.database.public))
        func erase() async throws -> Int {
            try await scene.database.work.write { try $0.value("select erase_unconfirmed_reminders()") }
        }
        #expect(try await erase() == 0)
        _ = try await scene.database.owner.write { try $0.execute("update procedures set state = 'terminated'") }
        #expect(try await erase() == 1)
        #expect(try await count(scene, "select count(*) from reminder_subscriptions where procedure_id is null") == 1)
    }

    /// Only what was wished for: of the unit, of the form.
    @Test(arguments: [(2, [PublicEvent.Form.solicitation], 1), (3, [.solicitation], 0), (2, [.hearing], 0)])
    func onlyWhatWasWishedFor(unit: Int, forms: [PublicEvent.Form], told: Int) async throws {
        let scene = try await AnsweringScene.make()
        let key = UUID()
        #expect(try await ask(scene, about: .unit, unitID: unit, key: key, forms: forms) == .asked)
        let codes = scene.intake.codes
        _ = try await ReminderSubscription.confirm(
            codes.reminder(key, .confirm), codes: codes, in: scene.database.public)
        try await scene.database.setClock(AnsweringScene.closesAt.addingTimeInterval(-86_400))
        #expect(try await remind(scene) == told)
    }
}

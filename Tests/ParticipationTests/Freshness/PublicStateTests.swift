import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// What makes something that was made from public rows out of date, and what does not.
@Suite struct PublicStateTests {
    let scene: AnsweringScene
    var number: String { scene.number }

    init() async throws { scene = try await AnsweringScene.make() }

    private func state() async throws -> PublicState {
        try await PublicState.read(after: nil, in: scene.database.public)
    }

    /// Whether what was made before the work still holds after it: pages of the consultation, and those of others.
    private func afterwards(_ work: () async throws -> Void) async throws -> (own: Bool, others: Bool) {
        let before = try await state()
        try await work()
        let now = try await PublicState.read(after: before, in: scene.database.public)
        return (
            now.admits(before.mark, about: .consultation(number)),
            now.admits(before.mark, about: .consultation("C-2026-999999-9"))
        )
    }

    private func asOwner(_ sql: SQL) async throws {
        _ = try await scene.database.owner.write { tx in try tx.execute(sql) }
    }

    @Test func everyTableThatVisitorsMayReadIsWatched() async throws {
        // No public page reads them: rules are part of what is published, migrations tell how the tables were made, and two
        // are the watch itself. The board of messages is read from its tables each time: it changes with every message, by
        // an index it costs no more than a page from memory, and its pages are kept nowhere. Rows and editions of directories come and go with their directory, which notes it.
        let unread: Set = [
            "legal_rules", "migrations", "public_version", "public_changes", "public_messages",
            "public_message_versions", "public_rows", "public_editions",
        ]
        let unwatched: [String] = try await scene.database.owner.read { tx in
            try tx.values(
                """
                select c.relname::text from pg_class c
                where c.relnamespace = 'minyi'::regnamespace and c.relkind in ('r', 'p')
                  and has_any_column_privilege('minyi_public', c.oid, 'select')
                  and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = c.relname || '_public')
                """)
        }
        #expect(Set(unwatched) == unread)
    }

    @Test func aReceivedCommentChangesNothingPublic() async throws {
        let after = try await afterwards { try await scene.submit("一条意见", row: 1) }
        #expect(after == (true, true))
    }

    @Test func figuresConcernTheirOwnConsultation() async throws {
        try await scene.submit("一条意见", row: 1)
        let after = try await afterwards {
            _ = try await scene.database.work.write { tx in try tx.execute("select refresh_figures()") }
        }
        #expect(after == (false, true))
        // Nothing new: nothing changes.
        let again = try await afterwards {
            _ = try await scene.database.work.write { tx in try tx.execute("select refresh_figures()") }
        }
        #expect(again == (true, true))
    }

    @Test func whatEndedUncountedIsCountedOnce() async throws {
        func received() async throws -> Int {
            try await scene.database.work.write { tx in
                try tx.execute("select refresh_figures()")
                return try tx.value("select value::int from public_figures where name = 'received'", as: Int.self)
            }
        }
        try await scene.submit("一条意见", row: 1)
        try await asOwner("update procedures set state = 'terminated'")
        let counted = try await received()
        #expect(counted == 1)
        // And left alone from then on.
        try await asOwner("update public_figures set value = 5 where name = 'received'")
        let later = try await received()
        #expect(later == 5)
    }

    @Test func aShownCommentConcernsItsConsultation() async throws {
        let sent = try await scene.submit("一条意见", row: 1)
        let unseen = try await afterwards {
            _ = try await ScreenSubmissions(ids: [sent.id], hiddenFor: nil)(
                in: scene.database.staff, as: AnsweringScene.organiser)
        }
        #expect(unseen == (true, true), "this consultation shows no comments")
        try await asOwner("update procedures set comments_shown = true")
        let hidden = try await afterwards {
            try await asOwner(
                "update submissions set screening = 'hidden', hidden_code = 'abuse' where id = \(sent.id)")
        }
        #expect(hidden == (false, true))
    }

    @Test func everythingPublishedOrSealedConcernsItsConsultation() async throws {
        let sent = try await scene.submit("一条意见", row: 1)
        try await scene.close()
        try await scene.answer(sent.id, .adopted)
        try await scene.finish()
        let published = try await afterwards { try await scene.publishResult() }
        #expect(published == (false, false), "lists show it, too")
        for change: SQL in [
            "update published_opinions set body = null, sealed_at = now()",
            "update published_versions set content = null, sealed_at = now(), seal_reason = 'secret'",
        ] {
            #expect(try await afterwards { try await asOwner(change) } == (false, true))
        }
    }

    @Test func whatPagesShareConcernsAll() async throws {
        for change: SQL in [
            "update site_settings set value = '县政府' where key = 'organ'",
            "insert into calendar_days (day, kind, name, source) values (date '2031-10-01', 'holiday', '国庆', '')",
            "delete from calendar_days where day = date '2031-10-01'",
            "update procedures set extended = true",
        ] {
            #expect(try await afterwards { try await asOwner(change) } == (false, false))
        }
    }

    @Test func timePassesAtItsMomentsOnly() async throws {
        func move(to moment: Date) async throws -> Bool {
            try await afterwards { try await scene.database.setClock(moment) }.own
        }
        #expect(try await move(to: AnsweringScene.whileOpen.addingTimeInterval(3600)), "an hour later, the same day")
        #expect(try await move(to: AnsweringScene.whileOpen.addingTimeInterval(86_400)) == false, "the next day")
        #expect(try await move(to: AnsweringScene.closesAt.addingTimeInterval(-0.001)) == false)
        #expect(try await move(to: AnsweringScene.closesAt) == false, "at the very moment of closing")
        #expect(try await move(to: AnsweringScene.entryUntil.addingTimeInterval(-0.001)) == false)
        #expect(try await move(to: AnsweringScene.entryUntil) == false)
    }

    @Test func aTransactionIsOneVersionAndTheyComeInOrder() async throws {
        let owner = scene.database.owner
        func version() async throws -> Int {
            try await owner.read { try $0.value("select version from public_version") }
        }
        let before = try await version()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for turn in 1...20 {
                group.addTask {
                    _ = try await owner.write { tx in
                        try tx.execute("update site_settings set value = \("\(turn)") where key = 'organ'")
                        try tx.execute("update public_procedures set title = \("第\(turn)次")")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await version() == before + 20)
        let topics: Int = try await owner.read {
            try $0.value("select count(*) from public_changes c join public_version v using (version)")
        }
        #expect(topics == 2)
    }

    @Test func aDatabaseThatIsYoungerThanItWasVoidsEverything() async throws {
        try await asOwner("update site_settings set value = '县政府' where key = 'organ'")
        let before = try await state()
        try await asOwner("update public_version set version = version - 1")
        let now = try await PublicState.read(after: before, in: scene.database.public)
        #expect(!now.admits(before.mark, about: .site))
    }
}

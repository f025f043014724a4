import Foundation
import Participation
import Postgres
import TestSupport
import Testing

/// Final directories for everyone.
@Suite struct PublicDirectoryTests {
    @Test func onlyAFinalEditionIsADirectory() async throws {
        let county = try await ExampleCounty.make()
        let asked = try await county.announce()
        let scene = DirectoryScene(county: county, asked: asked, publishedAt: Date(timeIntervalSinceNow: 20 * 86_400))
        try await scene.later(days: 0)
        try await county.advance()
        #expect(try await scene.directory() == nil)
        try await scene.publish(.revised)
        #expect(try await scene.directory() == nil)
        try await scene.publish(.final)
        let first = try #require(try await scene.directory())
        #expect(first.rows == 4 && first.fieldIDs == [20] && first.edition == 3 && first.overdue == 0)
        #expect(try await scene.rows().map(\.position) == [1, 2, 3, 4])
        // The next one takes its place, under the same number.
        try await scene.publish(.final) { passages, staff in
            try await ChangePassage(passages[3].id, version: 1).drop(in: staff, as: county.organiser)
        }
        let next = try #require(try await scene.directory())
        #expect(next.number == first.number && next.rows == 3 && next.edition == 4)
        #expect(try await scene.rows().count == 3)
    }

    @Test func rowsAreFoundByWordsAndByWhatIsChosen() async throws {
        let scene = try await DirectoryScene.make()
        func found(_ change: (inout DirectorySearch.Filter) -> Void) async throws -> (Set<String>, Bool) {
            var filter = DirectorySearch.Filter()
            change(&filter)
            let search = try await scene.search(filter)
            return (Set(search.rows.map { $0.cells[.number] }), search.isNear)
        }
        #expect(try await found { $0.text = "政策文件" } == (["1"], false))
        #expect(try await found { $0.text = "低 政策" } == (["1"], false))
        // One character wrong, missing, too many.
        for typed in ["政册文件", "政文件", "政策的文件", "政策文"] where typed != "政策文" {
            #expect(try await found { $0.text = typed } == (["1"], true), "\(typed)")
        }
        #expect(try await found { $0.text = "毫不相干" }.0 == [])
        #expect(try await found { $0.text = "%_" }.0 == [])
        #expect(try await found { $0.mode = .onRequest }.0 == ["2"])
        #expect(try await found { $0.limit = .recurring }.0 == ["1"])
        #expect(try await found { $0.limit = .within20 }.0 == ["2", "4"])
        #expect(try await found { $0.fieldID = 20 }.0 == ["1", "2", "4"])
        #expect(try await found { $0.fieldID = 4 }.0 == [])
        #expect(try await found { $0.tier = "乡级" }.0 == ["1", "2", "4"])
        // A town: the rows that name it, and those for every town that name none.
        let town: Int = try await scene.county.database.owner.write { tx in
            try tx.value("insert into units (code, name, kind) values ('T-9', '老隆镇', 'town') returning id")
        }
        try await scene.publish(.final)
        #expect(try await found { $0.townID = town }.0 == ["1", "2", "4"])
        let other: Int = try await scene.county.database.owner.write { tx in
            try tx.value("insert into units (code, name, kind) values ('T-8', '别镇', 'town') returning id")
        }
        #expect(try await found { $0.townID = other }.0 == ["1", "4"])
        #expect(try await found { $0.audience = .some }.0 == [])
    }

    @Test func aPageFollowsAPage() async throws {
        let scene = try await DirectoryScene.make()
        let database = scene.county.database.public
        let first = try await database.read { try DirectorySearch.read(.init(), limit: 2, $0) }
        let last = try #require(first.rows.last)
        #expect(first.hasMore && first.total == 3)
        let second = try await database.read {
            try DirectorySearch.read(
                .init(), after: .init(directoryID: last.directoryID, position: last.position), limit: 2, $0)
        }
        #expect(!second.hasMore && second.rows.map { $0.cells[.number] } == ["4"])
    }

    @Test func aRowHasItsWholeHistory() async throws {
        let scene = try await DirectoryScene.make()
        let it = try #require(try await scene.directory())
        let database = scene.county.database.public
        let row = try #require(try await scene.rows().first)
        let history = try #require(
            try await database.read { try RowHistory.read(lineage: row.lineage, directory: it.id, $0) })
        #expect(history.entries.map(\.edition.ordinal) == [2, 1])
        #expect(history.entries.map { $0.cells?[.timeLimit] } == ["半年至少更新1次", "20个工作日内"])
        // One that was dropped is still told of.
        let dropped: UUID = try await scene.county.database.owner.read { tx in
            try tx.value("select lineage from passages where edition_id = \(scene.asked.editionID) and position = 3")
        }
        let gone = try #require(
            try await database.read { try RowHistory.read(lineage: dropped, directory: it.id, $0) })
        #expect(gone.entries.map(\.passages.count) == [0, 1])
        #expect(try await database.read { try RowHistory.read(lineage: UUID(), directory: it.id, $0) } == nil)
    }

    @Test func whatIsSealedIsGone() async throws {
        let scene = try await DirectoryScene.make()
        try await scene.sealFinal()
        let it = try #require(try await scene.directory())
        #expect(it.sealedAt != nil && it.rows == 0 && it.title == "—")
        #expect(try await scene.rows().isEmpty)
        let words: Int = try await scene.county.database.owner.read { tx in
            try tx.value(
                "select count(*) from published_versions where kind = 'revision' and keywords || subject <> ''")
        }
        #expect(words == 0)
    }

    @Test func aUnitConfirmsWhatIsDue() async throws {
        let scene = try await DirectoryScene.make()
        let staff = scene.county.database.staff
        try await scene.later(days: 200)
        let due = try #require(try await scene.directory())
        #expect(due.overdue == 1)
        let row = try #require(try await scene.rows().first { $0.isOverdue })
        await #expect(throws: PostgresError.self) {
            try await ConfirmRows(directoryID: due.id, lineages: nil)(in: staff, as: scene.county.reviewer)
        }
        #expect(
            try await ConfirmRows(directoryID: due.id, lineages: [row.lineage])(in: staff, as: scene.county.organiser)
                == 1)
        #expect(try await scene.directory()?.overdue == 0)
        // It stays with the row through the next edition, and begins anew with the whole.
        try await scene.later(days: 390)
        #expect(try await scene.directory()?.overdue == 1)
        #expect(
            try await ConfirmRows(directoryID: due.id, lineages: nil)(in: staff, as: scene.county.organiser) == 3)
        #expect(try await scene.directory()?.overdue == 0)
    }

    @Test(arguments: [
        ("信息形成或者变更之日起20个工作日内", 20, "working_day", "20"), ("制定或获取信息之日起10个工作日内,公示7个工作日", 10, "working_day", "10,20"),
        ("半年至少更新1次", nil, nil, "recurring"), ("每季度更新", nil, nil, "recurring"), ("实时公开", nil, nil, "at_once"),
        ("长期公开; 处罚决定：20个工作日内", 20, "working_day", "20,lasting"), ("2018-2020年", nil, nil, "other"),
        ("财办发〔2019〕77号", nil, nil, "other"), ("24小时内", 24, "hour", "7,10,20"), ("3个月内", 3, "month", "longer"),
    ])
    func aTimeLimitIsReadAsFarAsItCan(_ words: String, _ amount: Int?, _ unit: String?, _ codes: String) async throws {
        let county = try await ExampleCounty.make()
        let read: String = try await county.database.owner.read { tx in
            try tx.value(
                "select concat_ws('|', coalesce(amount::text, '-'), coalesce(unit, '-'), array_to_string(codes, ',')) from time_limit(\(words))"
            )
        }
        #expect(read == "\(amount.map(String.init) ?? "-")|\(unit ?? "-")|\(codes)")
    }
}

import Foundation
import Participation
import Postgres
import TestSupport
import Testing

@Suite("Importing a directory")
struct ImportDirectoryTests {
    private func sheet(_ rows: String...) throws -> DirectorySheet {
        try DirectorySheet(
            reading: Array(([DirectorySheetTests.heading] + rows).joined(separator: "\n").utf8))
    }

    private func passages(_ edition: Int, _ county: ExampleCounty) async throws -> [Passage] {
        try await county.database.staff.read(as: county.organiser) { try $0.all(Passage.of(edition: edition)) }
    }

    @Test("Every real file becomes an edition, cell by cell")
    func realFiles() async throws {
        let county = try await ExampleCounty.make()
        let folder = try Repository.root().appendingPathComponent("ops/demo/directories")
        let index = try String(contentsOf: folder.appendingPathComponent("index.csv"), encoding: .utf8)
        var drafts = 0
        for line in index.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: ",").map(String.init)
            let read = try DirectorySheet(reading: Array(try Data(contentsOf: folder.appendingPathComponent(cells[0]))))
            let imported = try await ImportDirectory(
                read, as: .draft(title: "\(cells[1])目录", field: cells[1], unitID: county.unitID), sourceName: cells[0])(
                    in: county.database.staff, as: county.organiser)
            #expect(imported.rows == Int(cells[2]))
            let stored = try await passages(imported.editionID, county)
            #expect(stored.map(\.position) == Array(1...imported.rows))
            #expect(stored.map(\.carriers) == read.rows.map { $0[.carriers] })
            #expect(stored.map(\.source) == read.rows.map { $0[.source] })
            drafts += 1
        }
        #expect(drafts == 10)
        let listed = try await county.database.staff.read(as: county.organiser) {
            try $0.all(Draft.all, as: Draft.self)
        }
        #expect(listed.count == 10 && listed.map(\.rows).reduce(0, +) == 134)
        let unseen = try await county.database.staff.read(as: county.stranger) { try $0.all(Draft.all, as: Draft.self) }
        #expect(unseen.isEmpty)
    }

    @Test("Ten thousand rows, and a double click imports them once")
    func manyRows() async throws {
        let county = try await ExampleCounty.make()
        let rows = (1...10_000).map {
            "\($0),事项\($0 % 40),指南\($0),\"1.要素;\n2.其他\",《政府信息公开条例》,20个工作日内,县民政局,■政府网站,全社会,主动,县级"
        }
        let read = try DirectorySheet(
            reading: Array(([DirectorySheetTests.heading] + rows).joined(separator: "\n").utf8))
        let action = ImportDirectory(
            read, as: .draft(title: "大目录", field: "社会救助", unitID: county.unitID), sourceName: "big.csv")
        let first = try await action(in: county.database.staff, as: county.organiser)
        let second = try await action(in: county.database.staff, as: county.organiser)
        #expect(first.rows == 10_000 && second.editionID == first.editionID)
        let stored = try await passages(first.editionID, county)
        #expect(stored.count == 10_000 && Set(stored.map(\.lineage)).count == 10_000)
        #expect(stored.last?.contentElements == "1.要素;\n2.其他")
    }

    @Test("Only an organiser of the unit imports, and a failure leaves nothing behind")
    func rights() async throws {
        let county = try await ExampleCounty.make()
        let action = ImportDirectory(
            try sheet(DirectorySheetTests.row), as: .draft(title: "目录", field: "社会救助", unitID: county.unitID),
            sourceName: "a.csv")
        for actor in [county.clerk, county.stranger, .anonymous] {
            await #expect(throws: PostgresError.self) { try await action(in: county.database.staff, as: actor) }
        }
        let left = try await county.database.owner.read { try $0.value("select count(*) from drafts", as: Int.self) }
        #expect(left == 0)
    }

    @Test("A new edition keeps the lineage of rows that were moved, reworded or renumbered")
    func lineage() async throws {
        let county = try await ExampleCounty.make()
        func row(_ number: Int, _ level1: String, _ level2: String, _ content: String, _ publisher: String = "县民政局")
            -> String
        {
            "\(number),\(level1),\(level2),\(content),依据,20日,\(publisher),网站,全社会,主动,县级"
        }
        let first = try await ImportDirectory(
            try sheet(
                row(1, "低保", "指南", "甲"), row(2, "低保", "公示", "乙"), row(3, "养老", "补贴", "丙"), row(4, "养老", "名单", "丁"),
                row(5, "养老", "旧事项", "戊")), as: .draft(title: "目录", field: "救助", unitID: county.unitID),
            sourceName: "1.csv")(in: county.database.staff, as: county.organiser)
        let second = try await ImportDirectory(
            try sheet(
                row(1, "养老", "补贴", "丙，改过"), row(2, "低保", "办事指南", "甲"), row(3, "低保", "公示", "乙", "各镇人民政府"),
                row(4, "养老", "机构名单", "丁，改过"), row(5, "临时救助", "新事项", "己")),
            as: .edition(ofDraft: first.draftID, stage: .revised, note: "按意见修改"), sourceName: "2.csv")(
                in: county.database.staff, as: county.organiser)
        #expect(second.ordinal == 2 && second.continued == 4 && second.draftID == first.draftID)
        let old = try await passages(first.editionID, county).map(\.lineage)
        let new = try await passages(second.editionID, county).map(\.lineage)
        #expect(Array(new.prefix(4)) == [old[2], old[0], old[1], old[3]] && !old.contains(new[4]))
        let editions = try await county.database.staff.read(as: county.organiser) {
            try $0.all(Edition.of(draft: first.draftID), as: Edition.self)
        }
        #expect(editions.map(\.ordinal) == [2, 1] && editions.first?.createdBy == "陈组织")
    }

    @Test("What a heading means is remembered in one's own name")
    func ownName() async throws {
        let county = try await ExampleCounty.make()
        func remember(_ staff: SQL) async throws {
            let unit = county.unitID
            try await county.database.staff.write(as: county.organiser) { tx in
                _ = try tx.execute(
                    """
                    insert into heading_choices (unit_id, heading, choice, chosen_by) values (\(unit), '科室', 'extra', \(staff))
                    on conflict (unit_id, heading) do update set chosen_by = excluded.chosen_by
                    """)
            }
        }
        await #expect(throws: PostgresError.self) { try await remember("actor_staff() + 1") }
        try await remember("actor_staff()")
        await #expect(throws: PostgresError.self) { try await remember("actor_staff() + 1") }
    }
}

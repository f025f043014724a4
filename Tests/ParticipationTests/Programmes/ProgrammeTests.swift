import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

@Suite("A programme of work") struct ProgrammeTests {
    private func sheet(_ text: String) async throws -> PlanSheet {
        let scene = try await ProgrammeScene.make()
        let units = try await scene.database.staff.read { try $0.all(Unit.all, as: Unit.self) }
        return try PlanSheet(reading: Array(text.utf8), units: units)
    }

    @Test("Its state follows from the draft, the consultation, what was published and what was handed in")
    func follows() async throws {
        let it = try await ProgrammeScene.make()
        let (staff, organiser) = (it.database.staff, AnsweringScene.organiser)
        #expect(try await it.load("社会救助,县民政局,,,,,", "养老服务,mzj,2026-11-18,,,,") == [.added, .added])
        func steps() async throws -> [ProgrammeBoard.Step] {
            try #require(try await it.board().cells.first { $0.field == "社会救助" }).steps
        }
        // The draft of the same unit and field is found by itself.
        #expect(try await steps().map(\.state) == [.done, .doing, .waiting, .waiting, .waiting])
        #expect(try await steps().first?.doneOn == CalendarDate("2026-11-19"))
        let today = ChinaTime.date(AnsweringScene.whileOpen)
        let board = try await it.board()
        let late = try #require(board.cells.first { $0.field == "养老服务" })
        #expect(late.draftID == nil && late.lateSteps(on: today).map(\.stage) == [.firstDraft])
        #expect(late[.firstDraft]?.daysLate(on: today) == 3)
        // Late ones in front.
        #expect(board.cells(.init(), on: today).first?.field == "养老服务")
        var filter = ProgrammeBoard.Filter()
        filter.onlyLate = true
        #expect(board.cells(filter, on: today).map(\.field) == ["养老服务"])
        let sum = try #require(board.sums(on: today).first)
        #expect((sum.done, sum.waiting, sum.late) == (1, 1, 1))
        // Closed, revised, final.
        try await it.scene.close()
        #expect(try await steps()[1].doneOn == CalendarDate("2026-11-30"))
        let edition = try await staff.write(as: organiser) {
            try $0.value("select begin_edition(1, 'final', '')", as: Int.self)
        }
        #expect(try await steps().map(\.state) == [.done, .done, .doing, .doing, .waiting])
        try await it.database.owner.write { tx in
            try tx.execute("update editions set frozen_at = minyi_clock() where id = \(edition)")
            try tx.execute(
                """
                insert into clearances (procedure_id, kind, title, content, content_hash, edition_id, unit_ids, prepared_by, prepared_at, published_at)
                values (1, 'revision', '正式稿', '{}', sha256(''), \(edition), '{1,2}', 1, minyi_clock(), minyi_clock())
                """)
        }
        #expect(try await steps().map(\.state) == [.done, .done, .done, .done, .waiting])
        #expect(try await steps().map(\.wasLate) == [false, false, true, false, false])
        let content = Report.Content(title: "总结", sections: [], figuresAt: "")
        try await Report.save(content, programme: it.id, unit: 2, version: 0, in: staff, as: organiser)
        #expect(try await steps()[4].state == .doing)
        try await Report.handIn(1, version: 1, true, in: staff, as: organiser)
        #expect(try await steps()[4].state == .done)
    }

    @Test("A new draft finds its cells, also one about several fields; a hand names another")
    func drafts() async throws {
        let it = try await ProgrammeScene.make()
        let (staff, organiser) = (it.database.staff, AnsweringScene.organiser)
        try await it.load("养老服务,县民政局,,,,,", "殡葬,县民政局,,,,,")
        try await it.database.owner.write {
            try $0.execute(
                "insert into drafts (title, field, unit_id, unit_ids) values ('养老目录', '养老服务、儿童福利', 2, '{1,2}')")
        }
        func drafts() async throws -> [Int?] { try await it.board().cells.sorted { $0.id < $1.id }.map(\.draftID) }
        #expect(try await drafts() == [2, nil])
        try await ProgrammeCell.link(2, draft: 1, in: staff, as: organiser)
        #expect(try await drafts() == [2, 1])
        await #expect(throws: (any Error).self) {
            try await ProgrammeCell.link(2, draft: nil, in: staff, as: AnsweringScene.stranger)
        }
        await #expect(throws: (any Error).self) { try await ProgrammeCell.drop(2, in: staff, as: organiser) }
        try await ProgrammeCell.drop(2, in: staff, as: ProgrammeScene.office)
        #expect(try await drafts() == [2])
    }

    @Test("Units see their own part, the office all; only the office makes and loads a programme")
    func rights() async throws {
        let it = try await ProgrammeScene.make()
        try await it.load("社会救助,县民政局,,,,,", "公路,县交通局,,,,,")
        #expect(try await it.board().cells.count == 2)
        #expect(try await it.board(as: AnsweringScene.stranger).cells.map(\.field) == ["公路"])
        for actor in [AnsweringScene.organiser, AnsweringScene.reviewer] {
            await #expect(throws: PostgresError.self) { try await it.load("婚姻,县民政局,,,,,", as: actor) }
            await #expect(throws: PostgresError.self) {
                try await SaveProgramme(title: "另一个", basis: "", days: ProgrammeScene.days)(
                    nil, in: it.database.staff, as: actor)
            }
        }
    }

    @Test("A plan is loaded whole or not at all, and says what became of each line")
    func loading() async throws {
        let it = try await ProgrammeScene.make()
        #expect(try await it.load("社会救助,县民政局,,2026-12-05,,,", "公路,县交通局,,,,,") == [.added, .added])
        #expect(try await it.load("社会救助,县民政局,,2026-12-05,,,") == [.same])
        // The day of the programme is nobody's own.
        #expect(try await it.load("社会救助,县民政局,,2026/12/1,,,", "公路,县交通局,,,,,") == [.changed, .same])
        let board = try await it.board()
        #expect(board.cells.allSatisfy { $0[.consultation]?.dueOn == CalendarDate("2026-12-01") })
        let heading = "工作计划\n领域,责任单位,初稿,总结\n"
        let days = try await sheet(heading + "公路领域,jtj,2020年11月20日,20201215\n").lines
        #expect(days.first?.field == "公路" && days.first?.days[.summary] == CalendarDate("2020-12-15"))
        do {
            _ = try await sheet(heading + "社会救助,县某局,2026-13-01,\n,县民政局,,\n公路,jtj,,\n公路,县交通局,,\n")
            Issue.record("read")
        } catch let error as PlanSheet.Faults {
            #expect(error.faults.map(\.expected) == [.unit, .day, .field, .once])
            #expect(error.faults.map(\.line) == [3, 3, 4, 6])
            #expect(error.faults.first?.column == 2)
        }
        for (text, expected) in [("", PlanSheet.Fault.Expectation.heading), ("甲,乙\n", .heading), (heading, .rows)] {
            do {
                _ = try await sheet(text)
                Issue.record("read")
            } catch let error as PlanSheet.Faults { #expect(error.faults.map(\.expected) == [expected]) }
        }
    }

    @Test(
        "Units are reminded before the day on each working day, after it at once and then each week, until it is done")
    func reminders() async throws {
        let it = try await ProgrammeScene.make()
        try await it.database.owner.write { tx in
            try tx.execute("insert into calendar_days (day, kind, name) values ('2026-10-01', 'holiday', '国庆节')")
        }
        try await it.load("社会救助,县民政局,,,,,", "养老服务,县民政局,2026-11-19,,,,", "公路,县交通局,2026-12-20,,,,")
        func remind(_ day: String) async throws -> [String] {
            let moment = try #require(CalendarDate(day).map { ChinaTime.startOf($0).addingTimeInterval(8 * 3600) })
            try await it.database.setClock(moment)
            _ = try await it.database.work.write { try $0.value("select remind_programmes()", as: Int.self) }
            return try await it.database.owner.read { tx in
                try tx.values(
                    """
                    select concat_ws(' ', split_part(key, '.', 3), facts ->> 'unit_id', facts ->> 'soon', facts ->> 'overdue') from notices
                    where kind = 'programme' and created_at >= \(moment) and staff_id in (1, 4) order by key
                    """)
            }
        }
        // A Saturday: nobody is told.
        #expect(try await remind("2026-11-21") == [])
        #expect(try await remind("2026-11-23") == ["first_draft 2 1"])
        #expect(try await remind("2026-11-23") == ["first_draft 2 1"], "told once")
        // What is late comes again with the next week.
        #expect(try await remind("2026-11-24") == [])
        // Three working days before 1 December.
        let soon = ["consultation 2 2", "consultation 3 1", "revision 2 2", "revision 3 1"]
        #expect(try await remind("2026-11-26") == soon)
        let monday = try await remind("2026-11-30")
        // One has closed by then.
        #expect(
            monday == ["consultation 2 1", "consultation 3 1", "first_draft 2 1", "revision 2 2", "revision 3 1"])
        try await Programme.end(it.id, true, in: it.database.staff, as: ProgrammeScene.office)
        #expect(try await remind("2026-12-01") == [])
    }

    @Test("A cell can have days of its own; what a hand has said of its draft is not corrected")
    func cells() async throws {
        let it = try await ProgrammeScene.make()
        let staff = it.database.staff
        try await it.load("社会救助,县民政局,,,,,")
        let cell = try #require(try await it.board().cells.first)
        let day = try #require(CalendarDate("2026-12-20"))
        let own = [ProgrammeStage.publication: day, .summary: try #require(ProgrammeScene.days[.summary])]
        await #expect(throws: PostgresError.self) {
            try await ProgrammeCell.setDays(cell.id, own, in: staff, as: AnsweringScene.organiser)
        }
        try await ProgrammeCell.setDays(cell.id, own, in: staff, as: ProgrammeScene.office)
        var found = try #require(try await it.board().cells.first)
        #expect(found[.publication]?.dueOn == day && found[.summary]?.dueOn == ProgrammeScene.days[.summary])
        let kept: Int = try await it.database.owner.read { try $0.value("select count(*) from programme_days") }
        #expect(kept == 1, "the day of the programme is none of its own")
        try await ProgrammeCell.setDays(cell.id, [:], in: staff, as: ProgrammeScene.office)
        found = try #require(try await it.board().cells.first)
        #expect(found[.publication]?.dueOn == ProgrammeScene.days[.publication])
        #expect(found.draftID != nil)
        try await ProgrammeCell.link(cell.id, draft: nil, in: staff, as: AnsweringScene.organiser)
        // Another draft of the unit is none of it either.
        try await it.database.owner.write { tx in
            try tx.execute("update drafts set field = '养老服务'")
            try tx.execute("update drafts set field = '社会救助'")
        }
        #expect(try await it.board().cells.first?.draftID == nil)
        try await ProgrammeCell.drop(cell.id, in: staff, as: ProgrammeScene.office)
        #expect(try await it.board().cells.isEmpty)
    }

    @Test("Who took their comment back is not among the people of a report, as in the published result")
    func people() async throws {
        let it = try await ProgrammeScene.make()
        try await it.load("社会救助,县民政局,,,,,")
        try await it.scene.submit("一条意见")
        let gone = try await it.scene.submit("要撤回的")
        let mac = it.scene.intake.codes.mac(for: gone.key)
        _ = try await Withdrawal.request(try SubmissionNumber(gone.number), mac: mac, in: it.database.public)
        let work = try await it.database.staff.read(as: ProgrammeScene.office) {
            try $0.all(ProgrammeConsultation.of(programme: it.id), as: ProgrammeConsultation.self)
        }
        #expect(work.map(\.submissions) == [2] && work.map(\.people) == [1] && work.map(\.opinions) == [1])
    }

    @Test("A report keeps what was edited and follows the figures elsewhere; two writers do not overwrite each other")
    func reports() async throws {
        let it = try await ProgrammeScene.make()
        let (staff, organiser) = (it.database.staff, AnsweringScene.organiser)
        try await it.load("社会救助,县民政局,,,,,")
        let old = Report.Content(
            title: "总结",
            sections: [.init(key: "a", heading: "一", text: "3 项"), .init(key: "b", heading: "二", text: "没有")],
            figuresAt: "1")
        var edited = old
        edited.sections[1].text = "我们写的。"
        let fresh = Report.Content(
            title: "总结",
            sections: [.init(key: "a", heading: "一", text: "4 项"), .init(key: "b", heading: "二", text: "1 件")],
            figuresAt: "2")
        let refreshed = edited.refreshed(by: fresh)
        #expect(refreshed.sections.map(\.text) == ["4 项", "我们写的。"] && refreshed.sections[1].made == "1 件")
        try await Report.save(old, programme: it.id, unit: 2, version: 0, in: staff, as: organiser)
        try await Report.save(edited, programme: it.id, unit: 2, version: 1, in: staff, as: organiser)
        func refused(_ body: () async throws -> Void) async -> String? {
            do { try await body() } catch { return (error as? PostgresError)?.constraint }
            return nil
        }
        let stale = await refused {
            try await Report.save(fresh, programme: it.id, unit: 2, version: 1, in: staff, as: organiser)
        }
        #expect(stale == "reports_changed_meanwhile")
        let stranger = await refused {
            try await Report.save(fresh, programme: it.id, unit: 2, version: 2, in: staff, as: AnsweringScene.stranger)
        }
        #expect(stranger == "role_required")
        try await Report.handIn(1, version: 2, true, in: staff, as: organiser)
        let late = await refused {
            try await Report.save(fresh, programme: it.id, unit: 2, version: 2, in: staff, as: organiser)
        }
        #expect(late == "reports_handed_in_already")
        try await Report.handIn(1, version: 2, false, in: staff, as: organiser)
        try await Report.save(fresh, programme: it.id, unit: 2, version: 2, in: staff, as: organiser)
        let found = try await staff.read(as: organiser) {
            try $0.one(Report.of(programme: it.id, unit: 2), as: Report.self)
        }
        #expect(found.version == 3 && found.content == fresh)
    }
}

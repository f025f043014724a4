import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

@Suite("Editions that are worked on")
struct EditionsTests {
    /// The scene's draft with its next edition begun.
    private struct Work {
        let scene: AnsweringScene
        let edition: Int
        var staff: Database { scene.database.staff }

        static func begin() async throws -> Work {
            let scene = try await AnsweringScene.make()
            let edition = try await BeginEdition(of: 1, stage: .revised, note: "按意见修改")(
                in: scene.database.staff, as: AnsweringScene.organiser)
            return Work(scene: scene, edition: edition)
        }

        func passages(of edition: Int? = nil) async throws -> [Passage] {
            let wanted = edition ?? self.edition
            return try await staff.read(as: AnsweringScene.organiser) { try $0.all(Passage.of(edition: wanted)) }
        }

        func passage(_ position: Int) async throws -> Passage {
            try #require(try await passages().first { $0.position == position })
        }

        func redline() async throws -> EditionRedline {
            let id = edition
            return try await staff.read(as: AnsweringScene.organiser) { tx in
                try EditionRedline.read(
                    from: try tx.one(Edition.with(id: 1)), to: try tx.one(Edition.with(id: id)), tx)
            }
        }

        func changes() async throws -> [PassageChange] {
            let id = edition
            return try await staff.read(as: AnsweringScene.organiser) { try $0.all(PassageChange.of(edition: id)) }
        }
    }

    @Test("A new edition is word for word the newest one; only one is worked on at a time")
    func begin() async throws {
        let work = try await Work.begin()
        let (old, new) = (try await work.passages(of: 1), try await work.passages())
        #expect(old.map(\.cells) == new.map(\.cells) && old.map(\.lineage) == new.map(\.lineage))
        let redline = try await work.redline()
        #expect(redline.table.lines == [.unchanged(0..<3)])
        await expectRefusal("editions_one_working") {
            _ = try await BeginEdition(of: 1, stage: .final, note: "")(in: work.staff, as: AnsweringScene.organiser)
        }
    }

    @Test("Editing, adding, moving, splitting, merging and dropping are on record, and the redline follows them")
    func everyChange() async throws {
        let work = try await Work.begin()
        let organiser = AnsweringScene.organiser
        let one = try await work.passage(1)
        var cells = one.cells
        cells[.timeLimit] = "10个工作日"
        cells.extras["责任科室"] = "救助股"
        let saved = try await ChangePassage(one.id, version: 1).save(cells, in: work.staff, as: organiser)
        #expect(saved == .version(2))
        #expect(try await ChangePassage(one.id, version: 2).save(cells, in: work.staff, as: organiser) == .version(2))
        #expect(try await work.passage(1).cells == cells)

        let two = try await work.passage(2)
        var (first, second) = (two.cells, two.cells)
        (first[.contentElements], second[.contentElements]) = ("申请条件", "程序、时限")
        try await ChangePassage(two.id, version: 1).split(into: [first, second], in: work.staff, as: organiser)
        var added = PassageCells()
        (added[.level1], added[.level2], added[.contentElements]) = ("临时救助", "政策文件", "相关文件")
        let made = try await ChangePassage.add(added, to: work.edition, after: nil, in: work.staff, as: organiser)
        try await ChangePassage(made, version: 1).move(after: one.id, in: work.staff, as: organiser)
        var all = try await work.passages()
        #expect(all.map(\.position) == Array(1...5) && all[1].id == made)
        let redline = try await work.redline()
        #expect(redline.match.count(.split) == 1 && redline.match.count(.added) == 1)
        #expect(redline.match.count(.reworded) == 1 && redline.match.count(.unchanged) == 1)

        let last = all[4]
        try await ChangePassage(all[2].id, version: all[2].version).merge(
            ChangePassage(all[3].id, version: all[3].version), saying: .joined([all[2].cells, all[3].cells]),
            in: work.staff, as: organiser)
        try await ChangePassage(last.id, version: last.version).drop(in: work.staff, as: organiser)
        all = try await work.passages()
        #expect(all.count == 3 && all[2].contentElements == "申请条件\n程序、时限")
        let after = try await work.redline()
        #expect(after.match.count(.dropped) == 1 && after.match.count(.reworded) == 2)
        let kinds = Set(try await work.changes().map(\.kind))
        #expect(kinds == [.edited, .added, .moved, .split, .merged, .dropped])
        #expect(try await work.changes().allSatisfy { $0.by == "陈组织" })
        let edits = try await work.changes().filter { $0.kind == .edited && $0.passageID == one.id }
        #expect(
            edits.map { $0.differences.map(\.field) } == [[.column(.timeLimit), .extra("责任科室")]])
    }

    @Test("Two people never overwrite each other silently, and neither loses a word")
    func twoEditors() async throws {
        let work = try await Work.begin()
        let organiser = AnsweringScene.organiser
        let it = try await work.passage(1)
        var (mine, theirs) = (it.cells, it.cells)
        (theirs[.timeLimit], theirs[.publisher]) = ("10个工作日", "县政府办")
        (mine[.timeLimit], mine[.audience]) = ("5个工作日", "特定群体")
        #expect(try await ChangePassage(it.id, version: 1).save(theirs, in: work.staff, as: organiser) == .version(2))
        guard
            case .meanwhile(let both) = try await ChangePassage(it.id, version: 1).save(
                mine, in: work.staff, as: organiser)
        else {
            Issue.record("overwritten")
            return
        }
        #expect(both.contested == [.column(.timeLimit)] && !both.isUntouched)
        #expect(both.merged[.timeLimit] == "5个工作日" && both.merged[.audience] == "特定群体")
        #expect(both.merged[.publisher] == "县政府办" && both.theirs.version == 2)
        #expect(try await work.passage(1).timeLimit == "10个工作日")
        let decided = try await ChangePassage(it.id, version: 2).save(both.merged, in: work.staff, as: organiser)
        #expect(decided == .version(3))

        // In the grid a row that was not touched is left alone, and one that was taken out is told.
        let (two, three) = (try await work.passage(2), try await work.passage(3))
        var changed = two.cells
        changed[.timeLimit] = "3个工作日"
        try await ChangePassage(three.id, version: 1).drop(in: work.staff, as: organiser)
        let saved = try await ChangeRows(
            [
                .init(ChangePassage(it.id, version: 1), cells: it.cells),
                .init(ChangePassage(two.id, version: 1), cells: changed),
                .init(ChangePassage(three.id, version: 1), cells: three.cells),
            ], of: work.edition)(in: work.staff, as: organiser)
        #expect(saved.changed == 1 && saved.meanwhile.isEmpty && saved.gone.count == 1)
        #expect(try await work.passage(1).timeLimit == "5个工作日")
        #expect(try await work.passage(2).timeLimit == "3个工作日")
        await expectRefusal("passages_changed_meanwhile") {
            try await ChangePassage(it.id, version: 1).drop(in: work.staff, as: organiser)
        }
    }

    @Test("Only organisers of the unit change anything, and nothing of an edition that is settled")
    func rights() async throws {
        let work = try await Work.begin()
        let it = try await work.passage(1)
        for actor in [AnsweringScene.clerk, AnsweringScene.approver, AnsweringScene.stranger] {
            await expectRefusal("role_required") {
                _ = try await ChangePassage(it.id, version: 1).save(it.cells, in: work.staff, as: actor)
            }
            await expectRefusal("role_required") {
                _ = try await ChangePassage.add(it.cells, to: work.edition, after: nil, in: work.staff, as: actor)
            }
        }
        let unseen = try await work.staff.read(as: AnsweringScene.stranger) { tx in
            try tx.all(Passage.of(edition: work.edition), as: Passage.self).count
        }
        #expect(unseen == 0)
        try await work.scene.close()
        _ = try await PrepareClearance(work.scene.number).revision(
            edition: work.edition, in: work.staff, as: AnsweringScene.organiser)
        await expectRefusal("editions_frozen") {
            _ = try await ChangePassage(it.id, version: 1).save(it.cells, in: work.staff, as: AnsweringScene.organiser)
        }
    }

    @Test("Any changes in any order: the lineage leads from the one edition to the other, and so does the redline")
    func anyChanges() async throws {
        let work = try await Work.begin()
        let organiser = AnsweringScene.organiser
        var chance = SystemRandomNumberGenerator()
        for step in 0..<40 {
            let all = try await work.passages()
            guard let it = all.randomElement(using: &chance), all.count > 1 else { break }
            let change = ChangePassage(it.id, version: it.version)
            var cells = it.cells
            cells[.contentElements] += "，第\(step)次修改"
            let other = all.filter { $0.id != it.id }.randomElement(using: &chance)
            switch Int.random(in: 0..<7, using: &chance) {
            case 0:
                _ = try await ChangePassage.add(cells, to: work.edition, after: it.id, in: work.staff, as: organiser)
            case 1: try await change.move(after: other?.id, in: work.staff, as: organiser)
            case 2: try await change.split(into: [it.cells, cells], in: work.staff, as: organiser)
            case 3:
                guard let other else { break }
                try await change.merge(
                    ChangePassage(other.id, version: other.version), saying: .joined([it.cells, other.cells]),
                    in: work.staff, as: organiser)
            case 4 where all.count > 3: try await change.drop(in: work.staff, as: organiser)
            default: _ = try await change.save(cells, in: work.staff, as: organiser)
            }
        }
        let redline = try await work.redline()
        let (old, new) = (try await work.passages(of: 1), try await work.passages())
        #expect(redline.match.links.flatMap(\.old).sorted() == Array(old.indices))
        #expect(redline.match.links.flatMap(\.new).sorted() == Array(new.indices))
        #expect(new.map(\.position) == Array(1...new.count))
        for case .changed(let change) in redline.table.lines {
            guard let position = change.position else { continue }
            #expect(change.cells.map(\.new) == new[position].cells.compared(extraColumns: []))
        }
    }

    @Test("Where passages come from is proposed at an import and can be corrected; nothing contradictory is kept")
    func lineage() async throws {
        let scene = try await AnsweringScene.make()
        let rows = [
            "1,最低生活保障,审批信息,申请条件、程序、时限,《社会救助暂行办法》,20个工作日,县民政局,■政府网站,■全社会,■主动,■县级",
            "2,最低生活保障,办事指南,申请条件、程序、时限和地址,《社会救助暂行办法》,20个工作日,县民政局,■政府网站,■全社会,■主动,■县级",
            "3,临时救助,救助对象名单,姓名、金额,《临时救助办法》,即时,县民政局,■公示栏,■全社会,■主动,■乡级",
        ]
        let sheet = try DirectorySheet(
            reading: Array(([DirectorySheetTests.heading] + rows).joined(separator: "\n").utf8))
        // What is shown before the import is what stands there after it.
        let shown = try await ProposedEdition.of(
            sheet, forDraft: 1, in: scene.database.staff, as: AnsweringScene.organiser)
        let imported = try await ImportDirectory(
            sheet, as: .edition(ofDraft: 1, stage: .revised, note: ""), sourceName: "a.csv", compared: shown.seen)(
                in: scene.database.staff, as: AnsweringScene.organiser)
        let work = Work(scene: scene, edition: imported.editionID)
        let proposed = try await work.redline()
        #expect(proposed.match == shown.redline.match && proposed.table == shown.redline.table)
        #expect(proposed.match.count(.dropped) == 1 && proposed.match.count(.added) == 1)
        let (old, new) = (try await work.passages(of: 1), try await work.passages())
        #expect(new[0].lineage == old[2].lineage && new[1].lineage == old[0].lineage)

        let edition = try await work.staff.read(as: AnsweringScene.organiser) { tx in
            try tx.one(Edition.with(id: work.edition), as: Edition.self)
        }
        try await SetOrigins(of: edition, positions: [new[2].id: [2]])(in: work.staff, as: AnsweringScene.organiser)
        #expect(try await work.redline().match.count(.added) == 0)
        #expect(try await work.passages()[2].lineage == old[1].lineage)
        let confirmed = try await work.staff.read(as: AnsweringScene.organiser) { tx in
            try tx.first(SetOrigins.Confirmed.of(edition), as: SetOrigins.Confirmed.self)
        }
        #expect(confirmed?.by == "陈组织" && edition.isImported)
        await expectRefusal("passage_origins_before") {
            try await SetOrigins(of: edition, positions: [new[2].id: [9]])(in: work.staff, as: AnsweringScene.organiser)
        }
        await #expect(throws: SetOrigins.Contradiction.self) {
            try await SetOrigins(of: edition, positions: [new[2].id: [1, 2]])(
                in: work.staff, as: AnsweringScene.organiser)
        }
    }

    @Test("A change names the opinions it carries out, and only those of its draft")
    func opinions() async throws {
        let work = try await Work.begin()
        let sent = try await work.scene.submit("时限太长", row: 1)
        let other = try await work.scene.submit("整体不错")
        let ids = try await work.scene.opinionIDs(of: sent.id)
        let it = try await work.passage(1)
        let file = try await PassageFile.load(it.id, in: work.staff, as: AnsweringScene.organiser)
        #expect(file.opinions.map(\.number) == [sent.number, other.number] && file.opinions[0].isAboutThis)
        let link = LinkOpinions(passage: it.id, edition: work.edition)
        try await link(shown: ids, chosen: Set(ids), in: work.staff, as: AnsweringScene.organiser)
        let received = try await ReceivedSubmission.find(
            number: sent.number, in: work.staff, as: AnsweringScene.organiser)
        #expect(received?.changes.map(\.passageID) == [it.id])
        try await link(shown: ids, chosen: [], in: work.staff, as: AnsweringScene.organiser)
        #expect(
            try await PassageFile.load(it.id, in: work.staff, as: AnsweringScene.organiser)
                .opinions.allSatisfy { !$0.isLinked })
        await expectRefusal("role_required") {
            try await link(shown: ids, chosen: Set(ids), in: work.staff, as: AnsweringScene.clerk)
        }
        // A passage of the first edition that goes on is no change.
        await expectRefusal("passage_opinions_of_draft") {
            try await LinkOpinions(passage: 1, edition: work.edition)(
                shown: ids, chosen: Set(ids), in: work.staff, as: AnsweringScene.organiser)
        }
        // Dropped, it carries them out by that.
        try await link(shown: ids, chosen: Set(ids), in: work.staff, as: AnsweringScene.organiser)
        try await ChangePassage(it.id, version: it.version).drop(in: work.staff, as: AnsweringScene.organiser)
        let carried = try await work.scene.database.owner.read { tx in
            try tx.values("select passage_id from passage_opinions where edition_id = \(work.edition)", as: Int.self)
        }
        #expect(carried == ids.map { _ in 1 })
    }

    @Test("A dropped row is taken back once, where it stood, with what it came from and the opinions it carries out")
    func takenBack() async throws {
        let work = try await Work.begin()
        let organiser = AnsweringScene.organiser
        let sent = try await work.scene.submit("时限太长", row: 2)
        let unwanted = try await work.scene.submit("删去这一行", row: 2)
        let ids = try await work.scene.opinionIDs(of: sent.id)
        let it = try await work.passage(2)
        try await LinkOpinions(passage: it.id, edition: work.edition)(
            shown: ids, chosen: Set(ids), in: work.staff, as: organiser)
        try await ChangePassage(it.id, version: it.version).drop(in: work.staff, as: organiser)
        let others = try await work.scene.opinionIDs(of: unwanted.id)
        try await LinkOpinions(passage: 2, edition: work.edition)(
            shown: others, chosen: Set(others), in: work.staff, as: organiser)
        let dropped = try #require(try await work.changes().first)
        #expect(dropped.kind == .dropped && dropped.mayBeTakenBack && dropped.passageID == nil)
        #expect(dropped.number == it.number && dropped.name == it.cells.name)
        #expect(dropped.differences.contains { $0.field == .column(.timeLimit) && $0.before == it.timeLimit })
        let gone = try await work.staff.read(as: organiser) { tx in
            try tx.first(PassageChange.dropping(passage: it.id), as: PassageChange.self)
        }
        #expect(gone?.id == dropped.id && gone?.ordinal == 2)
        await expectRefusal("role_required") {
            _ = try await ChangePassage.restore(dropped.id, in: work.staff, as: AnsweringScene.clerk)
        }

        let back = try await ChangePassage.restore(dropped.id, in: work.staff, as: organiser)
        let restored = try await work.passage(2)
        #expect(restored.id == back && restored.cells == it.cells && restored.lineage == it.lineage)
        #expect(try await work.passages().map(\.position) == [1, 2, 3])
        #expect(try await work.redline().table.lines == [.unchanged(0..<3)])
        // What it carried out it carries out again; what only its dropping did is carried out no more.
        let carried = try await work.scene.database.owner.read { tx in
            try tx.values("select opinion_id from passage_opinions where passage_id = \(back)", as: Int.self)
        }
        #expect(carried == ids)
        let left = try await work.scene.database.owner.read { tx in
            try tx.value("select count(*) from passage_opinions where edition_id = \(work.edition)", as: Int.self)
        }
        #expect(left == 1)
        await expectRefusal("passage_changes_restored_once") {
            _ = try await ChangePassage.restore(dropped.id, in: work.staff, as: organiser)
        }
        #expect(try await work.changes().allSatisfy { !$0.mayBeTakenBack })
    }

    @Test("Rows are numbered anew in one step, on record, and nobody overwrites a number with an old one")
    func renumbered() async throws {
        let work = try await Work.begin()
        let organiser = AnsweringScene.organiser
        let three = try await work.passage(3)
        try await ChangePassage(three.id, version: three.version).move(after: nil, in: work.staff, as: organiser)
        #expect(try await work.passages().map(\.number) == ["3", "1", "2"])
        #expect(try await ChangePassage.renumber(work.edition, in: work.staff, as: organiser) == 3)
        #expect(try await work.passages().map(\.number) == ["1", "2", "3"])
        #expect(try await ChangePassage.renumber(work.edition, in: work.staff, as: organiser) == 0)
        let step = try #require(try await work.changes().first)
        #expect(step.kind == .renumbered && step.passages == 3)
        #expect(try await work.changes().count { $0.kind == .renumbered } == 1)
        let moved = try #require(try await work.changes().last)
        #expect(moved.places.map { [$0.from, $0.to] } == [3, 1])
        // Who had the old number before them and changed something else keeps the new number.
        var cells = three.cells
        cells[.timeLimit] = "3日"
        guard
            case .meanwhile(let both) = try await ChangePassage(three.id, version: three.version).save(
                cells, in: work.staff, as: organiser)
        else {
            Issue.record("overwritten")
            return
        }
        #expect(both.merged[.number] == "1" && both.merged[.timeLimit] == "3日" && both.contested.isEmpty)
        await expectRefusal("role_required") {
            _ = try await ChangePassage.renumber(work.edition, in: work.staff, as: AnsweringScene.clerk)
        }
    }

    @Test(
        "Opinions to link: about the row first, only what can be carried out, and the one somebody came with in any case"
    )
    func linkable() async throws {
        let work = try await Work.begin()
        let organiser = AnsweringScene.organiser
        let (whole, about) = (try await work.scene.submit("整体不错"), try await work.scene.submit("时限太长", row: 1))
        let rejected = try await work.scene.submit("不要公开", row: 1)
        let rejectedIDs = try await work.scene.opinionIDs(of: rejected.id)
        try await work.scene.answer(rejected.id, .notAdopted)
        let it = try await work.passage(1)
        func numbers(_ search: LinkableOpinion.Search) async throws -> [String] {
            try await PassageFile.load(it.id, search, in: work.staff, as: organiser).opinions.map(\.number)
        }
        #expect(try await numbers(.init()) == [about.number, whole.number])
        #expect(try await numbers(.init(showsAll: true)) == [about.number, rejected.number, whole.number])
        #expect(
            try await numbers(.init(wanted: rejectedIDs.first)) == [rejected.number, about.number, whole.number])
        // From the opinion the way leads to the row of the newest edition; one on the whole has no row.
        let place = try await work.staff.read(as: organiser) { tx in
            try tx.one(OpinionToLink.with(id: rejectedIDs[0]), as: OpinionToLink.self)
        }
        #expect(place.passageID == it.id && place.laterOrdinal == 2)
        let wholeIDs = try await work.scene.opinionIDs(of: whole.id)
        let none = try await work.staff.read(as: organiser) { tx in
            try tx.one(OpinionToLink.with(id: wholeIDs[0]), as: OpinionToLink.self)
        }
        #expect(none.passageID == nil && none.draftID == 1)
        // Dropped, it leads to the row that is no longer there.
        try await ChangePassage(it.id, version: it.version).drop(in: work.staff, as: organiser)
        let dropped = try await work.staff.read(as: organiser) { tx in
            try tx.one(OpinionToLink.with(id: rejectedIDs[0]), as: OpinionToLink.self)
        }
        #expect(dropped.passageID == 1)
    }

    @Test("What no page sends is not stored")
    func cellsOfAnotherKind() async throws {
        let work = try await Work.begin()
        let id = try await work.passage(1).id
        func edit(_ cells: String) async throws -> Int {
            try await work.staff.write(as: AnsweringScene.organiser) { tx in
                try tx.value("select edit_passage(\(id), 1, \(JSONText(cells)))", as: Int.self)
            }
        }
        let long = String(repeating: "长", count: 5000)
        await expectRefusal("passages_extras_length") {
            _ = try await edit("{\"extras\":{\"科室\":\"\(String(repeating: long, count: 18))\"}}")
        }
        #expect(try await edit("{\"text\":null,\"time_limit\":null}") == 1)
        let columns = (1...12).map { "\"科室\($0)\":\"\(long)\"" }.joined(separator: ",")
        #expect(try await edit("{\"extras\":{\(columns)}}") == 2)
    }

    @Test("What nobody outside has seen is still the first draft")
    func firstAgain() async throws {
        let county = try await ExampleCounty.make()
        let it = try await county.prepare()
        let staff = county.database.staff
        _ = try await county.database.owner.write { tx in
            try tx.execute("update editions set frozen_at = minyi_clock() where draft_id = \(it.draftID)")
        }
        let again = try await BeginEdition(of: it.draftID, stage: .first, note: "")(in: staff, as: county.organiser)
        let stage = try await staff.read(as: county.organiser) { tx in
            try tx.one(Edition.with(id: again), as: Edition.self).stage
        }
        #expect(stage == .first)
        let announced = try await county.announce()
        await expectRefusal("editions_first") {
            _ = try await BeginEdition(of: announced.draftID, stage: .first, note: "")(in: staff, as: county.organiser)
        }
    }
}

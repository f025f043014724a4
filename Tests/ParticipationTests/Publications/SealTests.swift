import Foundation
import Participation
import Postgres
import TestSupport
import Testing

@Suite struct SealTests {
    private let secret = "坐标二三四五"

    @Test func aSealedSubmissionIsGoneEverywhere() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let sent = try await scene.submit("请公开\(secret)", row: 1)
        let other = try await scene.submit("另一条意见")
        try await SplitOpinions(submissionID: sent.id, parts: [.init("请公开"), .init(secret)])(
            in: staff, as: AnsweringScene.organiser)
        try await scene.close()
        try await scene.answer(sent.id, .explained)
        try await scene.answer(other.id, .adopted)
        try await scene.finish()
        try await scene.publishResult()
        // A corrected result is on its way when the secret is noticed: its frozen words go as well.
        _ = try await PrepareResult(procedureNumber: scene.number, wording: AnsweringScene.wording)(
            in: staff, as: AnsweringScene.organiser)

        let id = try await Seal.request(
            .submission(id: sent.id), reason: .secret, in: staff, as: AnsweringScene.organiser)
        #expect(try await text(of: "published_opinions", scene).contains(secret))
        await #expect(throws: PostgresError.self) {
            try await Seal.confirm(id, in: staff, as: AnsweringScene.organiser)
        }
        await #expect(throws: PostgresError.self) {
            try await Seal.confirm(id, in: staff, as: AnsweringScene.stranger)
        }
        try await Seal.confirm(id, in: staff, as: AnsweringScene.approver)

        for table in [
            "published_opinions", "published_versions", "submissions", "opinions", "dispositions", "clearances",
            "events",
        ] {
            #expect(try await !text(of: table, scene).contains(secret), "\(table)")
        }
        // What is kept for the law is kept where nobody who signs in can read.
        #expect(try await text(of: "sealed_contents", scene).contains(secret))
        let mac = scene.intake.codes.mac(for: sent.key)
        let receipt: String = try await scene.database.public.read { tx in
            try tx.value("select row_to_json(r)::text from receipt(\(sent.number), \(mac)) r")
        }
        #expect(!receipt.contains(secret) && receipt.contains(sent.number))
        let page = try await SubmissionPage.read(
            procedureID: scene.procedureID, filter: SubmissionFilter(), in: staff, as: AnsweringScene.organiser)
        #expect(page.lines.map(\.body) == ["", "另一条意见"])
        let found = try await SubmissionPage.read(
            procedureID: scene.procedureID, filter: SubmissionFilter(text: secret), in: staff,
            as: AnsweringScene.organiser)
        #expect(found.lines.isEmpty)
        // The tombstones keep their place, and the counts still add up.
        let rows: [Int] = try await scene.database.public.read { tx in
            try tx.values("select ordinal from published_opinions order by ordinal")
        }
        #expect(rows == [1, 2, 3])
        let draft = try await ResultDraft.read(
            procedure: try #require(
                try await ProcedureHeading.find(number: scene.number, in: staff, as: AnsweringScene.organiser)),
            wording: AnsweringScene.wording, in: staff, as: AnsweringScene.organiser)
        #expect(draft.isComplete && draft.content.opinions?.first?.body == nil)
    }

    /// The name may be the reason, and an answer may quote the words.
    @Test func namesAndAnswersAreSealedWithTheWords() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let sent = try await scene.submit(
            "建议", submitter: .organisation("\(secret)小学"), contact: Contact(name: "王小明"), showsName: true)
        try await scene.close()
        try await scene.answer(sent.id, .explained, "\(secret)的情况已经说明。")
        try await scene.finish()
        try await scene.publishResult()
        #expect(try await text(of: "published_opinions", scene).contains(secret))
        let id = try await Seal.request(
            .submission(id: sent.id), reason: .child, in: staff, as: AnsweringScene.organiser)
        try await Seal.confirm(id, in: staff, as: AnsweringScene.approver)
        for table in [
            "published_opinions", "published_versions", "submissions", "opinions", "dispositions", "clearances",
        ] {
            #expect(try await !text(of: table, scene).contains(secret), "\(table)")
        }
        await #expect(throws: PostgresError.self) {
            try await SplitOpinions(submissionID: sent.id, parts: [.init("又写回来")])(
                in: staff, as: AnsweringScene.organiser)
        }
        // The corrected result can still be made, and adds up.
        try await scene.publishResult()
        #expect(try await !text(of: "published_opinions", scene).contains(secret))
    }

    @Test func aSuspectedSecretIsReportedWithinADay() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let sent = try await scene.submit(secret)
        let child = try await scene.submit("我叫小明，今年九岁")
        let id = try await Seal.request(
            .submission(id: sent.id), reason: .secret, in: staff, as: AnsweringScene.clerk)
        _ = try await Seal.request(.submission(id: child.id), reason: .child, in: staff, as: AnsweringScene.clerk)
        try await Seal.confirm(id, in: staff, as: AnsweringScene.organiser)
        try await scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(20 * 3600))
        var list = try await Seal.list(in: staff, as: AnsweringScene.organiser)
        #expect(list.map(\.reason) == [.secret, .child])
        #expect(list.first?.stage == .confirmed && list.first?.secondsLeft == 4 * 3600)
        #expect(list.last?.stage == .requested && list.last?.secondsLeft == nil)
        try await scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(25 * 3600))
        list = try await Seal.list(in: staff, as: AnsweringScene.organiser)
        #expect(list.first?.secondsLeft == -3600)
        try await Seal.report(id, in: staff, as: AnsweringScene.organiser)
        list = try await Seal.list(in: staff, as: AnsweringScene.organiser)
        #expect(list.first { $0.id == id }?.stage == .reported)
        #expect(try await Seal.list(in: staff, as: AnsweringScene.stranger).isEmpty)
        await #expect(throws: PostgresError.self) {
            _ = try await Seal.request(.submission(id: sent.id), reason: .secret, in: staff, as: AnsweringScene.clerk)
        }
    }

    @Test func aSealedVersionIsGoneWithItsRows() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let sent = try await scene.submit(secret)
        try await scene.close()
        try await scene.answer(sent.id, .explained, "答复里也写了\(secret)")
        try await scene.finish()
        let version = try await scene.publishResult()
        let id = try await Seal.request(
            .version(id: version), reason: .unlawful, in: staff, as: AnsweringScene.organiser)
        try await Seal.confirm(id, in: staff, as: AnsweringScene.approver)
        for table in ["published_opinions", "published_versions", "clearances"] {
            #expect(try await !text(of: table, scene).contains(secret), "\(table)")
        }
    }

    /// Words of one edition stand in the next, in its comparison and in the history of rows, until that is sealed, too.
    @Test func anEditionIsSealedWithItsNeighbours() async throws {
        let scene = try await DirectoryScene.make()
        let (county, staff) = (scene.county, scene.county.database.staff)
        try await scene.publish(.final)
        let first: Int = try await staff.read(as: county.organiser) {
            try $0.value("select min(id) from published_versions where kind = 'revision'")
        }
        let neighbours = try await staff.read(as: county.organiser) {
            try $0.all(SealNeighbour.of(version: first), as: SealNeighbour.self)
        }
        #expect(neighbours.map(\.kind) == [.draft, .revision] && neighbours.map(\.shared) == [1, 3])
        let rows = try await scene.rows()
        let seal = try await Seal.request(
            .version(id: first), with: neighbours.map(\.id), reason: .secret, in: staff, as: county.organiser)
        #expect(try await Seal.list(in: staff, as: county.organiser).map(\.others).max() == 2)
        try await Seal.confirm(seal, in: staff, as: county.reviewer)
        #expect(try await scene.rows().isEmpty)
        for row in rows {
            let history = try await county.database.public.read {
                try RowHistory.read(lineage: row.lineage, directory: row.directoryID, $0)
            }
            #expect(history == nil)
        }
        let left: Int = try await county.database.owner.read {
            try $0.value(
                "select count(*) from published_versions where kind in ('draft', 'revision') and content is not null")
        }
        #expect(left == 0)
        let confirmed: Int = try await county.database.owner.read {
            try $0.value("select count(*) from seals where confirmed_at is not null")
        }
        #expect(confirmed == 3)
    }

    /// Everything that is blanked at the head of a paper, and in the notes about it, is kept for the law.
    @Test func whatIsSealedIsKeptWhole() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let sent = try await scene.submit("一条意见")
        try await scene.close()
        try await scene.answer(sent.id, .explained, "已经说明。")
        try await scene.finish()
        let id = try await PrepareResult(procedureNumber: scene.number, wording: AnsweringScene.wording)(
            in: staff, as: AnsweringScene.organiser)
        try await Clearance.describe(
            id, version: 1, as: PaperHead(documentNumber: "甲字1号", subject: "主题\(secret)", keywords: "词\(secret)"),
            attribute: .proactive, reason: "", in: staff, as: AnsweringScene.organiser)
        try await Clearance.review(
            id, version: 2, passed: true, note: "审查\(secret)", attribute: .proactive, in: staff,
            as: AnsweringScene.reviewer)
        try await Clearance.approve(
            id, version: 3, granted: true, note: "审签\(secret)", in: staff, as: AnsweringScene.approver)
        let version = try await Clearance.publish(id, in: staff, as: AnsweringScene.organiser)
        let seal = try await Seal.request(
            .version(id: version), reason: .secret, in: staff, as: AnsweringScene.organiser)
        try await Seal.confirm(seal, in: staff, as: AnsweringScene.approver)
        for table in ["published_versions", "clearances"] {
            #expect(try await !text(of: table, scene).contains(secret), "\(table)")
        }
        let kept = try await text(of: "sealed_contents", scene)
        for words in ["主题\(secret)", "词\(secret)", "审查\(secret)", "审签\(secret)", "甲字1号"] {
            #expect(kept.contains(words), "\(words)")
        }
    }

    private func text(of table: String, _ scene: AnsweringScene) async throws -> String {
        try await scene.database.superuser.read { tx in
            try tx.value("select query_to_xml('select * from minyi.' || quote_ident(\(table)), false, false, '')::text")
        }
    }
}

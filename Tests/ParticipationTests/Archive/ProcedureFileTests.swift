import Crypto
import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Documents
@testable import Participation

@Suite("The file of a procedure") struct ProcedureFileTests {
    private static let auditor = AnsweringScene.actor(AnsweringScene.approverID, units: [2], ["auditor"])

    private func words() throws -> FileWords {
        // Any words will do, as long as each key has one.
        FileWords([
            "archive.names.versions": "01-公布的各版", "archive.names.editions": "02-各稿", "archive.names.opinions": "03-意见",
            "archive.names.ledger": "台账", "archive.names.answers": "答复", "archive.names.originals": "原件",
            "archive.names.clearances": "04-审批", "archive.names.scan": "扫描件", "archive.names.events": "05-记录",
            "archive.names.contents": "目录", "consultations.kinds.result": "采纳情况", "drafts.stages.first": "征求意见稿",
        ])
    }

    /// A consultation with its published result.
    private func finished() async throws -> AnsweringScene {
        let scene = try await AnsweringScene.make()
        let one = try await scene.submit("=SUM(1) 时限太长", row: 1, contact: Contact(name: "张三", phone: "13800138000"))
        let other = try await scene.submit("谢谢")
        try await scene.close()
        try await scene.answer(one.id, .adopted)
        try await scene.answer(one.id, .notAdopted, "再想了想。")
        try await scene.answer(other.id, .explained)
        _ = try await ScreenSubmissions(ids: [one.id, other.id], hiddenFor: nil)(
            in: scene.database.staff, as: AnsweringScene.organiser)
        try await FinishAnswering(procedureID: scene.procedureID)(
            in: scene.database.staff, as: AnsweringScene.organiser)
        try await scene.publishResult()
        return scene
    }

    private func make(_ scene: AnsweringScene, as actor: DatabaseActor = AnsweringScene.organiser) async throws -> (
        ProcedureFile, [UInt8]
    ) {
        let database = scene.database
        let id = try await ProcedureFile.request(
            procedureID: scene.procedureID, term: .years30, in: database.staff, as: actor)
        #expect(
            try await ProcedureFile.request(
                procedureID: scene.procedureID, term: .years30, in: database.staff, as: actor) == id, "a second press")
        let maker = MakeProcedureFile(desk: database.staff, words: try words())
        let job = try #require(try await Job.take(.makeProcedureFile, in: database.work))
        try await maker(job, in: database.work)
        let file = try await database.staff.read(as: actor) {
            try $0.one(ProcedureFile.with(id: id), as: ProcedureFile.self)
        }
        var bytes: [UInt8] = []
        var ordinal = 0
        while let piece = try await ProcedureFile.chunk(ordinal, of: id, in: database.staff, as: actor) {
            bytes += piece
            ordinal += 1
        }
        return (file, bytes)
    }

    private func unpack(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
        let archive = try ZipArchive(bytes)
        var parts: [String: [UInt8]] = [:]
        for entry in archive.entries { try archive.unpack(entry) { parts[entry.name, default: []] += $0 } }
        return parts
    }

    @Test("It holds everything with its hash and nobody's contact, and is the same when it is made again")
    func whole() async throws {
        let scene = try await finished()
        let (file, bytes) = try await make(scene)
        #expect(file.state == .made && file.size == bytes.count && file.sha256 == Array(SHA256.hash(data: bytes)))
        let parts = try unpack(bytes)
        let list = String(decoding: try #require(parts["SHA256SUMS"]), as: UTF8.self)
        #expect(file.contentSHA256 == Array(SHA256.hash(data: Array(list.utf8))))
        let lines = list.split(separator: "\n").map { $0.components(separatedBy: "  ") }
        #expect(Set(lines.map { $0[1] }) == Set(parts.keys).subtracting(["SHA256SUMS", "making.json"]))
        for line in lines {
            #expect(Hexadecimal.encode(Array(SHA256.hash(data: try #require(parts[line[1]])))) == line[0])
        }
        func text(_ name: String) throws -> String {
            String(decoding: try #require(parts[name], "\(name)"), as: UTF8.self)
        }
        let ledger = try text("03-意见/台账.csv")
        #expect(ledger.contains("'=SUM(1) 时限太长") && ledger.contains("再想了想。") && !ledger.contains("已研究。\r\n1"))
        #expect(try text("03-意见/答复.csv").components(separatedBy: "再想了想。").count == 2)
        #expect(try text("05-记录.csv").contains("secrecy_reviewed") && !(try text("05-记录.csv")).contains("file_made"))
        #expect(parts["02-各稿/1-征求意见稿.xlsx"] != nil && parts["03-意见/台账.xlsx"] != nil)
        // What was published, byte for byte: its hash is that of the page.
        let published: [UInt8] = try await scene.database.owner.read {
            try $0.value("select content_hash from published_versions where kind = 'result'")
        }
        #expect(Array(SHA256.hash(data: try #require(parts["01-公布的各版/采纳情况-1.json"]))) == published)
        for (name, content) in parts {
            let text = String(decoding: content, as: UTF8.self)
            #expect(!text.contains("13800138000") && !text.contains("张三"), "\(name)")
        }
        try await scene.database.setClock(AnsweringScene.afterEntry.addingTimeInterval(90_000))
        try await ProcedureFile.noteTaken(file.id, in: scene.database.staff, as: AnsweringScene.organiser)
        let again = try await make(scene)
        #expect(again.0.contentSHA256 == file.contentSHA256)
        let others = try unpack(again.1)
        for (name, content) in parts where name != "making.json" { #expect(others[name] == content, "\(name)") }
        #expect(others["making.json"] != parts["making.json"])
        let events = try await scene.database.owner.read {
            try $0.values(
                "select kind from events where kind in ('file_made', 'file_taken') order by id", as: String.self)
        }
        #expect(events == ["file_made", "file_taken", "file_made"])
    }

    @Test("Organisers and auditors have it, once it is over; it goes after a week")
    func rights() async throws {
        let open = try await AnsweringScene.make()
        func refused(_ scene: AnsweringScene, _ actor: DatabaseActor) async -> String? {
            do {
                _ = try await ProcedureFile.request(
                    procedureID: scene.procedureID, term: .permanent, in: scene.database.staff, as: actor)
            } catch { return (error as? PostgresError)?.constraint }
            return nil
        }
        #expect(await refused(open, AnsweringScene.organiser) == "procedure_files_when_over")
        let scene = try await finished()
        for actor in [AnsweringScene.clerk, AnsweringScene.approver, AnsweringScene.stranger] {
            #expect(await refused(scene, actor) == "role_required")
        }
        try await scene.database.owner.write {
            try $0.execute("insert into staff_roles (staff_id, unit_id, role) values (2, 2, 'auditor')")
        }
        let (file, bytes) = try await make(scene, as: Self.auditor)
        #expect(!bytes.isEmpty)
        let database = scene.database
        #expect(
            try await ProcedureFile.chunk(0, of: file.id, in: database.staff, as: AnsweringScene.clerk) == nil)
        try await database.setClock(AnsweringScene.afterEntry.addingTimeInterval(8 * 86400))
        _ = try await database.work.write { try $0.value("select erase_made_files()", as: Int.self) }
        #expect(try await ProcedureFile.chunk(0, of: file.id, in: database.staff, as: Self.auditor) == nil)
        await #expect(throws: PostgresError.self) {
            try await ProcedureFile.noteTaken(file.id, in: database.staff, as: Self.auditor)
        }
    }
}

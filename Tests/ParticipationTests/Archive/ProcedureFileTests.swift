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
            "archive.names.contents": "目录", "archive.names.letters": "06-书面", "archive.names.addressees": "回复",
            "archive.names.views": "办理意见", "consultations.kinds.result": "采纳情况", "drafts.stages.first": "征求意见稿",
        ])
    }

    /// A consultation with its published result.
    private func finished() async throws -> AnsweringScene {
        let scene = try await AnsweringScene.make()
        let one = try await scene.submit("=SUM(1) 时限太长", row: 1, contact: Contact(name: "张三", phone: "13800138000"))
        let other = try await scene.submit("谢谢")
        let gone = try await scene.submit("要撤回的话", submitter: .organisation("县供电局"))
        _ = try await Withdrawal.request(
            try SubmissionNumber(gone.number), mac: scene.intake.codes.mac(for: gone.key), in: scene.database.public)
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
            // Nor anything of whoever took theirs back.
            for words in ["13800138000", "张三", "县供电局", "要撤回的话"] { #expect(!text.contains(words), "\(name)") }
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

    @Test("Photographs of a visit and the signed transcript are in it as they are stored, each with its hash")
    func gatherings() async throws {
        let scene = try await finished()
        let database = scene.database
        // A dot, as PNG.
        let dot = try #require(
            Data(
                base64Encoded:
                    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="))
        var ids: [UUID] = []
        for _ in 0..<3 {
            ids.append(
                try await Attachment.store(
                    Array(dot), name: "photo", for: [2], in: database.staff, as: AnsweringScene.organiser))
        }
        let (photo, other, scan) = (ids[0], ids[1], ids[2])
        let number = try await database.owner.write { tx -> String in
            try tx.execute("update attachments set expires_at = null where id = any (\([photo, other, scan]))")
            let id = try tx.value(
                """
                insert into gatherings (key, kind, procedure_id, unit_id, unit_ids, title, place, starts_at, state, closed_at, transcript_scan_id,
                  created_by, created_at)
                select gen_random_uuid(), 'visit', id, unit_id, unit_ids, '走访黎咀镇', '黎咀镇', minyi_clock(), 'closed', minyi_clock(), \(scan),
                  \(AnsweringScene.organiserID), minyi_clock() from procedures where id = \(scene.procedureID) returning id
                """, as: Int.self)
            try tx.execute(
                """
                insert into gathering_photos (key, gathering_id, attachment_id, caption, shows_people, consents, taken_at, added_by, added_at)
                select gen_random_uuid(), \(id), p.id, p.caption, p.people, false, minyi_clock() + p.later, \(AnsweringScene.organiserID), minyi_clock()
                from (values (\(photo)::uuid, '村口', false, interval '0'), (\(other)::uuid, '院子里', true, interval '1 minute')) p (id, caption, people, later)
                """)
            try tx.execute(
                """
                insert into gathering_people (gathering_id, role, seat, public_name, public_unit, consents, key, code_mac, named_at) values
                  (\(id), 'met', 1, '钟某', '黎咀村委会', true, gen_random_uuid(), sha256('a'), minyi_clock()),
                  (\(id), 'met', 2, '', '何记饭店', false, gen_random_uuid(), sha256('b'), minyi_clock())
                """)
            return try tx.value("select number from gatherings where id = \(id)")
        }
        let (_, bytes) = try await make(scene)
        let parts = try unpack(bytes)
        let folder = "archive.gatherings.folder/archive.gatherings.photos"
        let stored = try #require(parts["\(folder)/\(number)-1.png"])
        #expect(!stored.isEmpty && parts["\(folder)/\(number)-2.png"] == stored)
        #expect(parts["archive.gatherings.folder/\(number)-transcript.png"] == stored)
        let people = String(
            decoding: try #require(parts["archive.gatherings.folder/archive.gatherings.people.csv"]), as: UTF8.self)
        #expect(people.contains("黎咀村委会") && !people.contains("何记饭店"), "what they did not agree to is in no file")
        let hash = Hexadecimal.encode(Array(SHA256.hash(data: stored)))
        let list = String(decoding: try #require(parts["\(folder).csv"]), as: UTF8.self)
        #expect(list.components(separatedBy: hash).count == 3 && list.contains("\(number)-2.png"))
        let hashes = String(decoding: try #require(parts["SHA256SUMS"]), as: UTF8.self)
        #expect(hashes.contains("\(hash)  \(folder)/\(number)-1.png\n"))
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

    private func temporary(_ bytes: [UInt8]) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-\(UUID().uuidString).zip").path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("A stranger finds whether it is as it was made, and what is not")
    func checked() async throws {
        let (file, bytes) = try await make(try await finished())
        let path = try temporary(bytes)
        let folder = path + ".d"
        defer { for path in [path, folder] { try? FileManager.default.removeItem(atPath: path) } }
        let check = try CheckProcedureFile(path: path)
        #expect(check.findings.isEmpty && check.parts > 8)
        #expect(check.contentSHA256 == Hexadecimal.encode(try #require(file.contentSHA256)))
        // The same with one part changed, one left out and one put in.
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let zip = try ZipWriter(path: folder + "/forged.zip")
        for (index, part) in try unpack(bytes).sorted(by: { $0.key < $1.key }).enumerated() {
            guard part.key != "05-记录.csv" else { continue }
            let content = part.key == "03-意见/答复.csv" ? part.value + [0x20] : part.value
            try Data(content).write(to: URL(fileURLWithPath: "\(folder)/\(index)"))
            try zip.add("\(folder)/\(index)", as: part.key)
        }
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/more"))
        try zip.add(folder + "/more", as: "更多.txt")
        try zip.close()
        let forged = try CheckProcedureFile(path: folder + "/forged.zip")
        #expect(
            Set(forged.findings.map { "\($0)" })
                == Set(
                    [CheckProcedureFile.Finding.differs("03-意见/答复.csv"), .missing("05-记录.csv"), .unlisted("更多.txt")].map
                    {
                        "\($0)"
                    }))
        #expect(throws: DocumentFault.self) { try CheckProcedureFile(path: folder + "/more") }
    }

    @Test("Letters with whom they asked, views of units, and the record of both are in it")
    func letters() async throws {
        let scene = try await AnsweringScene.make()
        let (staff, organiser) = (scene.database.staff, AnsweringScene.organiser)
        let sent = try await scene.submit("时限太长", row: 1)
        _ = try await AskViews(
            of: [try #require(try await scene.opinionIDs(of: sent.id).first)], unitID: 3, question: "能做到吗？")(
                in: staff, as: organiser)
        let id = try await WriteLetter(
            title: "关于征求意见的函", documentNumber: "民函〔2026〕1号", body: "请回复。",
            datedOn: ChinaTime.date(AnsweringScene.whileOpen),
            dueOn: ChinaTime.date(AnsweringScene.whileOpen).adding(days: 3), silenceAgrees: false, unitIDs: [3],
            organisations: [.init(name: "县供电局", email: "office@example.cn")])(
                nil, procedure: scene.number, key: UUID(), codes: scene.intake.codes, in: staff, as: organiser)
        try await LetterAct.send(version: 1)(on: id, in: staff, as: organiser)
        let letter = try #require(try await WrittenConsultation.find(id, in: staff, as: organiser))
        try await LetterReply(key: UUID(), kind: .opinion, body: "建议写明材料。", documentNumber: "交函〔2026〕7号").send(
            to: try #require(letter.addressees.first { $0.unitID == 3 }).id, codes: scene.intake.codes, in: staff,
            as: AnsweringScene.stranger)
        try await scene.close()
        let all = try await scene.database.owner.read {
            try $0.values("select id from submissions order by id", as: Int.self)
        }
        for id in all { try await scene.answer(id, .explained) }
        _ = try await ScreenSubmissions(ids: [sent.id], hiddenFor: nil)(in: staff, as: organiser)
        try await FinishAnswering(procedureID: scene.procedureID)(in: staff, as: organiser)
        try await scene.publishResult()
        let parts = try unpack(try await make(scene).1)
        func text(_ name: String) throws -> String {
            String(decoding: try #require(parts[name], "\(name) of \(parts.keys)"), as: UTF8.self)
        }
        #expect(try text("06-书面/\(letter.letter.number).html").contains("请回复。"))
        let table = try text("06-书面/回复.csv")
        #expect(table.contains("交函〔2026〕7号") && table.contains("县供电局") && table.contains("written.figures.unanswered"))
        #expect(try text("03-意见/办理意见.csv").contains("能做到吗？"))
        let events = try text("05-记录.csv")
        #expect(events.contains(",written,\(letter.letter.number),sent,") && events.contains(",case,"))
        #expect(try text("03-意见/台账.csv").contains("建议写明材料。"))
    }

    @Test("Who may not see something of it cannot have it made, and it is not made without that")
    func complete() async throws {
        let scene = try await finished()
        let (database, organiser) = (scene.database, AnsweringScene.organiser)
        func conceal(_ ids: String) async throws {
            try await database.owner.write {
                _ = try $0.execute("update submissions set concerned_staff_ids = \(ids)::bigint[] where id = 1")
            }
        }
        let id = try await ProcedureFile.request(
            procedureID: scene.procedureID, term: .permanent, in: database.staff, as: organiser)
        try await conceal("{1}")
        do {
            _ = try await ProcedureFile.request(
                procedureID: scene.procedureID, term: .permanent, in: database.staff, as: organiser)
            Issue.record("asked for")
        } catch let error as PostgresError { #expect(error.constraint == "procedure_files_complete") }
        let maker = MakeProcedureFile(desk: database.staff, words: try words())
        try await maker(try #require(try await Job.take(.makeProcedureFile, in: database.work)), in: database.work)
        let state: String = try await database.owner.read {
            try $0.value("select state from procedure_files where id = \(id)")
        }
        #expect(state == "failed")
        try await conceal("{}")
        #expect(try await make(scene).0.state == .made)
    }

    @Test("What another attempt puts down is refused; the file is of one of them")
    func attempts() async throws {
        let scene = try await finished()
        let database = scene.database
        let id = try await ProcedureFile.request(
            procedureID: scene.procedureID, term: .permanent, in: database.staff, as: AnsweringScene.organiser)
        let first = try #require(try await Job.take(.makeProcedureFile, in: database.work))
        try await database.setClock(AnsweringScene.afterEntry.addingTimeInterval(7200))
        let second = try #require(try await Job.take(.makeProcedureFile, in: database.work))
        #expect(second.id == first.id && second.attempt == 2)
        let maker = MakeProcedureFile(desk: database.staff, words: try words())
        try await maker(first, in: database.work)
        func pieces() async throws -> Int {
            try await database.owner.read { try $0.value("select count(*) from procedure_file_chunks") }
        }
        #expect(try await pieces() == 0)
        try await maker(second, in: database.work)
        let file = try await database.staff.read(as: AnsweringScene.organiser) {
            try $0.one(ProcedureFile.with(id: id), as: ProcedureFile.self)
        }
        let kept = try await pieces()
        #expect(file.state == .made && kept > 0)
    }

    @Test("A version with an opinion that was sealed since says so, and does not pretend to be what was published")
    func sealedWithin() async throws {
        let scene = try await finished()
        let staff = scene.database.staff
        let seal = try await Seal.request(
            .submission(id: 1), reason: .secret, in: staff, as: AnsweringScene.organiser)
        try await Seal.confirm(seal, in: staff, as: AnsweringScene.approver)
        let parts = try unpack(try await make(scene).1)
        let page = String(decoding: try #require(parts["01-公布的各版/采纳情况-1.html"]), as: UTF8.self)
        #expect(page.contains("archive.facts.original_hash") && page.contains("archive.sealed_within"))
        #expect(!page.contains("archive.facts.hash"))
        let ledger = String(decoding: try #require(parts["03-意见/台账.csv"]), as: UTF8.self)
        #expect(!ledger.contains("时限太长") && !ledger.contains("再想了想。"))
    }
}

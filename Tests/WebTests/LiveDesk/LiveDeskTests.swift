import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// The desk of a hearing, its screen and its transcript, over the hearing of `GatheringScene`.
@Suite("A hearing that is held")
struct LiveDeskTests {
    struct Held: Sendable {
        let scene: GatheringScene
        let client: any TestClientProtocol
        let participant: Int
        let absent: Int

        var desk: String { "/desk/hearings/\(scene.number)" }

        func organiser() async throws -> TestBrowser {
            try await DeskScene(scene: scene.answering, client: client).browser()
        }

        /// - Returns: its key.
        @discardableResult
        func say(_ body: String, replacing: UUID? = nil) async throws -> UUID {
            let entry = TypedEntry(
                kind: replacing == nil ? .statement : .correction, person: replacing == nil ? participant : nil,
                body: body, replaces: replacing)
            let outcomes = try await TakeEntries(scene.id)(
                [entry], in: scene.database.staff, as: AnsweringScene.organiser)
            #expect(outcomes.map(\.outcome) == [.accepted])
            return entry.key
        }

        func count(_ sql: SQL) async throws -> Int {
            try await scene.database.owner.read { try $0.value(sql, as: Int.self) }
        }
    }

    private func run(_ test: @escaping @Sendable (Held) async throws -> Void) async throws {
        let scene = try await GatheringScene.make()
        try await scene.announce()
        let category = try await scene.category("人大代表")
        @Sendable func person(_ seat: Int, _ presence: String?) -> SQL {
            """
            insert into gathering_people (gathering_id, role, category_id, seat, key, code_mac, presence, named_at)
            values (\(scene.id), 'participant', \(category), \(seat), gen_random_uuid(), sha256('\\x00'::bytea || gen_random_uuid()::text::bytea), \(presence), minyi_clock())
            returning id
            """
        }
        // What its beginning asks for is tried elsewhere.
        let (participant, absent) = try await scene.database.owner.write { tx -> (Int, Int) in
            let people = (
                try tx.value(person(1, "present"), as: Int.self), try tx.value(person(2, nil), as: Int.self)
            )
            try tx.execute(
                "update gatherings set state = 'under_way', began_at = minyi_clock() where id = \(scene.id)")
            return people
        }
        var configuration = TestSite.configuration
        configuration.intake = scene.answering.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) {
            try await test(Held(scene: scene, client: $0, participant: participant, absent: absent))
        }
    }

    @Test("Without a script each form makes one entry; what is refused comes back as it was typed")
    func plainForms() async throws {
        try await run { held in
            let desk = try await held.organiser()
            try await desk.get(held.desk + "/live")
            let key = UUID().uuidString
            let fields = [("key", key), ("kind", "statement"), ("person", "\(held.participant)"), ("body", "建议增加助餐点。")]
            try await desk.follow(try await desk.post(held.desk + "/live/entries", fields))
            #expect(desk.page.contains("建议增加助餐点。"))
            // Pressed twice.
            try await desk.follow(try await desk.post(held.desk + "/live/entries", fields))
            #expect(try await held.count("select count(*) from gathering_entries where kind = 'statement'") == 1)
            let refused = try await desk.post(
                held.desk + "/live/entries",
                [("key", UUID().uuidString), ("kind", "statement"), ("person", "\(held.absent)"), ("body", "我没有来。")])
            #expect(refused.status == .unprocessableContent)
            #expect(desk.page.contains("没有登记到场") && desk.page.contains("我没有来。"))
            #expect(try await held.count("select count(*) from events where kind = 'entry_refused'") == 1)
        }
    }

    private struct Answer: Decodable {
        struct Line: Decodable {
            let key, outcome, note: String
            let place: Int?
        }
        let outcomes: [Line]
        let position: Int
    }

    @Test(
        "The outbox gets an outcome for each entry, in order; sent again nothing is doubled; a new token is there for the asking"
    )
    func outbox() async throws {
        try await run { held in
            let desk = try await held.organiser()
            let keys = (0..<3).map { _ in UUID().uuidString.lowercased() }
            let entries = zip(keys, [held.participant, held.absent, held.participant]).map { key, person in
                "{\"key\":\"\(key)\",\"kind\":\"statement\",\"person\":\(person),\"body\":\"一句话\",\"saidAt\":\"2026-01-01T00:00:00.000Z\"}"
            }
            let json = "[\(entries.joined(separator: ","))]"
            for wanted in [["accepted", "not_present", "accepted"], ["already", "not_present", "already"]] {
                let response = try await desk.post(held.desk + "/live/entries", [("entries", json)])
                let answer = try JSONDecoder().decode(Answer.self, from: Data(response.body.readableBytesView))
                #expect(answer.outcomes.map(\.key) == keys)
                #expect(answer.outcomes.map(\.outcome) == wanted)
                #expect(answer.outcomes.allSatisfy { !$0.note.isEmpty })
            }
            #expect(try await held.count("select count(*) from gathering_entries where kind = 'statement'") == 2)
            let senseless = try await desk.post(held.desk + "/live/entries", [("entries", "{")])
            #expect(senseless.status == .badRequest)
            let expired = try await desk.post(held.desk + "/live/entries", [("entries", json), ("csrf", "old")])
            #expect(expired.status == .forbidden)
            let token = try await desk.get(held.desk + "/live/token")
            #expect(String(buffer: token.body).contains("\"csrf\":"))
            let stranger = TestBrowser(held.client)
            let sent = try await stranger.get(held.desk + "/live/token")
            #expect(sent.status == .seeOther)
        }
    }

    @Test("One entry that no database holds is refused with a sentence, and its neighbours stand")
    func oneThatIsNoText() async throws {
        try await run { held in
            let desk = try await held.organiser()
            try await desk.get(held.desk + "/live")
            let json = ["一句话\\u0000", "\\u0000", "又一句"].map {
                "{\"key\":\"\(UUID().uuidString.lowercased())\",\"kind\":\"statement\",\"person\":\(held.participant),\"body\":\"\($0)\"}"
            }
            let response = try await desk.post(
                held.desk + "/live/entries", [("entries", "[\(json.joined(separator: ","))]")])
            let answer = try JSONDecoder().decode(Answer.self, from: Data(response.body.readableBytesView))
            #expect(answer.outcomes.map(\.outcome) == ["accepted", "malformed", "accepted"])
            #expect(answer.outcomes.allSatisfy { !$0.note.isEmpty })
            #expect(try await held.count("select count(*) from gathering_entries where body in ('一句话', '又一句')") == 2)
        }
    }

    @Test(
        "A correction may make a question of a statement, visibly; a hidden one is an opinion too, and the desk says so"
    )
    func correctedKind() async throws {
        try await run { held in
            let first = try await held.say("为什么只有两个点")
            let second = try await held.say("不好听的话")
            let entries = [
                TypedEntry(kind: .correction, body: "为什么只有两个点？", replaces: first, becomes: .question),
                TypedEntry(kind: .hidden, replaces: second),
                TypedEntry(kind: .correction, body: "换一种", replaces: second, becomes: .ended),
            ]
            let outcomes = try await TakeEntries(held.scene.id)(
                entries, in: held.scene.database.staff, as: AnsweringScene.organiser)
            #expect(outcomes.map(\.outcome) == [.accepted, .accepted, .malformed])
            let hall = TestBrowser(held.client)
            try await hall.get("/hearings/\(held.scene.number)/screen")
            #expect(hall.page.contains("已更正为提问"))
            try await Gathering.end(held.scene.id, in: held.scene.database.staff, as: AnsweringScene.organiser)
            let desk = try await held.organiser()
            try await desk.get(held.desk + "/transcript")
            #expect(desk.page.contains("陈述意见，更正为提问") && desk.page.contains("有1条已从大屏隐去"))
        }
    }

    @Test("Who follows is sent away when it is no longer for everybody, but not the hall; what is sealed is taken off")
    func withdrawn() async throws {
        try await run { held in
            let database = held.scene.database
            try await held.say("一句话")
            let screen = try #require(
                try await GatheringScreen.find(held.scene.number, key: nil, in: database.public))
            let feeds = LiveFeeds(database.public, pause: .milliseconds(20))
            var hall = feeds.follow(screen, after: 0, inTheHall: true).makeAsyncIterator()
            var street = feeds.follow(screen, after: 0).makeAsyncIterator()
            _ = await hall.next()
            _ = await street.next()
            // What comes from now on is in the memory of the feed, too.
            try await held.say("说错了的话")
            guard case .said(let heard) = await hall.next() else {
                Issue.record("nothing was said")
                return
            }
            let place = try #require(heard.last).place
            _ = await street.next()
            try await database.owner.write { tx in
                _ = try tx.execute(
                    "update screen_entries set body = '—', sealed = true where gathering_id = \(held.scene.id) and position = \(place)"
                )
            }
            let (inHall, outside) = (await hall.next(), await street.next())
            #expect(inHall == .sealed([place]) && outside == .sealed([place]))
            // Who comes now gets it from the memory of the feed.
            var late = feeds.follow(screen, after: place - 1, inTheHall: true).makeAsyncIterator()
            guard case .said(let again) = await late.next() else {
                Issue.record("nothing was kept")
                return
            }
            #expect(again.map(\.body) == [""])
            try await database.owner.write { tx in
                _ = try tx.execute("update gatherings set is_streamed = false where id = \(held.scene.id)")
            }
            let (last, nothing) = (await street.next(), await street.next())
            #expect(last == .withdrawn && nothing == nil)
            try await held.say("又一句")
            guard case .said(let more) = await hall.next() else {
                Issue.record("the hall was left")
                return
            }
            #expect(more.last?.body == "又一句")
            feeds.end()
        }
    }

    @Test("The screen shows the newest words, marks what was corrected, and is for everybody only if it is streamed")
    func screen() async throws {
        try await run { held in
            let first = try await held.say("建议增加助餐。")
            try await held.say("建议增加助餐点。", replacing: first)
            let hall = TestBrowser(held.client)
            let address = "/hearings/\(held.scene.number)/screen"
            let open = try await hall.get(address)
            #expect(open.status == .ok)
            #expect(hall.page.contains("建议增加助餐。</del>") && hall.page.contains("已更正"))
            #expect(hall.page.contains("http-equiv=\"refresh\""))
            try await held.scene.database.owner.write { tx in
                _ = try tx.execute("update gatherings set is_streamed = false where id = \(held.scene.id)")
            }
            let closed = try await hall.get(address)
            #expect(closed.status == .notFound)
            let wrong = try await hall.get(address + "?key=\(UUID().uuidString)")
            #expect(wrong.status == .notFound)
            let key: String = try await held.scene.database.owner.read {
                try $0.value("select screen_key::text from gatherings where id = \(held.scene.id)", as: String.self)
            }
            let keyed = try await hall.get(address + "?key=\(key)")
            #expect(keyed.status == .ok)
            // The desk opens it in the room.
            let desk = try await held.organiser()
            try await desk.get(held.desk + "/live")
            #expect(desk.page.contains("\(address)?key=\(key)"))
        }
    }

    @Test("A HEAD of the stream answers and opens nothing")
    func head() async throws {
        try await run { held in
            let response = try await TestBrowser(held.client).send(
                "/hearings/\(held.scene.number)/stream", .head, nil, [:])
            #expect(response.status == .ok)
            #expect(response.headers[.contentType]?.hasPrefix("text/event-stream") == true)
            let unknown = try await TestBrowser(held.client).send("/hearings/H-2026-999999-1/stream", .head, nil, [:])
            #expect(unknown.status == .notFound)
        }
    }

    @Test("The transcript opens with number and code alone, and nothing says which of them is wrong")
    func lookup() async throws {
        try await run { held in
            let phone = TestBrowser(held.client)
            try await phone.get("/transcripts")
            let shapeless = try await phone.post("/transcripts", [("number", "x"), ("code", "1")])
            #expect(shapeless.status == .unprocessableContent)
            #expect(phone.page.contains("number-error") && phone.page.contains("code-error"))
            let wrong = try await phone.post(
                "/transcripts", [("number", held.scene.number), ("code", "111122223333")])
            #expect(wrong.status == .unprocessableContent)
            #expect(phone.page.contains("对不上"))
        }
    }

    @Test("Who only listens has no transcript to confirm, whatever code they hold")
    func listening() async throws {
        try await run { held in
            let key = UUID()
            let observer = try await held.scene.name(.observer, key: key)
            _ = try await held.scene.database.owner.write {
                try $0.execute("update gathering_people set presence = 'present' where id = \(observer)")
            }
            try await held.say("建议增加助餐点。")
            try await Gathering.end(held.scene.id, in: held.scene.database.staff, as: AnsweringScene.organiser)
            let code = held.scene.answering.intake.codes.code(for: key).digits
            let phone = TestBrowser(held.client)
            try await phone.get("/transcripts")
            let listens = try await phone.post("/transcripts", [("number", held.scene.number), ("code", code)])
            #expect(listens.status == .unprocessableContent && phone.page.contains("对不上"))
            _ = try await held.scene.database.owner.write {
                try $0.execute("update gathering_people set role = 'presenter' where id = \(observer)")
            }
            let presents = try await phone.post("/transcripts", [("number", held.scene.number), ("code", code)])
            #expect(presents.status == .ok && phone.page.contains("建议增加助餐点。"))
        }
    }

    @Test(
        "The transcript is a file as soon as it is over: speakers, times, what was corrected, who has not confirmed and why"
    )
    func paper() async throws {
        try await run { held in
            let (id, staff) = (held.scene.id, held.scene.database.staff)
            let key = try await held.say("建议增加助餐点。")
            try await held.say("建议增加两个助餐点。", replacing: key)
            let hidden = try await held.say("我邻居的电话是多少。")
            let hiding = TypedEntry(kind: .hidden, replaces: hidden)
            _ = try await TakeEntries(id)([hiding], in: staff, as: AnsweringScene.organiser)
            let desk = try await held.organiser()
            try await desk.get(held.desk + "/files")
            #expect(desk.page.contains("没有装 Typst") && desk.page.contains("海报和纸质报名表也是 PDF 文件"))
            try await held.scene.database.work.write { try $0.execute("select announce_report_formats('docx pdf')") }
            try await desk.get(held.desk + "/files")
            #expect(!desk.page.contains("没有装"))
            #expect(!desk.page.contains("files/transcript/"))
            try await Gathering.end(id, in: staff, as: AnsweringScene.organiser)
            try await TranscriptEnd.record(
                .refused, of: held.participant, reason: "认为记录不全", in: staff, as: AnsweringScene.organiser)
            try await desk.get(held.desk + "/files")
            #expect(desk.page.contains("files/transcript/docx") && desk.page.contains("files/transcript/pdf"))
            _ = try await held.scene.database.owner.write {
                try $0.execute(
                    "update gathering_people set public_unit = '何记饭店' where id = \(held.participant) and not consents")
            }
            let gathering = try await held.scene.gathering()
            let content = try await staff.read(as: AnsweringScene.organiser) {
                try TranscriptPaper(gathering, $0).content
            }
            let text = content.sections.map { $0.heading + $0.text + $0.tables.map { "\($0.rows)" }.joined() }
                .joined(separator: "\n")
            #expect(text.contains("参加人1（人大代表）：建议增加两个助餐点。") && text.contains("更正，原记录：建议增加助餐点。"))
            #expect(!text.contains("何记饭店"), "who did not agree is not known by their unit either")
            #expect(text.contains("这一条已隐去") && !text.contains("电话是多少"))
            #expect(text.contains("〔第1页〕") && text.contains("笔录更正1处"))
            #expect(text.contains("拒绝确认，理由：认为记录不全") && text.contains("听证参加人2人，到会1人"))
            let again = try await staff.read(as: AnsweringScene.organiser) {
                try TranscriptPaper(gathering, $0).content
            }
            #expect(again == content, "the same words are the same file")
            _ = try await desk.post(held.desk + "/files/transcript/pdf", [])
            #expect(try await held.count("select count(*) from gathering_files where kind = 'transcript'") == 1)
        }
    }

    @Test(
        "What was said before the end and comes after it gets a page of its own, which is confirmed like the others and says so everywhere"
    )
    func late() async throws {
        try await run { held in
            let (id, number, person) = (held.scene.id, held.scene.number, held.participant)
            let (staff, owner) = (held.scene.database.staff, held.scene.database.owner)
            let mac = held.scene.answering.intake.codes.mac(try #require(QueryCode("407295183364")))
            try await owner.write { tx in
                try tx.execute("update gathering_people set code_mac = \(mac) where id = \(person)")
                _ = try tx.execute(
                    """
                    insert into gathering_contacts (id, person_id, key_id, sealed, created_at)
                    values (gen_random_uuid(), \(person), 'k', '\\x00', minyi_clock())
                    """)
            }
            try await held.say("按时记下的话。")
            try await Gathering.end(id, in: staff, as: AnsweringScene.organiser)
            func confirm(_ page: Int) async throws -> TranscriptMark.Outcome {
                try await TranscriptMark.mark(
                    number, mac: mac, page: page, seen: 1000, .confirmed, note: "", in: held.scene.database.public)
            }
            func told() async throws -> Int {
                try await held.count("select count(*) from notices where kind = 'transcript_ready'")
            }
            let first = try await confirm(1)
            let asked = try await told()
            #expect(first == .marked && asked == 1)
            func send(_ body: String, saidAt: String?) async throws -> EntryOutcome.Outcome? {
                let entry = TypedEntry(kind: .statement, person: person, body: body, saidAt: saidAt)
                return try await TakeEntries(id)([entry], in: staff, as: AnsweringScene.organiser).first?.outcome
            }
            for body in ["断网时记下的话。", "又一句断网时记下的话。"] {
                let outcome = try await send(body, saidAt: "2026-01-01T00:00:00Z")
                #expect(outcome == .accepted)
            }
            let again = try await told()
            #expect(again == 2, "who has confirmed is asked once more, once for the page")
            #expect(try await held.count("select count(*) from gathering_entries where page = 2") == 2)
            let read = try #require(
                try await OwnTranscript.find(number, mac: mac, in: held.scene.database.public))
            #expect(read.pages == 2 && read.marks == [1: .confirmed], "the first page stays confirmed")

            let phone = TestBrowser(held.client)
            try await phone.get("/transcripts")
            try await phone.post("/transcripts", [("number", number), ("code", "407295183364")])
            #expect(phone.page.contains("断网时记下的话。") && phone.page.contains("结束后补录"))
            let desk = try await held.organiser()
            try await desk.get(held.desk + "/transcript")
            #expect(desk.page.contains("结束后补录") && desk.page.contains("还差1页"))
            let gathering = try await held.scene.gathering()
            let (paper, report) = try await staff.read(as: AnsweringScene.organiser) {
                (
                    try TranscriptPaper(gathering, $0).content,
                    try GatheringPaper.read(.gatheringRecord, of: gathering, $0).content
                )
            }
            let minutes = paper.sections.map(\.text).joined(separator: "\n")
            #expect(minutes.contains("（结束后补录）：断网时记下的话。") && minutes.contains("结束后补录2条"))
            #expect(minutes.contains("：按时记下的话。") && !minutes.contains("（结束后补录）：按时记下的话。"))
            #expect(report.sections.contains { $0.text.contains("（结束后补录）：断网时记下的话。") })

            let second = try await confirm(2)
            let third = try await send("第三句断网时记下的话。", saidAt: "2026-01-01T00:00:00Z")
            #expect(second == .marked && third == .accepted)
            #expect(try await held.count("select count(*) from gathering_entries where page = 3") == 1)
            let ended = try #require(gathering.endedAt)
            try await held.scene.database.setClock(ended.addingTimeInterval(600))
            let typed = try await send("结束以后才写的话。", saidAt: nil)
            #expect(typed == .fixed)
        }
    }

    @Test("An agenda is proposed in the order of the rule; what is wrong in it is told, and nothing typed is lost")
    func agenda() async throws {
        try await run { held in
            try await held.scene.database.owner.write { tx in
                _ = try tx.execute(
                    "update gatherings set state = 'announced', began_at = null where id = \(held.scene.id)")
            }
            let desk = try await held.organiser()
            try await desk.get(held.desk + "/agenda")
            #expect(desk.page.contains("听证参加人陈述意见"))
            let wrong = try await desk.post(
                held.desk + "/agenda", [("kind", "opening"), ("item_title", "开始的话"), ("minutes", "很久")])
            #expect(wrong.status == .unprocessableContent)
            #expect(desk.page.contains("开始的话") && desk.page.contains("很久"))
            try await desk.follow(
                try await desk.post(
                    held.desk + "/agenda", [("kind", "opening"), ("item_title", "开始的话"), ("minutes", "5")]))
            #expect(try await held.count("select count(*) from agenda_items where minutes = 5") == 1)
        }
    }
}

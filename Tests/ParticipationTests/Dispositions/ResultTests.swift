import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

@Suite struct ResultTests {
    private func published(_ scene: AnsweringScene) async throws -> PublishedContent.Result {
        let json: String = try await scene.database.public.read { tx in
            try tx.value(
                "select content::text from published_versions where kind = 'result' order by version desc limit 1")
        }
        return try PublishedContent.decode(PublishedContent.Result.self, from: json)
    }

    @Test func nothingReceivedIsPublishedToo() async throws {
        let scene = try await AnsweringScene.make()
        try await scene.close()
        try await scene.finish()
        try await scene.publishResult()
        let result = try await published(scene)
        #expect(result.counts == PublishedContent.Result.Counts())
        #expect(result.channels.isEmpty && result.nextStep == AnsweringScene.wording.nextStep)
        let state: String = try await scene.database.public.read { tx in
            try tx.value("select state from public_procedures")
        }
        #expect(state == "published")
    }

    /// Somebody who hands the door a text of their own cannot publish it: a row left out, one twice, another outcome, no counts.
    @Test(arguments: [
        "jsonb_set(content, '{opinions}', (content -> 'opinions') - 0)",
        "jsonb_set(content, '{opinions,1}', content -> 'opinions' -> 0)",
        "jsonb_set(content, '{opinions,0,outcome}', '\"adopted\"')",
        "content - 'counts'", "content - 'opinions'", "jsonb_set(content, '{counts,submissions}', '1')",
        "jsonb_set(content, '{opinions,0,number}', '\"MY-2026-999999-9\"')",
    ])
    func aForgedResultIsNotPublished(forgery: String) async throws {
        let scene = try await AnsweringScene.make()
        for body in ["一", "二"] { try await scene.answer(try await scene.submit(body).id, .explained) }
        try await scene.close()
        try await scene.finish()
        let id = try await PrepareResult(procedureNumber: scene.number, wording: AnsweringScene.wording)(
            in: scene.database.staff, as: AnsweringScene.organiser)
        try await scene.clear(id)
        try await scene.database.owner.write { try $0.executeTrusted("update clearances set content = \(forgery)") }
        let refused = await #expect(throws: PostgresError.self) {
            try await Clearance.publish(id, in: scene.database.staff, as: AnsweringScene.organiser)
        }
        #expect(refused?.constraint == "result_reconciles")
    }

    /// Whatever happens to submissions, the counts of the result add up, and equal what the guard sees.
    @Test(arguments: [1, 2, 3, 4, 5, 6])
    func countsAlwaysReconcile(seed: Int) async throws {
        var random = Seeded(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        var expected = PublishedContent.Result.Counts()
        var channels: [String: Int] = [:]
        var open: [Int] = []
        for index in 0..<Int.random(in: 0...25, using: &random) {
            let channel = ([.web] + Participation.Channel.entered).randomElement(using: &random) ?? .web
            let people = Int.random(in: 1...9, using: &random)
            let sent = try await scene.submit(
                "意见\(index)", row: Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : nil,
                channel: channel, submitter: people == 1 ? .person : .joint(people: people))
            expected.submissions += 1
            channels[channel.rawValue, default: 0] += 1
            if Int.random(in: 0..<5, using: &random) == 0 {
                let mac = scene.intake.codes.mac(for: sent.key)
                _ = try await scene.database.public.write { tx in
                    try tx.execute("select withdraw(\(sent.number), \(mac))")
                }
                expected.withdrawn += 1
            } else {
                expected.people += people
                open.append(sent.id)
            }
        }
        try await scene.close()
        for id in open {
            let parts = Int.random(in: 1...4, using: &random)
            if parts > 1 {
                try await SplitOpinions(submissionID: id, parts: (1...parts).map { .init("第\($0)点") })(
                    in: staff, as: AnsweringScene.organiser)
            }
            if Bool.random(using: &random) {
                _ = try await ScreenSubmissions(
                    ids: [id], hiddenFor: HiddenCode.allCases.randomElement(using: &random))(
                        in: staff, as: AnsweringScene.organiser)
            }
            for opinion in try await scene.opinionIDs(of: id) {
                // Some are answered twice; only the last answer counts.
                var last = Outcome.adopted
                for _ in 0...Int.random(in: 0...1, using: &random) {
                    last = Outcome.allCases.randomElement(using: &random) ?? .adopted
                    try await AnswerOpinions(
                        Answer(
                            outcome: last, reason: "理由", transferredTo: "县交通局",
                            invalidCode: .duplicate, effect: "修改稿", effectOn: CalendarDate(dayNumber: 20_800)),
                        to: [opinion])(in: staff, as: AnsweringScene.organiser)
                }
                expected.opinions += 1
                switch last {
                case .adopted: expected.adopted += 1
                case .partlyAdopted: expected.partlyAdopted += 1
                case .notAdopted: expected.notAdopted += 1
                case .explained: expected.explained += 1
                case .transferred: expected.transferred += 1
                case .invalid: expected.invalid += 1
                }
            }
        }
        try await scene.finish()
        try await scene.publishResult()
        let result = try await published(scene)
        let counts = result.counts
        #expect(counts == expected)
        #expect(result.channels == channels)
        #expect(
            counts.adopted + counts.partlyAdopted + counts.notAdopted + counts.explained + counts.transferred
                + counts.invalid == counts.opinions)
        #expect(result.channels.values.reduce(0, +) == counts.submissions)
        let rows: [String] = try await scene.database.public.read { tx in
            try tx.values("select outcome from published_opinions order by ordinal")
        }
        #expect(rows.count == counts.opinions)
        let state = try await Reconciliation.read(
            procedureID: scene.procedureID, in: staff, as: AnsweringScene.organiser)
        #expect(state.isComplete && state.submissions == counts.submissions && state.withdrawn == counts.withdrawn)
    }
}

/// Random numbers that are the same at every run.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        // SplitMix64
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// One matter in several forms has one result, which waits for each of them and counts each of them.
@Suite struct OneResultTests {
    /// A gathering of the matter; its people and entries are made as the live desk leaves them.
    private func gather(_ scene: AnsweringScene, _ kind: String, _ state: String) async throws -> (
        id: Int, number: String
    ) {
        try await scene.database.owner.write { tx in
            let id: Int = try tx.value(
                """
                insert into gatherings (key, kind, procedure_id, unit_id, unit_ids, title, place, starts_at, ends_at, state, began_at, closed_at,
                  created_by, created_at)
                values (gen_random_uuid(), \(kind), \(scene.procedureID), 2, '{1,2}', '会', '会议室', \(AnsweringScene.whileOpen),
                  \(AnsweringScene.whileOpen.addingTimeInterval(7200)), \(state), \(AnsweringScene.whileOpen),
                  case when \(state) = 'closed' then \(AnsweringScene.whileOpen)::timestamptz end, 1, \(AnsweringScene.opensAt))
                returning id
                """)
            return (id, try tx.value("select number from gatherings where id = \(id)", as: String.self))
        }
    }

    /// Somebody who is there says this many things, which become one submission.
    private func say(_ scene: AnsweringScene, at gathering: Int, seat: Int, things: Int) async throws -> Int {
        let sent = try await scene.submit("在会上说的\(seat)", channel: .meeting)
        try await scene.database.owner.write { tx in
            let person: Int = try tx.value(
                """
                insert into gathering_people (gathering_id, role, seat, key, code_mac, presence, named_at)
                values (\(gathering), 'invited', \(seat), gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), 'present', \(AnsweringScene.opensAt))
                returning id
                """)
            for _ in 0..<things {
                try tx.execute(
                    """
                    insert into gathering_entries (gathering_id, position, key, kind, person_id, body, said_at, at, staff_id, submission_id)
                    select \(gathering), coalesce(max(position), 0) + 1, gen_random_uuid(), 'statement', \(person), '说', \(AnsweringScene.whileOpen),
                      \(AnsweringScene.whileOpen), 1, \(sent.id) from gathering_entries where gathering_id = \(gathering)
                    """)
            }
        }
        return sent.id
    }

    @Test(arguments: ["announced", "postponed", "under_way", "held"])
    func theResultWaitsForGatherings(state: String) async throws {
        let scene = try await AnsweringScene.make()
        let gathering = try await gather(scene, "hearing", state)
        try await scene.close()
        let refused = await #expect(throws: PostgresError.self) { try await scene.finish() }
        #expect(refused?.constraint == "procedures_gatherings_over" && refused?.detail == gathering.number)
        try await scene.database.owner.write {
            try $0.execute("update gatherings set state = 'cancelled' where id = \(gathering.id)")
        }
        try await scene.finish()
    }

    /// Whatever was said where, counted by hand and by form it is the same, and a forged count is not published.
    @Test(arguments: [1, 2, 3, 4])
    func countsByFormAreThoseOfNaiveCounting(seed: Int) async throws {
        var random = SplitMix(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        let scene = try await AnsweringScene.make()
        var naive: [String: [Int]] = [:]  // people, entries, submissions, opinions
        var outcomes: [String: [String: Int]] = [:]
        var submissions: [(id: Int, channel: String)] = []
        for kind in ["hearing", "forum", "visit"] where Bool.random(using: &random) {
            let gathering = try await gather(scene, kind, "closed")
            var sums = [0, 0, 0, 0]
            for seat in 1...Int.random(in: 1...4, using: &random) {
                let things = Int.random(in: 1...3, using: &random)
                submissions.append((try await say(scene, at: gathering.id, seat: seat, things: things), "meeting"))
                sums = [sums[0] + 1, sums[1] + things, sums[2] + 1, sums[3] + 1]
            }
            naive[gathering.number] = sums
        }
        for index in 0..<Int.random(in: 0...5, using: &random) {
            submissions.append((try await scene.submit("网上\(index)").id, "web"))
        }
        try await scene.close()
        for it in submissions {
            let outcome =
                [Outcome.adopted, .notAdopted, .explained, .transferred].randomElement(using: &random) ?? .adopted
            try await scene.answer(it.id, outcome)
            outcomes[it.channel, default: [:]][outcome.rawValue, default: 0] += 1
        }
        try await scene.finish()
        try await scene.publishResult()
        let json: String = try await scene.database.public.read {
            try $0.value("select content::text from published_versions where kind = 'result'")
        }
        let result = try PublishedContent.decode(PublishedContent.Result.self, from: json)
        let counted = Dictionary(
            uniqueKeysWithValues: (result.gatherings ?? []).map {
                ($0.number, [$0.people, $0.entries, $0.submissions, $0.opinions])
            })
        #expect(counted == naive)
        #expect((result.channelCounts ?? [:]).compactMapValues(\.outcomes) == outcomes)
        // By gathering they are those of their channel.
        var held: [String: Int] = [:]
        for it in result.gatherings ?? [] { held.merge(it.outcomes) { $0 + $1 } }
        #expect(held == outcomes["meeting"] ?? [:])
    }

    @Test(arguments: [
        "jsonb_set(content, '{gatherings,0,people}', '99')", "content - 'gatherings'",
        "jsonb_set(content, '{gatherings,0,outcomes}', '{\"adopted\": 1}')",
        "jsonb_set(content, '{channelCounts,meeting,outcomes,adopted}', '7')",
        "jsonb_set(content, '{questionnaires}', '[{\"number\": \"Q\", \"kind\": \"poll\", \"title\": \"t\", \"sheets\": 1}]')",
    ])
    func aForgedCountIsNotPublished(forgery: String) async throws {
        let scene = try await AnsweringScene.make()
        let gathering = try await gather(scene, "forum", "closed")
        let id = try await say(scene, at: gathering.id, seat: 1, things: 2)
        try await scene.close()
        try await scene.answer(id, .explained)
        try await scene.finish()
        let clearance = try await PrepareResult(procedureNumber: scene.number, wording: AnsweringScene.wording)(
            in: scene.database.staff, as: AnsweringScene.organiser)
        try await scene.clear(clearance)
        try await scene.database.owner.write { try $0.executeTrusted("update clearances set content = \(forgery)") }
        let refused = await #expect(throws: PostgresError.self) {
            try await Clearance.publish(clearance, in: scene.database.staff, as: AnsweringScene.organiser)
        }
        #expect(refused?.constraint == "result_reconciles")
    }
}

/// The same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

import Foundation
import Participation
import Postgres
import TestSupport
import Testing

/// The public board over rows as the definers make them.
@Suite struct PublicMessageListTests {
    private let scene: MessageScene

    init() async throws {
        scene = try await MessageScene.make()
        // Sixty published messages over ten months, every tenth of them late; those of the newest month are not answered yet.
        try await scene.database.superuser.write { tx in
            try tx.execute("set local search_path = minyi")
            try tx.execute("set local session_replication_role = replica")
            try tx.execute(
                """
                insert into public_messages (case_id, number, kind, unit_id, received_on, month, provisional, is_late, title, version,
                  published_at, answered_on, working_days, grams)
                select n, public_number('MY', timestamptz '2026-01-01', n), case when n % 2 = 0 then 'inquiry' else 'complaint' end, 1 + n % 3,
                  d, month_number(d), false, n % 10 = 0, case when n <= 54 then t end, case when n <= 54 then 1 end,
                  case when n <= 54 then d + 3 end, case when n <= 54 then d + 3 end, 3,
                  case when n <= 54 then bigrams(folded(t || '请处理')) else '{}' end
                from generate_series(1, 60) n, lateral (select date '2026-01-10' + (n - 1) / 6 * 30 as d,
                  case when n % 4 = 0 then '老隆镇路灯不亮了' else '学区划分的问题' end as t) x
                """)
            try tx.execute(
                """
                insert into public_message_versions (case_id, version, content, content_hash, published_at)
                select case_id, 1, jsonb_build_object('title', title, 'question', '请处理', 'answer', '', 'unit', '县', 'name', ''), '\\x00', published_at
                from public_messages where published_at is not null
                """)
        }
    }

    private func read(
        _ filter: PublicMessageList.Filter, before: String? = nil, limit: Int = 100
    ) async throws -> PublicMessageList {
        try await PublicMessageList.read(filter, before: before, limit: limit, in: scene.database.public)
    }

    @Test func pagesFollowEachOtherWithoutGapOrDouble() async throws {
        for filter in [
            PublicMessageList.Filter(), .init(kind: .inquiry), .init(unitID: 2), .init(state: .late),
            .init(kind: .complaint, unitID: 3, state: .answered), .init(state: .open), .init(text: "路灯"),
        ] {
            let whole = try await read(filter)
            #expect(!whole.lines.isEmpty && !whole.hasMore)
            var paged: [Int] = []
            var before: String?
            repeat {
                let page = try await read(filter, before: before, limit: 4)
                paged += page.lines.map(\.id)
                before = page.hasMore ? page.lines.last?.number : nil
            } while before != nil
            #expect(paged == whole.lines.map(\.id))
        }
        #expect(try await read(.init()).lines.first?.title == nil)
        #expect(try await read(.init(state: .open)).lines.count == 6)
        #expect(try await read(.init(state: .late)).lines.count == 6)
    }

    @Test(arguments: [
        ("路灯", 13), ("路灯不亮", 13), ("灯路", 0), ("学区", 41), ("路灯 老隆", 13), ("路灯 学区", 0), ("灯", 0),
        ("不亮老隆", 0), ("镇路灯", 13), ("％_", 0), ("ＡＢ", 0),
    ])
    func wordsOfTwoCharactersAreFound(text: String, count: Int) async throws {
        let found = try await read(.init(text: text))
        #expect(found.lines.count == count && found.found == count)
        #expect(found.lines.map(\.id) == found.lines.map(\.id).sorted(by: >))
    }

    @Test func aSearchCanBeNarrowed() async throws {
        #expect(try await read(.init(kind: .complaint, text: "路灯")).found == 0)
        #expect(try await read(.init(unitID: 2, text: "路灯")).lines.allSatisfy { $0.unitID == 2 })
        #expect(try await read(.init(state: .late, text: "路灯")).lines.map(\.id) == [40, 20])
        #expect(try await read(.init(state: .open, text: "路灯")).found == 0)
    }

    /// Every narrowing there is, against a look at each row.
    @Test(arguments: ["路灯", "学区", "请处理", "镇路灯", "路灯 老隆"])
    func aNarrowedSearchFindsWhatAFilterDoes(text: String) async throws {
        for kind in MessageKind.allCases.map(Optional.some) + [nil] {
            for unit in [1, 2, 3, 99, nil] {
                for late in [true, false] {
                    let filter = PublicMessageList.Filter(
                        kind: kind, unitID: unit, state: late ? .late : nil, text: text)
                    let found = try await read(filter)
                    let expected: [Int] = try await scene.database.owner.read { tx in
                        try tx.values(
                            """
                            select m.case_id from public_messages m join public_message_versions v using (case_id)
                            where (\(kind)::text is null or m.kind = \(kind)) and (\(unit)::bigint is null or m.unit_id = \(unit))
                              and (not \(late) or m.is_late) and m.published_at is not null
                              and not exists (select from unnest(string_to_array(\(text), ' ')) w
                                where position(w in concat_ws(' ', v.content ->> 'title', v.content ->> 'question')) = 0)
                            order by m.received_on desc, m.case_id desc
                            """)
                    }
                    #expect(found.lines.map(\.id) == expected && found.found == expected.count)
                }
            }
        }
    }

    @Test func similarAnswersAreOffered() async throws {
        let similar = try await PublishedMessage.similar(to: "老隆镇的路灯不亮", in: scene.database.public)
        #expect(similar.count == 3 && similar.allSatisfy { $0.title == "老隆镇路灯不亮了" })
        for title in ["", "路", "垃圾没有人收", "，。！"] {
            #expect(try await PublishedMessage.similar(to: title, in: scene.database.public).isEmpty)
        }
    }
}

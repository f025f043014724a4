import Foundation
import Postgres
import Text

/// Messages in every state, put there directly: what the scoreboard counts is rows, however they came about. Over the units and people
/// of `AnsweringScene`: 1 the county office, 2 县民政局, 3 县交通局.
package struct ScoredScene: Sendable {
    package let scene: AnsweringScene
    package var database: TestDatabase { scene.database }

    package init(scene: AnsweringScene) { self.scene = scene }

    package static func make() async throws -> ScoredScene {
        let scene = try await AnsweringScene.make()
        try await scene.database.owner.write { tx in
            try tx.execute(
                """
                insert into calendar_days (day, kind, name) values ('2025-10-01', 'holiday', '国庆节'), ('2026-10-01', 'holiday', '国庆节')
                """)
        }
        return ScoredScene(scene: scene)
    }

    /// A message that came on a day. Returns the id of its case.
    package func receive(on day: String, title: String = "公交站牌看不清", about unit: Int? = nil) async throws -> Int {
        let concerned = unit.map { "{\($0)}" } ?? "{}"
        return try await database.owner.write { tx in
            let submission: Int = try tx.value(
                """
                insert into submissions (number, key, kind, body, channel, received_at, submitter, salt, proof, code_mac, unit_ids)
                select public_number('MY', n.at, nextval('submission_numbers')), gen_random_uuid(), 'message', '站牌字太小。', 'web', n.at,
                  'person', decode(repeat('00', 16), 'hex'), decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), '{}'
                from (select (\(day)::text::date + interval '10 hours') at time zone 'Asia/Shanghai' as at) n
                returning id
                """)
            try tx.execute(
                """
                insert into messages (submission_id, kind, title, may_be_published, may_show_name)
                values (\(submission), 'inquiry', \(title), true, false)
                """)
            try tx.execute(
                """
                select open_cases(array[\(submission)], 'message', array['inquiry'], array[\(title)], array[\(day)::text::date], array[\(concerned)],
                  array['{}'], array[true])
                """)
            return try tx.value("select id from cases where submission_id = \(submission)")
        }
    }

    /// A message that a unit has answered after so many days; published where that is said.
    @discardableResult
    package func answered(
        by unit: Int, on day: String, workingDays: Int, published: Bool = true, late: Bool = false
    ) async throws -> Int {
        let id = try await receive(on: day)
        try await database.owner.write { tx in
            try tx.execute(
                """
                update cases set state = 'completed', unit_id = \(unit), working_days_used = \(workingDays), is_late = \(late),
                  answered_at = received_at + make_interval(days => \(workingDays)::int),
                  published_at = case when \(published) then received_at + make_interval(days => \(workingDays)::int + 1) end
                where id = \(id)
                """)
        }
        return id
    }

    /// The worker counts what has changed.
    package func count() async throws {
        _ = try await database.work.write { try $0.value("select refresh_scores(1000)", as: Int.self) }
    }
}

import Foundation
import Postgres

/// 电话样本: a list of people whom interviewers call about one questionnaire. Their names and numbers are never among its rows.
package struct Sample: Row, Identifiable {
    package let id: Int
    package let name: String
    /// What interviewers say at the beginning.
    package let script: String
    /// How often somebody is called in vain at most.
    package let mostAttempts: Int
    /// How long nobody calls again who was called in vain.
    package let retryMinutes: Int
    /// How long a person stays in one hand without a word.
    package let holdMinutes: Int
    /// Gives the order of calls, with the places in the list.
    package let seed: String
    package let people: Int
    package let done: Int
    package let unusable: Int
    /// When names and numbers went.
    package let erasedAt: Date?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        name = try row["name"]
        script = try row["script"]
        mostAttempts = try row["most_attempts"]
        retryMinutes = try row["retry_minutes"]
        holdMinutes = try row["hold_minutes"]
        seed = try row["seed"]
        people = try row["people"]
        done = try row["done"]
        unusable = try row["unusable"]
        erasedAt = try row["erased_at"]
    }

    private static let columns: SQL = """
        s.id, s.name, s.script, s.most_attempts, s.retry_minutes, s.hold_minutes, s.seed, s.erased_at,
        (select count(*) from sample_people p where p.sample_id = s.id) as people,
        (select count(*) from sample_people p where p.sample_id = s.id and p.state = 'done') as done,
        (select count(*) from sample_people p where p.sample_id = s.id and p.state = 'unusable') as unusable
        """

    package static func all(of questionnaire: Int) -> SQL {
        "select \(columns) from samples s where s.questionnaire_id = \(questionnaire) order by s.id"
    }

    package static func with(id: Int, of questionnaire: Int) -> SQL {
        "select \(columns) from samples s where s.id = \(id) and s.questionnaire_id = \(questionnaire)"
    }

    /// Completed interviews of those who could be reached at all; nil where there is nobody.
    package var responseRate: Double? { people > unusable ? Double(done) / Double(people - unusable) : nil }
}

/// What interviewers are told, and how often they call.
package struct SampleTerms: Sendable, Equatable {
    package var name = ""
    package var script = ""
    package var mostAttempts = 5
    package var retryMinutes = 240
    package var holdMinutes = 30

    package static let attempts = 1...20
    package static let retry = 5...10_080
    package static let hold = 10...240

    package init() {}

    package init(_ it: Sample) {
        (name, script, mostAttempts) = (it.name, it.script, it.mostAttempts)
        (retryMinutes, holdMinutes) = (it.retryMinutes, it.holdMinutes)
    }

    /// Needs the role organiser in the unit of the questionnaire.
    /// - Parameter id: of the sample to change; nil makes one.
    /// - Returns: its id.
    /// - Throws: `samples_voice`, `samples_over`, `role_required`.
    package func save(
        _ id: Int? = nil, of questionnaire: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            try tx.value(
                """
                select save_sample(\(questionnaire), \(id), \(name), \(script), \(mostAttempts), \(retryMinutes), \(holdMinutes))
                """)
        }
    }
}

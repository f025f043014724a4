import Foundation
import Postgres
import Text

/// Folds the opinions of the procedure of a job (近似意见归并): those on the same passage with each other, for an answer says what
/// becomes of one passage, and the same words about two rows are two matters. Asked for by `ask_for_folding` after changes.
package struct FoldOpinions: Sendable {
    private static let threads = OwnThreads("folding", threads: 1, longestQueue: 4)
    /// How long reading, folding and storing may take; Folding needs 30 seconds for 100,000.
    private static let patience: Duration = .seconds(300)

    package init() {}

    private struct Words: Row {
        let id: Int
        let passageID: Int?
        let body: String
        let threshold: Int

        init(_ row: RowReader) throws {
            id = try row["id"]
            passageID = try row["passage_id"]
            body = try row["body"]
            threshold = try row["threshold"]
        }
    }

    /// Who belongs where: as many of each.
    private struct Found {
        var ids: [Int] = []
        var groups: [Int] = []
        var wordings: [Int] = []
        /// Per cent.
        var likeness: [Int] = []
    }

    package func callAsFunction(_ job: Job, in database: Database) async throws {
        let pulse = job.keepHolding(in: database)
        defer { pulse.cancel() }
        let words = try await database.read(deadline: Self.patience) { tx in
            try tx.all("select id, passage_id, body, threshold from opinions_in_folding(\(job.id))", as: Words.self)
        }
        let threshold = words.first?.threshold ?? Int(Folding.usualThreshold * 100)
        let began = ContinuousClock.now
        let found = try await Self.threads.run { Self.fold(words, threshold: threshold) }
        let took = Int((ContinuousClock.now - began) / .milliseconds(1))
        let last = words.map(\.id).max() ?? 0
        try await database.write(retrying: 2, deadline: Self.patience) { tx in
            try tx.execute("select set_config('statement_timeout', '300000', true)")
            try tx.execute(
                """
                select opinions_were_folded(\(job.id), \(threshold)::int, \(took)::int, \(last), \(found.ids), \(found.groups)::int[],
                  \(found.wordings)::int[], \(found.likeness)::int[])
                """)
            _ = try job.end(tx)
        }
    }

    private static func fold(_ words: [Words], threshold: Int) -> Found {
        var found = Found()
        var key = 0
        for (_, about) in Dictionary(grouping: words, by: \.passageID).sorted(by: { ($0.key ?? 0) < ($1.key ?? 0) }) {
            for group in Folding(about.map(\.body), threshold: Double(threshold) / 100).groups {
                key += 1
                for (number, wording) in group.wordings.enumerated() {
                    for text in wording.texts where about.indices.contains(text) {
                        found.ids.append(about[text].id)
                        found.groups.append(key)
                        found.wordings.append(number + 1)
                        found.likeness.append(Int((wording.likeness * 100).rounded()))
                    }
                }
            }
        }
        return found
    }
}

import Documents
import Foundation
import Postgres

/// What is printed of a questionnaire: the form for pen and paper, or a poster. The words are made where it is asked for, the PDF by a worker.
package struct QuestionnairePaper: Sendable {
    package enum Kind: String, PostgresValue, CaseIterable, Sendable { case form, poster }

    /// What became of the wish for it.
    package enum Document: Sendable {
        case made([UInt8])
        case waiting, failed
    }

    package let id: Int
    package let kind: Kind

    /// - Parameter id: of the questionnaire.
    package init(of id: Int, _ kind: Kind) { (self.id, self.kind) = (id, kind) }

    private struct Stored: Row {
        let state: String
        let data: [UInt8]?

        init(_ row: RowReader) throws { (state, data) = (try row["state"], try row["data"]) }
    }

    /// The paper as PDF: asks the worker for it, and waits a little while.
    package func document(
        _ words: some Encodable & Sendable, in database: Database, as actor: DatabaseActor,
        patience: Duration = .seconds(10)
    ) async throws -> Document {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = JSONText(String(decoding: try encoder.encode(words), as: UTF8.self))
        _ = try await database.write(as: actor) {
            try $0.execute("select ask_for_questionnaire_paper(\(id), \(kind), \(json))")
        }
        let end = ContinuousClock.now + patience
        while true {
            let stored = try await database.read(as: actor, deadline: .seconds(30)) { tx in
                try tx.one(
                    "select state, data from questionnaire_papers where questionnaire_id = \(id) and kind = \(kind)",
                    as: Stored.self)
            }
            if let data = stored.data { return .made(data) }
            if stored.state == "failed" { return .failed }
            guard ContinuousClock.now < end else { return .waiting }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}

/// Makes the PDF of a job from the words of a paper.
struct MakePaper: Sendable {
    let typst: Typst?

    func callAsFunction(_ job: Job, in database: Database) async throws {
        let wanted = try await database.read { tx in
            try tx.first("select kind, words from paper_in_making(\(job.id))", as: Wanted.self)
        }
        guard let wanted else { return _ = try await database.write { try job.end($0) } }
        let data: [UInt8]?
        do {
            data = try await typst?.pdf(of: Array(wanted.words.utf8), by: wanted.kind == .form ? .form : .poster)
        } catch is DocumentFault {
            data = nil
        }
        let made = data
        try await database.write(deadline: .seconds(30)) { tx in
            try tx.execute("select paper_was_made(\(job.id), \(wanted.words), \(made))")
            _ = try job.end(tx)
        }
    }

    private struct Wanted: Row {
        let kind: QuestionnairePaper.Kind
        let words: String

        init(_ row: RowReader) throws { (kind, words) = (try row["kind"], try row["words"]) }
    }
}

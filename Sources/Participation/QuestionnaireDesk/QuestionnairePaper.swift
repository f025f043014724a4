import Documents
import Foundation
import Postgres

/// What is printed of a questionnaire: the form for pen and paper, or a poster. The words are made where it is asked for, the PDF by a worker.
package struct QuestionnairePaper: Sendable {
    package enum Kind: String, PostgresValue, CaseIterable, Sendable { case form, poster }

    package let id: Int
    package let kind: Kind
    private let words: JSONText

    /// - Parameters:
    ///   - id: of the questionnaire.
    ///   - words: what stands in it now.
    package init(of id: Int, _ kind: Kind, _ words: some Encodable) throws {
        (self.id, self.kind) = (id, kind)
        self.words = try JSONText(encoding: words)
    }

    /// What became of it; nil while nobody has asked for one with these words, and once it has gone after a week.
    package func state(_ tx: borrowing Session) throws -> MadeFile.State? {
        try tx.firstValue(
            """
            select state from questionnaire_papers
            where questionnaire_id = \(id) and kind = \(kind) and words = \(words)
              and not (state = 'failed' and asked_at <= minyi_clock() - interval '7 days')
            """, as: MadeFile.State.self)
    }

    /// Asks the worker for it, which needs the role organiser or clerk; asked for twice it is made once.
    package func ask(in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) {
            try $0.execute("select ask_for_questionnaire_paper(\(id), \(kind), \(words))")
        }
    }

    /// The PDF; nil while there is none with these words.
    package func document(in database: Database, as actor: DatabaseActor) async throws -> [UInt8]? {
        try await database.read(as: actor, deadline: .seconds(30)) { tx in
            try tx.firstValue(
                """
                select data from questionnaire_papers
                where questionnaire_id = \(id) and kind = \(kind) and words = \(words) and state = 'made'
                """, as: [UInt8].self)
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

import Foundation
import Postgres
import Questionnaires

/// A change of what a questionnaire asks, while it is prepared or on the way to a correction.
///
/// Needs the role organiser in its unit. Whoever saves meanwhile is not overwritten: the change is made to what is there then.
package struct ChangeContent: Sendable {
    package let id: Int

    package init(_ id: Int) { self.id = id }

    /// What became of a piece that somebody saw in some version.
    package enum Saved: Sendable {
        case saved
        /// Another has changed the same piece since; it was not touched. Nil where it is gone.
        case meanwhile(QuestionnairePiece?, version: Int)
    }

    /// Saves a piece that was read in version `seen`, unless it is another one by now.
    package func put(
        _ piece: QuestionnairePiece, seen: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> Saved {
        try await retried(in: database, as: actor) { content, version, tx in
            let now = content.piece(like: piece)
            let before = version == seen ? now : try Self.content(of: id, in: seen, tx)?.piece(like: piece)
            guard now == before || now == piece else { return .meanwhile(now, version: version) }
            guard content.put(piece) else { return .meanwhile(nil, version: version) }
            return .saved
        }
    }

    /// Changes the content as it is now.
    /// - Parameter change: returns false where there is nothing to do; then nothing is saved.
    @discardableResult
    package func change(
        in database: Database, as actor: DatabaseActor, _ change: @escaping @Sendable (inout Questionnaire) -> Bool
    ) async throws -> Bool {
        try await retried(in: database, as: actor) { content, _, _ in change(&content) }
    }

    /// Puts back what was dropped, as it was in a version.
    package func restore(
        _ part: QuestionnairePart, from version: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> Bool {
        try await retried(in: database, as: actor) { content, _, tx in
            guard let old = try Self.content(of: id, in: version, tx) else { return false }
            return content.restore(part, from: old)
        }
    }

    private struct Now: Row {
        let content: Questionnaire
        let version: Int

        init(_ row: RowReader) throws {
            content = try Questionnaire(try row["content"] as JSONText)
            version = try row["content_version"]
        }
    }

    private func retried<Outcome: Sendable>(
        in database: Database, as actor: DatabaseActor,
        _ change: @escaping @Sendable (inout Questionnaire, Int, borrowing Session) throws -> Outcome
    ) async throws -> Outcome {
        var attempts = 5
        while true {
            do {
                return try await database.write(as: actor) { tx in
                    let now = try tx.one(
                        "select content, content_version from questionnaires where id = \(id)", as: Now.self)
                    var content = now.content
                    let outcome = try change(&content, now.version, tx)
                    if content != now.content {
                        try tx.execute(
                            "select save_questionnaire_content(\(id), \(now.version), \(try content.json))")
                    }
                    return outcome
                }
            } catch let error as PostgresError where error.constraint == "questionnaires_saved_meanwhile" {
                attempts -= 1
                if attempts == 0 { throw error }
            }
        }
    }

    /// As it was in a version; nil where that is no longer kept.
    static func content(of id: Int, in version: Int, _ tx: borrowing Session) throws -> Questionnaire? {
        try tx.firstValue(
            "select content from questionnaire_drafts where questionnaire_id = \(id) and content_version = \(version)",
            as: JSONText.self
        ).map { try Questionnaire($0) }
    }
}

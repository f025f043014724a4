import Postgres
import Text

/// 转写: what somebody said in a recording, written down by staff.
package struct TranscribeMessage: Sendable {
    let submissionID: Int
    let words: String

    package init(_ submissionID: Int, words: String) {
        (self.submissionID, self.words) = (submissionID, TextNormalisation.normalised(words))
    }

    /// - Returns: false when there are no words, or more than a message may have.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Bool {
        let length = TextLength.count(words)
        guard length > 0, length <= Intake.longestBody else { return false }
        let (id, words) = (submissionID, words)
        try await database.write(as: actor) { tx in
            try tx.execute("select transcribe_message(\(id), \(words))")
        }
        return true
    }
}

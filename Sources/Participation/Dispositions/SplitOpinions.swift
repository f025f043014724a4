import Postgres
import Text

/// Divides a submission into the points it makes, so that each can be answered; or joins them again with one part.
/// Possible until the first answer.
package struct SplitOpinions: Sendable {
    package let submissionID: Int
    package let parts: [String]

    package static let mostParts = 20

    package init(submissionID: Int, parts: [String]) {
        self.submissionID = submissionID
        self.parts = parts.map(TextNormalisation.normalised).filter { !$0.isEmpty }
    }

    /// Parts as the form has them: paragraphs divided by a line that holds only hyphens (`---`).
    package init(submissionID: Int, text: String) {
        var parts: [[Substring]] = [[]]
        for line in TextNormalisation.normalised(text).split(separator: "\n", omittingEmptySubsequences: false) {
            let scalars = line.unicodeScalars.filter { !$0.properties.isWhitespace }
            if scalars.count >= 3, scalars.allSatisfy({ "-－—–―".unicodeScalars.contains($0) }) {
                parts.append([])
            } else {
                parts[parts.count - 1].append(line)
            }
        }
        self.init(submissionID: submissionID, parts: parts.map { $0.joined(separator: "\n") })
    }

    /// - Returns: the number of opinions.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let (id, parts) = (submissionID, parts)
        return try await database.write(as: actor) { tx in try tx.value("select split_opinions(\(id), \(parts))") }
    }
}

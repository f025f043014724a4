import Foundation
import Postgres
import Questionnaires

/// Everything that is public about one questionnaire, with what it asks in its newest version.
package struct QuestionnaireRecord: Sendable {
    package let questionnaire: PublicQuestionnaire
    package let content: Questionnaire
    /// The same with its conditions read, for a respondent of seed 0.
    package let answering: Answering
    /// Bytes of what it asks.
    let size: Int

    /// - Returns: nil when there is none by this number, or it is not announced yet.
    package static func load(_ number: String, in database: Database) async throws -> QuestionnaireRecord? {
        let found = try await database.first(
            """
            select \(PublicQuestionnaire.columns), q.content from \(PublicQuestionnaire.source) where q.number = \(number)
            """, as: Found.self)
        guard let found else { return nil }
        let json = Data(found.content.text.utf8)
        let content = try JSONDecoder().decode(Questionnaire.self, from: json)
        return QuestionnaireRecord(
            questionnaire: found.questionnaire, content: content,
            answering: try Answering(questionnaire: content, seed: 0), size: json.count)
    }

    private struct Found: Row {
        let questionnaire: PublicQuestionnaire
        let content: JSONText

        init(_ row: RowReader) throws {
            questionnaire = try PublicQuestionnaire(row)
            content = try row["content"]
        }
    }
}

/// The public records of questionnaires, read and decoded once for each change.
package struct QuestionnaireRecords: Sendable {
    private static let limit = 16 * 1024 * 1024

    private let database: Database
    private let memory: PublicMemory<String, QuestionnaireRecord>
    private let versions: PublicMemory<Version, AskedVersion>

    private struct Version: Hashable {
        let questionnaire: String
        let version: Int
    }

    /// - Parameter database: the public pool; the one that `freshness` asks.
    package init(_ database: Database, freshness: Freshness) {
        self.database = database
        memory = PublicMemory(freshness, limit: Self.limit) { 1024 + 8 * $0.size }
        versions = PublicMemory(freshness, limit: Self.limit) { 1024 + 8 * $0.size }
    }

    /// The record as it is now, at most a second old; what may be sent the door decides by itself.
    /// - Returns: nil when there is none by this number, or it is not announced yet.
    package func record(_ number: String) async throws -> QuestionnaireRecord? {
        do {
            return try await memory.value(number, about: .questionnaire(number)) { [database] in
                guard let found = try await QuestionnaireRecord.load(number, in: database) else { throw NotThere() }
                return found
            }
        } catch is NotThere {
            return nil
        }
    }

    /// What a sheet has answered.
    /// - Parameter mac: what has opened its receipt.
    package func asked(
        by receipt: SheetReceipt, mac: @autoclosure @escaping @Sendable () -> [UInt8]
    ) async throws -> AskedVersion {
        let (number, version) = (
            try SubmissionNumber(receipt.number),
            Version(questionnaire: receipt.questionnaire, version: receipt.version)
        )
        return try await versions.value(version, about: .questionnaire(receipt.questionnaire)) { [database] in
            try await AskedVersion.load(by: number, mac: mac(), in: database)
        }
    }

    /// Thrown, and so not kept: wrong numbers are without end.
    private struct NotThere: Error {}
}

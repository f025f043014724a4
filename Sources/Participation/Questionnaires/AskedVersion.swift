import Foundation
import Postgres
import Questionnaires

/// What one version of a questionnaire asks, read and decoded once: a version never changes.
package struct AskedVersion: Sendable {
    package let content: Questionnaire
    /// With its conditions read, for a respondent of seed 0; nil where one of them can no longer be read.
    package let answering: Answering?
    /// Bytes of what it asks.
    let size: Int

    /// The version that the record asks.
    package init(_ record: QuestionnaireRecord) {
        (content, answering, size) = (record.content, record.answering, record.size)
    }

    /// In the order of the questionnaire.
    package var questions: [Question] { answering?.questions ?? content.questions }

    private init(_ json: Data) throws {
        content = try JSONDecoder().decode(Questionnaire.self, from: json)
        answering = try? Answering(questionnaire: content, seed: 0)
        size = json.count
    }

    /// The version that a sheet has answered.
    /// - Throws: `NoRow` when number and code do not belong together.
    package static func load(
        by sheet: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> AskedVersion {
        let wanted = sheet.description
        let found = try await database.first("select content from sheet_asked(\(wanted), \(mac))", as: Content.self)
        guard let found else { throw NoRow() }
        return try AskedVersion(Data(found.json.text.utf8))
    }

    private struct Content: Row {
        let json: JSONText
        init(_ row: RowReader) throws { json = try row["content"] }
    }
}

import Foundation
import Postgres
import Questionnaires

/// What a file had that the questionnaire made of it has not: kept beside it, for the check list.
package enum ImportLosses {
    private static let most = 500

    /// - Parameter number: of the questionnaire, which is in preparation.
    package static func keep(
        _ lost: [QuestionnaireFile.Unsupported], of number: String, in database: Database, as actor: DatabaseActor
    ) async throws {
        guard !lost.isEmpty else { return }
        let json = JSONText(String(decoding: try JSONEncoder().encode(Array(lost.prefix(most))), as: UTF8.self))
        _ = try await database.write(as: actor) {
            try $0.execute(
                "select keep_import_losses((select id from questionnaires where number = \(number)), \(json))")
        }
    }

    package static func of(_ id: Int, _ tx: borrowing Session) throws -> [QuestionnaireFile.Unsupported] {
        let json = try tx.value("select lost from questionnaires where id = \(id)", as: JSONText.self)
        return try JSONDecoder().decode([QuestionnaireFile.Unsupported].self, from: Data(json.text.utf8))
    }
}

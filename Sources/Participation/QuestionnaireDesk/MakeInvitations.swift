import Foundation
import Postgres

/// 邀请码: a batch of codes, each good for one sheet. They are known only to who makes them; the database keeps their macs.
package struct MakeInvitations: Sendable {
    package static let most = 2_000

    package let id: Int
    package let number: String

    /// - Parameter number: of the questionnaire, which the macs are bound to.
    package init(_ id: Int, number: String) { (self.id, self.number) = (id, number) }

    /// - Returns: the number of the batch, and its codes, to be shown once.
    /// - Throws: `questionnaires_without_codes`, `invitation_codes_batch`, `role_required`.
    package func callAsFunction(
        _ count: Int, codes: QueryCodes, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        in database: Database, as actor: DatabaseActor
    ) async throws -> (batch: Int, codes: [QueryCode]) {
        var random = random
        var made: [QueryCode] = []
        while made.count < count {
            let digits = (0..<QueryCode.length).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
            if let code = QueryCode(digits), !made.contains(code) { made.append(code) }
        }
        let macs = made.map { codes.invitation($0, to: number) }
        let batch = try await database.write(as: actor) {
            try $0.value("select make_invitations(\(id), \(macs))", as: Int.self)
        }
        return (batch, made)
    }

    package struct Batch: Row {
        package let batch: Int
        package let madeAt: Date
        package let count: Int
        package let used: Int
        package let voided: Int
        /// Why what was not used of it counts no longer.
        package let voidReason: String?

        /// Those with which somebody can still answer.
        package var open: Int { count - used - voided }

        package init(_ row: RowReader) throws {
            (batch, madeAt) = (try row["batch"], try row["made_at"])
            (count, used) = (try row["codes"], try row["used"])
            (voided, voidReason) = (try row["voided"], try row["void_reason"])
        }

        package static func of(questionnaire id: Int) -> SQL {
            """
            select batch, min(made_at) as made_at, count(*) as codes, count(used_at) as used, count(voided_at) as voided,
              max(void_reason) as void_reason
            from invitation_codes
            where questionnaire_id = \(id) group by batch order by batch
            """
        }
    }
}

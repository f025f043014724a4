import Postgres

/// What a receipt is of.
package enum ReceiptKind: String, PostgresValue, CaseIterable, Sendable {
    case comment, message, sheet, registration

    /// - Parameter mac: `QueryCodes.mac` of the code typed.
    /// - Returns: nil when number and code do not belong together; nothing says which of them is wrong.
    package static func find(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> ReceiptKind? {
        let wanted = number.description
        return try await database.first("select receipt_kind(\(wanted), \(mac)) as kind", as: Found.self)?.kind
    }

    private struct Found: Row {
        let kind: ReceiptKind?
        init(_ row: RowReader) throws { kind = try row["kind"] }
    }
}

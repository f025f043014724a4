import Foundation
import Postgres

/// A file that came with an answer, for the author of the message: number and query code open it, and nothing else does.
package struct AnswerFile: Row {
    /// Which of the answers on the receipt it belongs to, from 1.
    package let answer: Int
    package let file: Attachment

    package init(_ row: RowReader) throws {
        answer = try row["answer"]
        file = try Attachment(row)
    }

    package static func all(_ number: SubmissionNumber, mac: [UInt8]) -> SQL {
        "select answer, id, name, media_type, size, seconds from answer_files(\(number.description), \(mac))"
    }

    /// One piece of a file; nil after the last.
    package static func chunk(
        _ ordinal: Int, of id: UUID, _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> [UInt8]? {
        try await database.read { tx in
            try tx.value(
                "select answer_file_chunk(\(number.description), \(mac), \(id), \(ordinal)::int)", as: [UInt8]?.self)
        }
    }
}

import Foundation
import Postgres
import Text

/// Why an answer takes longer than it should, in the words of who works on it.
package struct ReceiptReason: Row {
    package enum Kind: String, PostgresValue, Sendable { case pause, `extension` }

    package let at: Date
    package let kind: Kind
    package let body: String
    /// Of an extension: the day by which the answer was due before.
    package let oldDueOn: CalendarDate?

    package init(_ row: RowReader) throws {
        at = try row["at"]
        kind = try row["kind"]
        body = try row["body"]
        oldDueOn = try row["old_due_on"]
    }

    package static func all(_ number: SubmissionNumber, mac: [UInt8]) -> SQL {
        "select at, kind, body, old_due_on from receipt_reasons(\(number.description), \(mac))"
    }
}

import Postgres
import Text

/// A day of the calendar travels as PostgreSQL's `date`. (Text knows no database and Postgres no calendar; here they meet.)
extension CalendarDate: PostgresValue, PostgresArrayElement {
    package static var oid: UInt32 { PostgresDate.oid }
    package static var arrayOID: UInt32 { PostgresDate.arrayOID }

    package func encode(into bytes: inout [UInt8]) throws(ValueFlaw) {
        guard let date = PostgresDate(year: year, month: month, day: day) else { throw .outOfRange }
        date.encode(into: &bytes)
    }

    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        let date = try PostgresDate(decoding: bytes, oid: oid)
        // Both hold the years 1 to 9999, so every day of the one is a day of the other.
        self = CalendarDate(year: date.year, month: date.month, day: date.day) ?? .earliest
    }
}

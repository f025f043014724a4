/// A day of the Gregorian calendar between the years 1 and 9999, as PostgreSQL's `date` has it.
package struct PostgresDate: Sendable, Hashable, PostgresValue, PostgresArrayElement {
    package let year: Int
    package let month: Int
    package let day: Int

    /// nil if there is no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= PostgresDate.days(inMonth: month, of: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package static var oid: UInt32 { 1082 }
    package static var arrayOID: UInt32 { 1182 }

    /// Days from 0000-03-01, where the arithmetic of leap years begins, to 2000-01-01, the server's epoch.
    private static var epoch: Int { 730_425 }

    package func encode(into bytes: inout [UInt8]) {
        // The year begins in March, so that the leap day is its last: every month's offset is (153 m + 2) / 5.
        let shifted = (year: month <= 2 ? year - 1 : year, month: (month + 9) % 12)
        let days =
            shifted.year * 365 + shifted.year / 4 - shifted.year / 100 + shifted.year / 400
            + (153 * shifted.month + 2) / 5 + day - 1
        Int32(truncatingIfNeeded: days - PostgresDate.epoch).append(to: &bytes)
    }

    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        guard oid == 1082, let sinceEpoch = Int32(networkOrder: bytes) else {
            throw DecodingFailure(wanted: PostgresDate.self, oid: oid)
        }
        let days = Int(sinceEpoch) + PostgresDate.epoch
        let outOfRange = DecodingFailure(wanted: PostgresDate.self, found: "a day outside of the years 1 to 9999")
        guard days >= 0 else { throw outOfRange }
        let (era, dayOfEra) = days.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        guard let date = PostgresDate(year: year, month: month, day: day) else { throw outOfRange }
        self = date
    }
}

extension PostgresDate: Comparable, CustomStringConvertible {
    package static func < (left: PostgresDate, right: PostgresDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// ISO 8601: `2026-11-24`.
    package var description: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

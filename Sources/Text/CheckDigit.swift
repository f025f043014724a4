/// ISO/IEC 7064 MOD 11,10: one digit that catches every single wrong digit and nearly every swap of two.
///
/// The database has the same in `check_digit(text)`. Vectors, computed there: `"0"` → 2, `"1"` → 9, `"0794"` → 5 (the example of
/// the standard), `"2020003817"` → 4, `"2026000001"` → 7, `"2026000127"` → 0, `"9999999999"` → 4.
package enum CheckDigit {
    /// The check digit of `digits`, or nil if there is anything but ASCII digits in it.
    package static func digit(for digits: some StringProtocol) -> Int? {
        var product = 10
        for byte in digits.utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            var total = (product + Int(byte - UInt8(ascii: "0"))) % 10
            if total == 0 { total = 10 }
            product = (total * 2) % 11
        }
        return (11 - product) % 10
    }

    /// Whether the last of `digits` is the check digit of those before it. At least two digits.
    package static func verify(_ digits: some StringProtocol) -> Bool {
        guard digits.utf8.count >= 2, let last = digits.last?.wholeNumberValue else { return false }
        return digit(for: digits.dropLast()) == last && digit(for: digits) != nil
    }
}

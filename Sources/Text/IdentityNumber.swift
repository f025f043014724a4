/// The number on a Chinese identity card (GB 11643-1999), and the 15-digit form before 1999.
package enum IdentityNumber {
    /// Whether these 18 characters (ASCII digits, the last may be `X` or `x`) name a province, a possible day of birth and carry
    /// the right check character (ISO/IEC 7064 MOD 11-2).
    package static func isValid(_ number: some StringProtocol) -> Bool {
        isValid(Array(number.utf8))
    }

    /// The same without the check character: one slip of the hand away from somebody's number, which gives away as much.
    static func isShaped(_ number: [UInt8]) -> Bool {
        guard number.count == 18, let digits = values(number.dropLast()) else { return false }
        return isProvince(digits) && isBirthday(year: number[6..<10], month: number[10..<12], day: number[12..<14])
    }

    static func isValid(_ number: [UInt8]) -> Bool {
        guard isShaped(number), let last = number.last, let digits = values(number.dropLast()) else { return false }
        let sum = zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
        let expected = (12 - sum % 11) % 11
        let given = last == UInt8(ascii: "X") || last == UInt8(ascii: "x") ? 10 : values([last])?.first
        return given == expected
    }

    /// Whether these are 15 digits that name a province and a possible day of birth in the 20th century. There is no check digit.
    static func isValidOld(_ number: [UInt8]) -> Bool {
        guard number.count == 15, let digits = values(number), isProvince(digits) else { return false }
        return isBirthday(year: Array("19".utf8) + number[6..<8], month: number[8..<10], day: number[10..<12])
    }

    private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

    private static func values(_ bytes: some Sequence<UInt8>) -> [Int]? {
        var values: [Int] = []
        for byte in bytes {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            values.append(Int(byte - UInt8(ascii: "0")))
        }
        return values
    }

    /// The provinces of GB/T 2260; 81–83 are residence permits of Hong Kong, Macao and Taiwan people, 91 and 9 foreigners.
    private static func isProvince(_ digits: [Int]) -> Bool {
        switch digits[0] * 10 + digits[1] {
        case 11...15, 21...23, 31...37, 41...46, 50...54, 61...65, 71, 81...83, 91...99: true
        default: false
        }
    }

    private static func isBirthday(
        year: some Collection<UInt8>, month: some Collection<UInt8>, day: some Collection<UInt8>
    ) -> Bool {
        guard let year = decimal(year), let month = decimal(month), let day = decimal(day) else { return false }
        return (1850...2100).contains(year) && CalendarDate(year: year, month: month, day: day) != nil
    }
}

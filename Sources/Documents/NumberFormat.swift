import Foundation
import Text

/// How a cell shows its number: what of a format code (ECMA-376 part 1, 18.8.31) changes what a person reads.
///
/// Days and times come as ISO 8601 whatever the format's own order, because whoever reads a file wants to know which day it
/// was: `2026-02-09`, `2026-02-09 14:30`, `14:30`. Colours, fractions and the width of blanks are left aside.
struct NumberFormat: Sendable, Equatable {
    private var hasDay = false
    private var hasTime = false
    private var hasSeconds = false
    /// `[h]`: hours that do not end at 24.
    private var isElapsed = false
    private var percent = 0
    /// Figures after the point; nil where the format leaves it to the number.
    private var decimals: Int?
    /// Figures before the point at least: `000000` shows 123 as 000123.
    private var wholeFigures = 1

    static let general = NumberFormat()

    /// The formats that have a number and no text in the file (18.8.30, and those of Chinese Excel).
    static func builtIn(_ id: Int) -> NumberFormat {
        let code: String? =
            switch id {
            case 1: "0"
            case 2: "0.00"
            case 3: "#,##0"
            case 4: "#,##0.00"
            case 9: "0%"
            case 10: "0.00%"
            case 14...17, 27...31, 36, 50...54, 57, 58: "yyyy-mm-dd"
            case 18, 20, 32, 34, 55: "h:mm"
            case 19, 21, 33, 35, 56: "h:mm:ss"
            case 22: "yyyy-mm-dd h:mm"
            case 37...40: id < 39 ? "#,##0" : "#,##0.00"
            case 45: "mm:ss"
            case 46: "[h]:mm:ss"
            default: nil
            }
        return code.map { NumberFormat($0) } ?? general
    }

    private init() {}

    init(_ code: String) {
        // The first section is for positive numbers; the others show the same figures.
        let signs = Self.withoutLiterals(code)
        isElapsed = signs.contains("[h")
        let bare = signs.replacing(/\[[^\]]*\]/, with: "")
        hasDay =
            bare.contains("y") || bare.contains("d")
            || (bare.contains("m") && !isElapsed && !bare.contains("h") && !bare.contains("s"))
        hasTime = isElapsed || bare.contains("h") || bare.contains("s")
        hasSeconds = bare.contains("s")
        if bare.contains("general") || hasDay || hasTime || bare.contains("e") || bare.contains("/") { return }
        percent = min(4, bare.utf8.count { $0 == UInt8(ascii: "%") })
        let figures = bare.utf8.filter {
            [UInt8(ascii: "0"), UInt8(ascii: "#"), UInt8(ascii: "?"), UInt8(ascii: ".")].contains($0)
        }
        guard !figures.isEmpty else { return }
        let parts = figures.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        decimals = min(15, parts.count > 1 ? parts[1].count : 0)
        wholeFigures = max(1, min(30, parts[0].count { $0 == UInt8(ascii: "0") }))
    }

    /// The first section in small letters, without quoted and escaped text.
    private static func withoutLiterals(_ code: String) -> String {
        var kept: [UInt8] = []
        var bytes = code.lowercased().utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: ";"): return String(decoding: kept, as: UTF8.self)
            case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): _ = bytes.next()
            case UInt8(ascii: "\""):
                while let next = bytes.next(), next != UInt8(ascii: "\"") {}
            default: kept.append(byte)
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    // MARK: Showing

    /// - Parameter since1904: whether the workbook counts its days from 1904.
    func shown(_ number: Double, since1904: Bool) -> String {
        guard number.isFinite else { return "" }
        if hasDay || hasTime, let moment = moment(number, since1904: since1904) { return moment }
        let scaled = number * pow(100, Double(percent))
        let text = decimals.map { Self.fixed(scaled, $0) } ?? Self.plain(scaled)
        return Self.filled(text, wholeFigures) + String(repeating: "%", count: percent)
    }

    private func moment(_ number: Double, since1904: Bool) -> String? {
        // Excel shows no negative days; day 2,958,465 is the last of the year 9999.
        guard number >= 0, number < 2_958_466 else { return nil }
        var seconds = Int((number * 86_400).rounded())
        if !hasSeconds { seconds = (seconds + 30) / 60 * 60 }
        let (days, rest) = (seconds / 86_400, seconds % 86_400)
        let hours = isElapsed && !hasDay ? seconds / 3600 : rest / 3600
        var time = Self.two(hours) + ":" + Self.two(rest / 60 % 60)
        if hasSeconds { time += ":" + Self.two(rest % 60) }
        guard hasDay else { return time }
        let day = Self.day(days, since1904: since1904)
        return hasTime ? "\(day) \(time)" : "\(day)"
    }

    /// Excel believes in 29 February 1900 (day 60), so days before it are one off.
    private static func day(_ days: Int, since1904: Bool) -> CalendarDate {
        let first = since1904 ? -24_107 : (days < 60 ? -25_568 : -25_569)
        return CalendarDate(dayNumber: first + days)
    }

    /// The number in the 15 figures that a sheet keeps, never as a power of ten: 18-digit numbers stay readable.
    private static func plain(_ number: Double) -> String {
        if number == number.rounded(), number.magnitude < 1e18 { return String(Int(number)) }
        let text = String(format: "%.15g", number)
        guard text.contains("e"), let value = Decimal(string: text) else { return text }
        return "\(value)"
    }

    private static func fixed(_ number: Double, _ decimals: Int) -> String {
        let text = String(format: "%.\(decimals)f", number)
        return text.hasPrefix("-") && !text.contains(/[1-9]/) ? String(text.dropFirst()) : text
    }

    private static func filled(_ text: String, _ figures: Int) -> String {
        let sign = text.hasPrefix("-") ? "-" : ""
        let rest = text.dropFirst(sign.count)
        let whole = rest.prefix { $0 != "." }.count
        return sign + String(repeating: "0", count: max(0, figures - whole)) + rest
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}

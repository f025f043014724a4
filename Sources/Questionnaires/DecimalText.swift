/// A number as people and programs read it: the shortest decimal digits that give the same double again, never with an exponent.
/// The browser's script does the same with its own shortest digits.
package enum DecimalText {
    /// Beyond it, in either direction, nothing is a number here: every whole number up to it is exact.
    package static let most = 1e15

    /// `5`, `-0.25`, `0.0000001`; what is not finite is empty.
    package static func text(of number: Double) -> String {
        guard number.isFinite else { return "" }
        // Also 0, of either sign.
        if number.magnitude <= most, let whole = Int(exactly: number) { return String(whole) }
        let parts = "\(number.magnitude)".split(separator: "e")
        guard let mantissa = parts.first else { return "" }
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let halves = mantissa.split(separator: ".")
        var whole = halves.first.map(String.init) ?? ""
        var fraction = halves.count > 1 && halves[1] != "0" ? String(halves[1]) : ""
        for _ in 0..<max(0, exponent) {
            whole.append(fraction.isEmpty ? "0" : fraction.removeFirst())
        }
        for _ in 0..<max(0, -exponent) {
            fraction.insert(whole.popLast() ?? "0", at: fraction.startIndex)
        }
        if whole.isEmpty { whole = "0" }
        return (number < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// The same for labels of ranges: with a minus sign that is no dash.
    package static func label(of number: Double) -> String {
        let text = text(of: number)
        return text.utf8.first == UInt8(ascii: "-") ? "\u{2212}" + text.dropFirst() : text
    }

    /// Reads what somebody typed: digits with at most one point, a sign in front; full-width ones of a Chinese keyboard too.
    /// - Returns: nil for anything else, and beyond `most`.
    package static func number(_ typed: String) -> Double? {
        var plain = ""
        for scalar in typed.unicodeScalars {
            switch scalar {
            case "0"..."9", ".", "-": plain.unicodeScalars.append(scalar)
            case "\u{FF10}"..."\u{FF19}":
                plain.append(String(scalar.value - 0xFF10))
            case "\u{FF0E}": plain.append(".")
            case "\u{FF0D}", "\u{2212}": plain.append("-")
            case " ", "\u{3000}": continue
            default: return nil
            }
        }
        let digits = plain.utf8.first == UInt8(ascii: "-") ? plain.dropFirst() : plain[...]
        let halves = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count), plain.utf8.count <= 40,
            halves.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let number = Double(plain), number.magnitude <= most
        else { return nil }
        return number + 0
    }
}

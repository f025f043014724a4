/// Personal data as it may be published or shown in a list.
///
/// The width of a mask never depends on what is behind it: `王**` for 王明 and for 王小明 alike. What is not understood is hidden
/// whole rather than shown in part.
package enum Mask {
    private static let stars = "**"

    // MARK: Names

    /// A personal name: `王**`, `欧阳**`, `买买提·**`, `J**`; empty for empty, `**` if there is no letter to begin with.
    package static func name(_ name: String) -> String {
        let scalars = name.precomposedForMask
        guard !scalars.isEmpty else { return "" }
        guard let first = scalars.first, first.properties.isAlphabetic || first.properties.isIdeographic else {
            return stars
        }

        // Names of several parts: the part in front of the first dot, if it is a word and not the whole.
        if let dot = scalars.firstIndex(where: isNameDot), dot > 0, scalars[..<dot].allSatisfy(isIdeographic) {
            return String(scalars[..<dot]) + "·" + stars
        }
        guard isIdeographic(first) else { return String(first) + stars }
        let han = Array(scalars.prefix(while: isIdeographic))
        if han.count > 4, CompoundSurnames.four.contains(String(han.prefix(4))) { return String(han.prefix(4)) + stars }
        // Of two characters the second is the given name, even when both together could be a surname: 欧阳 alone stays 欧**.
        if han.count > 2, CompoundSurnames.two.contains(String(han.prefix(2))) { return String(han.prefix(2)) + stars }
        return String(first) + stars
    }

    private static func isIdeographic(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isIdeographic }

    /// The dots people type between the parts of a transcribed name.
    private static func isNameDot(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "·", "•", "・", "‧", "∙", "⋅", "●", "．", ".", "･", "˙", "᛫", "⸱": true
        default: false
        }
    }

    // MARK: Numbers

    /// A telephone number: `138****5678`; a land line keeps its area code and two digits: `0762-*****45`.
    package static func phone(_ phone: String) -> String {
        var digits = Signs.digits(of: phone)
        if digits.isEmpty { return phone.isEmpty ? "" : "****" }
        for prefix in ["0086", "86"] where digits.hasPrefix(prefix) && digits.utf8.count >= prefix.utf8.count + 10 {
            digits.removeFirst(prefix.utf8.count)
            // Without its country code a land line gets back the zero that was dropped for it.
            if !digits.hasPrefix("1") && !digits.hasPrefix("0") { digits = "0" + digits }
            break
        }
        if digits.hasPrefix("01"), digits.utf8.count == 12 { digits.removeFirst() }
        if digits.utf8.count == 11, digits.hasPrefix("1") { return "\(digits.prefix(3))****\(digits.suffix(4))" }
        if digits.hasPrefix("0"), (10...12).contains(digits.utf8.count) {
            let area = digits.hasPrefix("01") || digits.hasPrefix("02") ? 3 : 4
            return "\(digits.prefix(area))-*****\(digits.suffix(2))"
        }
        return digits.utf8.count >= 7 ? "*****\(digits.suffix(2))" : "****"
    }

    /// An identity number: `440308********1234`, or `440308******123` in the old form; anything else is hidden whole.
    package static func identityNumber(_ number: String) -> String {
        let plain = Signs.digits(of: number, andX: true)
        switch plain.utf8.count {
        case 18: return "\(plain.prefix(6))********\(plain.suffix(4))"
        case 15: return "\(plain.prefix(6))******\(plain.suffix(3))"
        default: return number.isEmpty ? "" : "****"
        }
    }

    /// A bank card or account: `6222********1234`; fewer than 12 digits are hidden whole.
    package static func bankCard(_ number: String) -> String {
        let digits = Signs.digits(of: number)
        guard digits.utf8.count >= 12 else { return number.isEmpty ? "" : "****" }
        return "\(digits.prefix(4))********\(digits.suffix(4))"
    }

    /// An e-mail address: `z***@example.cn`.
    package static func email(_ address: String) -> String {
        let plain = Signs.ascii(of: address)
        let parts = plain.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first, !parts[1].isEmpty else {
            return address.isEmpty ? "" : "***"
        }
        return "\(first)***@\(parts[1])"
    }

    /// A number plate: `粤P*****`.
    package static func plate(_ plate: String) -> String {
        let signs = Array(Signs(plate).list.prefix(2))
        guard signs.count == 2 else { return plate.isEmpty ? "" : "*****" }
        return signs.reduce(into: "") { $0.unicodeScalars.append($1.plain) }.uppercased() + "*****"
    }
}

extension String {
    fileprivate init(_ scalars: some Sequence<Unicode.Scalar>) {
        self.init(String.UnicodeScalarView(scalars))
    }

    /// The scalars of a name without white space, controls, joiners and marks around letters.
    fileprivate var precomposedForMask: [Unicode.Scalar] {
        unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .nonspacingMark,
                .enclosingMark,
                .privateUse, .unassigned, .surrogate:
                false
            default: true
            }
        }
    }
}

extension String.UnicodeScalarView {
    fileprivate init(_ scalars: some Sequence<Unicode.Scalar>) {
        self.init()
        append(contentsOf: scalars)
    }
}

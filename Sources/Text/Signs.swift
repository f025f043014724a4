/// A text as the search for personal data sees it: what does not show is left out, full width is made plain.
///
/// Every decimal digit of Unicode becomes ASCII, and so do full-width letters and punctuation. Joiners, zero-width characters and
/// marks on top of others vanish: `1̶3̶8̶…` and `１３８…` are still a telephone number.
struct Signs {
    struct Sign {
        let start: String.Index
        /// The plain form, for comparing.
        let plain: Unicode.Scalar

        var ascii: UInt8 { plain.isASCII ? UInt8(plain.value) : 0 }
        var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(ascii) }
        var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(ascii | 0x20) }
    }

    let list: [Sign]
    private let end: String.Index

    init(_ text: String) {
        var list: [Sign] = []
        list.reserveCapacity(text.utf8.count / 2)
        let scalars = text.unicodeScalars
        for index in scalars.indices {
            let scalar = scalars[index]
            if let plain = Self.plain(scalar) { list.append(Sign(start: index, plain: plain)) }
        }
        self.list = list
        end = text.endIndex
    }

    var count: Int { list.count }

    /// The sign at `position`, or nil outside the text.
    subscript(_ position: Int) -> Sign? { list.indices.contains(position) ? list[position] : nil }

    func isDigit(_ position: Int) -> Bool { self[position]?.isDigit ?? false }

    /// From the first sign to the one before `upper`, with everything invisible that hangs on them.
    func range(_ lower: Int, _ upper: Int) -> Range<String.Index> {
        let start = self[lower]?.start ?? end
        return start..<max(start, self[upper]?.start ?? end)
    }

    /// The ASCII digits of `text` in order; with `andX` a final X of an identity number too.
    static func digits(of text: String, andX: Bool = false) -> String {
        let bytes = Signs(text).list.filter { $0.isDigit || (andX && $0.ascii | 0x20 == UInt8(ascii: "x")) }.map(
            \.ascii)
        return String(decoding: bytes, as: UTF8.self).uppercased()
    }

    /// The text in its plain form.
    static func ascii(of text: String) -> String {
        Signs(text).list.reduce(into: "") { $0.unicodeScalars.append($1.plain) }
    }

    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x20...0x7E, 0x09, 0x0A, 0x0D: return scalar
        case 0x2E80...0x9FFF where scalar != "〪" && scalar != "〫" && scalar != "〬" && scalar != "〭":
            return scalar == "\u{3000}" ? " " : scalar
        case 0xFF01...0xFF5E: return Unicode.Scalar(scalar.value - 0xFEE0)
        default: break
        }
        let properties = scalar.properties
        if properties.numericType == .decimal, let value = properties.numericValue, (0...9).contains(value) {
            return Unicode.Scalar(UInt8(ascii: "0") + UInt8(value))
        }
        switch properties.generalCategory {
        case .format, .control, .nonspacingMark, .enclosingMark: return nil
        case .spaceSeparator: return " "
        case .dashPunctuation: return "-"
        default: return scalar
        }
    }
}

import Text

/// What all charts are drawn with. Each is one picture with a name and a description, and a table of the same beside it: a screen
/// reader hears what it is about and reads the table.
enum ChartDrawing {
    static func opening(_ kind: String, width: Double, height: Double, title: String, description: String) -> String {
        "<svg class=\"\(kind)\" role=\"img\" viewBox=\"0 0 \(short(width)) \(short(height))\">"
            + "<title>\(HTMLEscaping.escape(title))</title><desc>\(HTMLEscaping.escape(description))</desc>"
    }

    static func text(_ text: String, x: Double, y: Double, anchor: String = "start", kind: String = "") -> String {
        "<text class=\"\(kind)\" x=\"\(short(x))\" y=\"\(short(y))\" text-anchor=\"\(anchor)\">\(HTMLEscaping.escape(text))</text>"
    }

    static func bar(_ kind: String, x: Double, y: Double, width: Double, height: Double) -> String {
        "<rect class=\"\(kind)\" x=\"\(short(x))\" y=\"\(short(y))\" width=\"\(short(width))\" height=\"\(short(height))\"/>"
    }

    static func short(_ number: Double) -> String { String((number * 10).rounded() / 10) }

    /// As much of a text as has room: a Chinese sign is about twice as wide as a Latin one.
    static func fitting(_ text: String, columns: Int) -> String {
        var (kept, used) = (String.UnicodeScalarView(), 0)
        for scalar in text.unicodeScalars {
            used += scalar.value < 0x2E80 ? 1 : 2
            guard used <= columns else { return String(kept) + "…" }
            kept.append(scalar)
        }
        return text
    }
}

import Text

/// Lines over months, flat and in ink and blue, with their names at their ends. What it shows stands in a table beside it, so a screen
/// reader hears its name only.
struct TrendChart {
    struct Line {
        let name: String
        let values: [Int]
    }

    let label: String
    /// Below the first, the middle and the last point.
    let months: [String]
    let lines: [Line]

    private static let (width, height) = (460.0, 170.0)
    private static let (left, right, top, bottom) = (30.0, 305.0, 12.0, 145.0)
    /// From one line of text to the next.
    private static let lineHeight = 14.0

    var markup: Markup {
        let most = max(1, lines.flatMap(\.values).max() ?? 1)
        var svg =
            "<svg class=\"trend\" role=\"img\" viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" aria-label=\"\(HTMLEscaping.escape(label))\">"
        svg += "<path class=\"axis\" d=\"M\(Self.left) \(Self.bottom)H\(Self.right)\"/>"
        svg += text(String(most), x: Self.left - 4, y: Self.top + 4, anchor: "end")
        svg += text("0", x: Self.left - 4, y: Self.bottom + 4, anchor: "end")
        for index in Set([0, months.count / 2, months.count - 1]).sorted() where months.indices.contains(index) {
            svg += text(months[index], x: x(index), y: Self.bottom + 18, anchor: "middle")
        }
        // From the lowest end upwards: names of lines that end together stand above each other, clear of the months.
        var below = Self.bottom + Self.lineHeight
        let ends = lines.enumerated().sorted { $0.element.values.last ?? 0 < $1.element.values.last ?? 0 }
        for (number, line) in ends {
            let points = line.values.enumerated().map {
                "\(Self.short(x($0.offset))) \(Self.short(y($0.element, most)))"
            }
            let name = "line-\(number + 1)"
            svg += "<path class=\"\(name)\" d=\"M\(points.joined(separator: "L"))\"/>"
            let end = min(y(line.values.last ?? 0, most), below - Self.lineHeight)
            below = end
            svg += text(
                "\(line.name) \(line.values.last ?? 0)", x: Self.right + 6, y: end + 4, anchor: "start", kind: name)
        }
        return Markup(trusted: svg + "</svg>")
    }

    private func x(_ index: Int) -> Double {
        Self.left + (Self.right - Self.left) * Double(index) / Double(max(1, months.count - 1))
    }

    private func y(_ value: Int, _ most: Int) -> Double {
        Self.bottom - (Self.bottom - Self.top) * Double(value) / Double(most)
    }

    private func text(_ text: String, x: Double, y: Double, anchor: String, kind: String = "") -> String {
        "<text class=\"\(kind)\" x=\"\(Self.short(x))\" y=\"\(Self.short(y))\" text-anchor=\"\(anchor)\">\(HTMLEscaping.escape(text))</text>"
    }

    private static func short(_ number: Double) -> String { String((number * 10).rounded() / 10) }
}

import Text

/// Lines over days or points, flat and in ink and blue, with their names at their ends.
struct LineChart {
    struct Line {
        let name: String
        let values: [Int]
    }

    let label: String
    let description: String
    /// Below the first, the middle and the last point.
    let points: [String]
    let lines: [Line]

    private static let (width, height) = (460.0, 170.0)
    private static let (left, right, top, bottom) = (30.0, 305.0, 12.0, 145.0)
    /// From one line of text to the next.
    private static let lineHeight = 14.0

    var markup: Markup {
        let most = max(1, lines.flatMap(\.values).max() ?? 1)
        var svg = ChartDrawing.opening(
            "trend", width: Self.width, height: Self.height, title: label, description: description)
        svg += "<path class=\"axis\" d=\"M\(Self.left) \(Self.bottom)H\(Self.right)\"/>"
        svg += text(String(most), x: Self.left - 4, y: Self.top + 4, anchor: "end")
        svg += text("0", x: Self.left - 4, y: Self.bottom + 4, anchor: "end")
        for index in Set([0, points.count / 2, points.count - 1]).sorted() where points.indices.contains(index) {
            svg += text(points[index], x: x(index), y: Self.bottom + 18, anchor: "middle")
        }
        // From the lowest end upwards: names of lines that end together stand above each other, clear of the dates.
        var below = Self.bottom + Self.lineHeight
        let ends = lines.enumerated().sorted { $0.element.values.last ?? 0 < $1.element.values.last ?? 0 }
        for (number, line) in ends {
            let path = line.values.enumerated().map {
                "\(ChartDrawing.short(x($0.offset))) \(ChartDrawing.short(y($0.element, most)))"
            }
            let name = "line-\(number + 1)"
            svg += "<path class=\"\(name)\" d=\"M\(path.joined(separator: "L"))\"/>"
            let end = min(y(line.values.last ?? 0, most), below - Self.lineHeight)
            below = end
            svg += text(
                "\(line.name) \(line.values.last ?? 0)", x: Self.right + 6, y: end + 4, anchor: "start", kind: name)
        }
        return Markup(trusted: svg + "</svg>")
    }

    private func x(_ index: Int) -> Double {
        Self.left + (Self.right - Self.left) * Double(index) / Double(max(1, points.count - 1))
    }

    private func y(_ value: Int, _ most: Int) -> Double {
        Self.bottom - (Self.bottom - Self.top) * Double(value) / Double(most)
    }

    private func text(_ text: String, x: Double, y: Double, anchor: String, kind: String = "") -> String {
        ChartDrawing.text(text, x: x, y: y, anchor: anchor, kind: kind)
    }
}

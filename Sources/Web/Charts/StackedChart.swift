/// Shares of several rows, each a bar of parts. Neighbours differ in lightness and pattern, and each part that has room says its share,
/// so that it can be read in print and without colour.
struct StackedChart {
    struct Row {
        let name: String
        /// 0 to 1; nil where one is not shown.
        let shares: [Double?]
    }

    /// Names the patterns of this picture in its page.
    let id: String
    let title: String
    let description: String
    /// Of the parts, in the order of `shares`.
    let parts: [String]
    let rows: [Row]

    /// There are so many patterns.
    static let mostParts = 6
    private static let (width, step, thickness, line) = (328.0, 46.0, 18.0, 18.0)

    /// Nothing where there are more parts than patterns, or a share is hidden.
    var markup: Markup? {
        guard (2...Self.mostParts).contains(parts.count), !rows.isEmpty,
            rows.allSatisfy({ $0.shares.count == parts.count && !$0.shares.contains(nil) })
        else { return nil }
        let head = Self.line * Double(parts.count) + 8
        var svg = ChartDrawing.opening(
            "stacked-chart", width: Self.width, height: head + Self.step * Double(rows.count), title: title,
            description: description)
        svg += "<defs>" + parts.indices.map(pattern).joined() + "</defs>"
        for (index, part) in parts.enumerated() {
            let y = Self.line * Double(index)
            svg += swatch(index, x: 0, y: y + 3, width: 22, height: 11)
            svg += ChartDrawing.text(ChartDrawing.fitting(part, columns: 44), x: 30, y: y + 13)
        }
        for (index, row) in rows.enumerated() {
            let top = head + Self.step * Double(index)
            svg += ChartDrawing.text(ChartDrawing.fitting(row.name, columns: 48), x: 0, y: top + 14)
            var x = 0.0
            for (part, share) in row.shares.enumerated() {
                let width = Self.width * (share ?? 0)
                if width > 0 { svg += swatch(part, x: x, y: top + 20, width: width, height: Self.thickness) }
                if width >= 38 {
                    let figure = "\(Int(((share ?? 0) * 100).rounded()))%"
                    svg += ChartDrawing.bar("label", x: x + width / 2 - 17, y: top + 22, width: 34, height: 14)
                    svg += ChartDrawing.text(figure, x: x + width / 2, y: top + 33.5, anchor: "middle", kind: "part")
                }
                x += width
            }
        }
        return Markup(trusted: svg + "</svg>")
    }

    private func swatch(_ part: Int, x: Double, y: Double, width: Double, height: Double) -> String {
        "<rect class=\"part\" fill=\"url(#\(id)-\(part))\" x=\"\(ChartDrawing.short(x))\" y=\"\(ChartDrawing.short(y))\" width=\"\(ChartDrawing.short(width))\" height=\"\(ChartDrawing.short(height))\"/>"
    }

    /// From full ink over dense and wide hatching and dots to paper. Two full ones, in ink and in blue, look alike in print.
    private func pattern(_ part: Int) -> String {
        let drawn =
            switch part {
            case 0: "<path class=\"full\" d=\"M0 0H6V6H0Z\"/>"
            case 1: "<path class=\"hatch dense\" d=\"M0 0L6 6M-1.5 4.5L1.5 7.5M4.5 -1.5L7.5 1.5\"/>"
            case 2: "<path class=\"hatch\" d=\"M0 6L6 0M-1.5 1.5L1.5 -1.5M4.5 7.5L7.5 4.5\"/>"
            case 3: "<path class=\"hatch blue\" d=\"M0 2H6M0 5H6\"/>"
            case 4: "<circle class=\"dot\" cx=\"3\" cy=\"3\" r=\"1\"/>"
            default: ""
            }
        return
            "<pattern id=\"\(id)-\(part)\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\(drawn)</pattern>"
    }
}

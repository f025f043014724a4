/// Bars below each other, each with its name above it and its figure at its end.
struct BarChart {
    struct Bar {
        let name: String
        let figure: String
        /// 0 to 1 of the whole width; nil where the figure is not shown.
        let length: Double?
    }

    let title: String
    let description: String
    let bars: [Bar]

    private static let (width, longest, step, thickness) = (328.0, 220.0, 38.0, 12.0)

    var markup: Markup {
        var svg = ChartDrawing.opening(
            "bar-chart", width: Self.width, height: Self.step * Double(bars.count) + 4, title: title,
            description: description)
        for (index, bar) in bars.enumerated() {
            let top = Self.step * Double(index)
            let length = Self.longest * min(max(bar.length ?? 0, 0), 1)
            svg += ChartDrawing.text(ChartDrawing.fitting(bar.name, columns: 48), x: 0, y: top + 14)
            if length > 0 { svg += ChartDrawing.bar("bar", x: 0, y: top + 20, width: length, height: Self.thickness) }
            svg += ChartDrawing.text(bar.figure, x: length + (length > 0 ? 6 : 0), y: top + 31, kind: "figure")
        }
        return Markup(trusted: svg + "</svg>")
    }
}

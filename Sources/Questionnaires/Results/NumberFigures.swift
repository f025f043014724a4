/// Of numbers, or of the steps of a scale: reckoned exactly over all answers.
package struct NumberFigures: Sendable, Equatable, Codable {
    /// How many numbers.
    package let sheets: Int
    package let mean: Double
    package let median: Double
    /// The standard deviation of the answers themselves.
    package let spread: Double
    /// The smallest and the largest number; nil where only few gave it.
    package let least: Double?
    package let most: Double?

    package init(
        sheets: Int, mean: Double, median: Double, spread: Double, least: Double? = nil, most: Double? = nil
    ) {
        (self.sheets, self.mean, self.median, self.spread) = (sheets, mean, median, spread)
        (self.least, self.most) = (least, most)
    }

    /// With the ends that at least `smallest` gave.
    func telling(_ distribution: NumberDistribution?, smallest: Int) -> NumberFigures {
        func shown(_ end: NumberDistribution.End?) -> Double? {
            end.flatMap { $0.sheets >= smallest ? $0.number : nil }
        }
        return NumberFigures(
            sheets: sheets, mean: mean, median: median, spread: spread, least: shown(distribution?.least),
            most: shown(distribution?.most))
    }
}

/// How numbers are spread: the smallest, the largest, and how many lie in each of some ten classes of the same width.
package struct NumberDistribution: Sendable, Equatable {
    /// A number, and how many gave it.
    package struct End: Sendable, Equatable {
        package let number: Double
        package let sheets: Int

        package init(_ number: Double, sheets: Int) { (self.number, self.sheets) = (number, sheets) }
    }

    package struct Class: Sendable, Equatable {
        package let label: String
        package let sheets: Int
    }

    package let least: End
    package let most: End
    /// Whether all of them are whole numbers.
    private let isWhole: Bool
    private let width: Double
    /// Where each class begins, and how many are in it; those with nobody are left out.
    private let classes: [(start: Double, sheets: Int)]

    package init(least: End, most: End, isWhole: Bool, width: Double, classes: [(start: Double, sheets: Int)]) {
        (self.least, self.most, self.isWhole, self.width, self.classes) = (least, most, isWhole, width, classes)
    }

    package static func == (one: Self, other: Self) -> Bool {
        (one.least, one.most, one.isWhole, one.width) == (other.least, other.most, other.isWhole, other.width)
            && one.classes.elementsEqual(other.classes) { $0 == $1 }
    }

    /// The classes, with the few at both ends in one with their neighbours: where one of them lies is not to be seen.
    /// - Parameter smallest: how many a class at an end has at least.
    package func shown(smallest: Int) -> [Class] {
        guard let shown = Self.withoutFewAtEnds(classes.map(\.sheets), smallest: smallest) else { return [] }
        let (first, last) = (shown.lowerBound, shown.upperBound)
        func sheets(_ range: ClosedRange<Int>) -> Int { classes[range].reduce(0) { $0 + $1.sheets } }
        return shown.map { index in
            switch index {
            case first where first > 0: Class(label: "<\(end(index))", sheets: sheets(0...first))
            case last where last < classes.count - 1:
                Class(
                    label: "≥\(DecimalText.label(of: classes[index].start))", sheets: sheets(last...(classes.count - 1))
                )
            default: Class(label: label(index), sheets: classes[index].sheets)
            }
        }
    }

    /// The classes that stay when the first takes along those before it, and the last those after it, until each has `smallest`; nil where
    /// fewer than two would.
    static func withoutFewAtEnds(_ sheets: [Int], smallest: Int) -> ClosedRange<Int>? {
        var (first, last) = (0, sheets.count - 1)
        while first < last, sheets[...first].reduce(0, +) < smallest { first += 1 }
        while first < last, sheets[last...].reduce(0, +) < smallest { last -= 1 }
        return first < last ? first...last : nil
    }

    private func end(_ index: Int) -> String { DecimalText.label(of: classes[index].start + width) }

    /// `5`, `10–19`, `0.5–<1`, `−10 – −6`
    private func label(_ index: Int) -> String {
        let start = classes[index].start
        let (from, dash) = (DecimalText.label(of: start), start < 0 ? " – " : "–")
        if isWhole {
            return width <= 1 ? from : "\(from)\(dash)\(DecimalText.label(of: start + width - 1))"
        }
        return "\(from)\(dash)<\(end(index))"
    }
}

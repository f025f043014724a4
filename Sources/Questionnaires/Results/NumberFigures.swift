/// Of numbers, or of the steps of a scale: reckoned exactly over all answers.
package struct NumberFigures: Sendable, Equatable, Codable {
    /// How many numbers.
    package let sheets: Int
    package let mean: Double
    package let median: Double
    /// The standard deviation of the answers themselves.
    package let spread: Double

    package init(sheets: Int, mean: Double, median: Double, spread: Double) {
        (self.sheets, self.mean, self.median, self.spread) = (sheets, mean, median, spread)
    }
}

/// A class of numbers, or of the years of dates, as the tally calls it: `20..30` is from 20 to below 30, `..20` what is less, `90..` what
/// is no less.
package struct NumberRange: Sendable, Equatable {
    /// Nil: whatever is less than `end`.
    package let start: Double?
    /// Not in it any more. Nil: whatever is no less than `start`.
    package let end: Double?

    package init(start: Double?, end: Double?) { (self.start, self.end) = (start, end) }

    /// - Returns: nil where it is no class, or everything.
    package init?(_ code: String) {
        guard let dots = code.firstRange(of: "..") else { return nil }
        let (first, last) = (String(code[..<dots.lowerBound]), String(code[dots.upperBound...]))
        (start, end) = (DecimalText.number(first), DecimalText.number(last))
        guard (start == nil) == first.isEmpty, (end == nil) == last.isEmpty, start != nil || end != nil else {
            return nil
        }
    }

    package var code: String {
        "\(start.map(DecimalText.text) ?? "")..\(end.map(DecimalText.text) ?? "")"
    }

    /// The one number that lies in it, where only whole ones between two ends can be answered; nil where there are several.
    /// - Parameters:
    ///   - least: the smallest that can be answered, as far as that is known.
    ///   - most: the largest.
    package func only(least: Double?, most: Double?) -> Double? {
        guard let first = start ?? least else { return nil }
        let last = end.map { $0 - 1 } ?? most
        return last == first ? first : nil
    }
}

extension CrossTable.Axis {
    /// By classes of numbers or years. The few at both ends go with their neighbours, as they do in the figures of the question: where one
    /// of them lies is not to be seen.
    /// - Returns: nil where fewer than two are left.
    init?(question: String, line: String, classesIn tally: Tally, smallest: Int) {
        let classes = tally.options(of: question, line: line).compactMap { code in
            NumberRange(code).map {
                (code: code, range: $0, sheets: tally[Tally.Mark(question: question, line: line, option: code)])
            }
        }.filter { $0.sheets > 0 }
            .sorted { ($0.range.start ?? -.infinity) < ($1.range.start ?? -.infinity) }
        guard let shown = NumberDistribution.withoutFewAtEnds(classes.map(\.sheets), smallest: smallest) else {
            return nil
        }
        var (options, folded): ([String], [String: String]) = ([], [:])
        for (index, one) in classes.enumerated() {
            let nearest = classes[min(max(index, shown.lowerBound), shown.upperBound)].range
            let option = NumberRange(
                start: shown.lowerBound > 0 && index <= shown.lowerBound ? nil : nearest.start,
                end: shown.upperBound < classes.count - 1 && index >= shown.upperBound ? nil : nearest.end
            ).code
            if options.last != option { options.append(option) }
            if option != one.code { folded[one.code] = option }
        }
        self.init(question: question, line: line, options: options, folded: folded, addsUp: true)
    }
}

extension Tally {
    /// In an option of an axis, with what it shows together with it.
    func sheets(in option: String, of axis: CrossTable.Axis) -> Int {
        axis.marks(of: option).reduce(0) { $0 + self[$1] }
    }
}

/// Which counts of a question, or of one row of it, are not shown.
///
/// How many answered is taken for known: another question may tell it, or it is all sheets. So counts protect only each other. Where it
/// is to be hidden itself (`hidesAnswered`), a count that can be one less goes with it, or the counts would add up to it.
struct HiddenCounts {
    private(set) var isHidden: [Bool]
    /// Nothing less would do: how many answered is hidden, too.
    private(set) var isWhole: Bool

    /// How many of the options one answer has.
    enum Choices {
        case one
        /// - exclusive: the places of those that leave no room for others.
        case several(exclusive: Set<Int>, least: Int, most: Int)
    }

    init(_ counts: [Int], of answered: Int, _ choices: Choices, hidesAnswered: Bool, smallest: Int) {
        let sum = counts.reduce(0, +)
        // Who did not make one of several choices may be few, too.
        let rest = if case .several = choices { counts.map { answered - $0 } } else { [Int]() }
        // What several choices add up to is not printed everywhere, but everybody made at least one: so it is taken for known, too.
        let row =
            Suppression(
                Suppression.Cells([counts + [sum]], hasColumnSums: false, rowSumsAreKnown: true), smallest: smallest,
                rest: [rest]
            ).isHidden.first ?? []
        (isHidden, isWhole) = (Array(row.dropLast()), row.last ?? false)
        if case .several(let exclusive, let least, let most) = choices {
            hide(counts, of: answered, exclusive, least, most, hidesAnswered: hidesAnswered, smallest)
        }
        // A few who chose one of two hidden ones are few who did not choose what is shown.
        let hidden = zip(counts, isHidden).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
        if (1..<max(1, smallest)).contains(hidden) { hideNext(counts) }
        if hidesAnswered, !zip(counts, isHidden).contains(where: { $0 >= 2 && $1 }) { hideNext(counts) }
        // A few can make many choices; that nobody made one of them would be known of each.
        if (1..<max(1, smallest)).contains(answered) { isWhole = true }
        if isWhole { isHidden = counts.map { _ in true } }
    }

    /// The smallest of those that are shown; what was chosen once can be no less.
    private mutating func hideNext(_ counts: [Int]) {
        let open = counts.indices.filter { !isHidden[$0] && counts[$0] >= 2 }
        if let next = open.min(by: { counts[$0] < counts[$1] }) { isHidden[next] = true } else { isWhole = true }
    }

    /// What nearly everybody chose tells how many answered; so it does how many chose what leaves no room for others.
    private mutating func hide(
        _ counts: [Int], of answered: Int, _ exclusive: Set<Int>, _ least: Int, _ most: Int, hidesAnswered: Bool,
        _ smallest: Int
    ) {
        let hidesExclusive = exclusive.contains { isHidden[$0] }
        guard hidesAnswered || hidesExclusive else { return }
        let others = counts.indices.filter { !exclusive.contains($0) }
        let people = answered - exclusive.reduce(0) { $0 + counts[$1] }
        for index in others where counts[index] > max(0, people - smallest) { isHidden[index] = true }
        // The same from how many choices one makes at least and at most.
        let made = others.reduce(0) { $0 + counts[$1] }
        if hidesExclusive, made > most * (people - smallest) || least > 1 && made < least * (people + smallest) {
            isWhole = true
        }
    }
}

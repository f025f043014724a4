/// Each option of a ranking by the places it was given.
struct RankingFigures {
    let parts: [QuestionFigures.Part]
    /// Nothing less than all of it can be hidden.
    let isWhole: Bool

    /// Places of so many cells say nothing to anybody; mean places still do.
    static let mostCells = CrossTable.mostCells

    init(_ kind: Question.Ranking, _ code: String, in tally: Tally, smallest: Int) {
        let options = kind.options.map(\.code)
        let places = (1...max(1, kind.places)).map(String.init)
        let counts = options.map { option in
            places.map { tally[Tally.Mark(question: code, line: option, option: $0)] }
        }
        let all = tally[Tally.Mark(question: code)]
        let showsPlaces = (options.count + 1) * (places.count + 1) <= Self.mostCells
        let hidden = Self.hidden(counts, of: all, showsPlaces: showsPlaces, smallest)
        isWhole = hidden.allSatisfy { $0.allSatisfy { $0 } } && all > 0
        parts = zip(options, zip(counts, hidden)).map { option, pair in
            let (row, hidden) = pair
            let ranked = row.reduce(0, +)
            let lines = zip(zip(places, row), hidden).map { cell, isHidden in
                QuestionFigures.Line(cell.0, isHidden ? nil : cell.1, of: all)
            }
            let isSafe = !hidden.contains(true) && ranked >= max(smallest, 1)
            return QuestionFigures.Part(
                line: option, base: hidden.last == true ? nil : ranked, lines: showsPlaces ? lines : [],
                numbers: isSafe ? Self.figures(row) : nil)
        }
    }

    /// Of each option its places and, last, how many ranked it. Who gave a place gave it to one option, so the columns add up, too; how
    /// often a place was given is known: the first by everybody who answered.
    private static func hidden(_ counts: [[Int]], of all: Int, showsPlaces: Bool, _ smallest: Int) -> [[Bool]] {
        let ranked = counts.map { $0.reduce(0, +) }
        let rest = ranked.map { all - $0 }
        guard showsPlaces else {
            let cells = Suppression.Cells(
                [ranked + [ranked.reduce(0, +)]], hasColumnSums: false, rowSumsAreKnown: true)
            let row = Suppression(cells, smallest: smallest, rest: [rest]).isHidden.first ?? []
            return zip(ranked, row).map { [$1] }
        }
        let rows = zip(counts, ranked).map { $0 + [$1] }
        let sums = (rows.first ?? []).indices.map { column in rows.reduce(0) { $0 + $1[column] } }
        let cells = Suppression.Cells(
            rows + [sums], rowSumsAreKnown: rest.allSatisfy { $0 == 0 }, columnSumsAreKnown: true)
        let left = zip(counts, rest).map { $0.map { _ in 0 } + [$1] }
        return Array(Suppression(cells, smallest: smallest, rest: left).isHidden.dropLast())
    }

    /// Of places 1, 2, … by how often each was given.
    private static func figures(_ counts: [Int]) -> NumberFigures {
        let places = counts.enumerated().map { (place: $0.offset + 1, count: $0.element) }
        let (all, sum) = places.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.place * $1.count) }
        guard all > 0 else { return NumberFigures(sheets: 0, mean: 0, median: 0, spread: 0) }
        let squares = places.reduce(0) { $0 + $1.place * $1.place * $1.count }
        let mean = Double(sum) / Double(all)
        func place(_ rank: Int) -> Int {
            var seen = 0
            return places.first {
                seen += $0.count
                return seen >= rank
            }?.place ?? 0
        }
        let median = Double(place((all + 1) / 2) + place(all / 2 + 1)) / 2
        return NumberFigures(
            sheets: all, mean: mean, median: median,
            spread: max(0, Double(squares) / Double(all) - mean * mean).squareRoot())
    }
}

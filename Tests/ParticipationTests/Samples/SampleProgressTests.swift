import Testing

@testable import Participation

@Suite("How far a telephone sample is")
struct SampleProgressTests {
    private func progress(_ parts: [(String, done: Int, toCall: Int)]) -> SampleProgress {
        SampleProgress(
            strata: parts.map {
                SampleProgress.Stratum(name: $0.0, counts: [.done: $0.done, .toCall: $0.toCall])
            }, held: [], attempts: [])
    }

    @Test func smallPartsAreOne() {
        let shown = progress([("甲", 4, 6), ("乙", 1, 2), ("丙", 0, 3), ("丁", 5, 0)]).shown(smallest: 5)
        #expect(shown.parts.map(\.name) == ["甲", "丁"])
        #expect(shown.others == [.done: 1, .toCall: 5])
    }

    /// Else the whole less the others would say how the one small part stands.
    @Test func onlyOneSmallPartTakesTheNextWithIt() {
        let shown = progress([("甲", 4, 6), ("乙", 1, 2), ("丁", 5, 0)]).shown(smallest: 5)
        #expect(shown.parts.map(\.name) == ["甲"])
        #expect(shown.others == [.done: 6, .toCall: 2])
        let alone = progress([("乙", 1, 2)]).shown(smallest: 5)
        #expect(alone.parts.isEmpty && alone.others == [.done: 1, .toCall: 2])
    }

    @Test func whereNothingIsSmallEveryPartIsShown() {
        let parts = progress([("甲", 4, 6), ("丁", 5, 0)])
        #expect(parts.shown(smallest: 5).parts.count == 2 && parts.shown(smallest: 5).others.isEmpty)
        #expect(progress([("乙", 1, 0)]).shown(smallest: 1).parts.map(\.name) == ["乙"])
        #expect(parts.counts == [.done: 9, .toCall: 6])
    }
}

import Foundation
import Participation
import Testing

@testable import Web

/// One result by the forms of its matter: what the lines say adds up to the total.
@Suite struct FormTableTests {
    private let texts = Texts(language: .chinese, all: [:])

    private func content(
        _ channels: [String: (submissions: Int, outcomes: [String: Int])],
        gatherings: [PublishedContent.Result.GatheringCount]? = nil,
        questionnaires: [PublishedContent.Result.QuestionnaireCount]? = nil, withdrawn: Int = 0
    ) -> PublishedContent.Result {
        var counts = PublishedContent.Result.Counts()
        counts.withdrawn = withdrawn
        for (submissions, outcomes) in channels.values {
            counts.submissions += submissions
            counts.opinions += outcomes.values.reduce(0, +)
            counts.adopted += outcomes["adopted"] ?? 0
            counts.explained += outcomes["explained"] ?? 0
        }
        return PublishedContent.Result(
            title: "采纳情况", unit: "县民政局", opensAt: Date(timeIntervalSince1970: 0),
            closesAt: Date(timeIntervalSince1970: 86_400), channels: channels.mapValues { $0.submissions },
            counts: counts,
            opinions: nil, nextStep: "", unitAtFoot: "县民政局", dateAtFoot: "2026-12-15",
            channelCounts: channels.mapValues {
                .init(opinions: $0.outcomes.values.reduce(0, +), people: $0.submissions, outcomes: $0.outcomes)
            }, gatherings: gatherings, questionnaires: questionnaires)
    }

    private func held(_ kind: String, _ count: Int, _ outcomes: [String: Int])
        -> PublishedContent.Result.GatheringCount
    {
        .init(
            number: "\(kind)-\(count)", kind: kind, title: "会", heldOn: "2026-12-10", people: count, entries: count,
            submissions: count, opinions: count, outcomes: outcomes)
    }

    @Test func everyLineOnceAndTheyAddUp() throws {
        // Three came from two forums, one was written down at the counter as said at a meeting.
        let table = try #require(
            FormTable(
                content(
                    [
                        "web": (4, ["adopted": 1, "explained": 2]), "written": (2, ["adopted": 2]),
                        "meeting": (4, ["adopted": 2, "explained": 2]), "hearing": (5, ["explained": 5]),
                    ],
                    gatherings: [
                        held("forum", 2, ["adopted": 2]), held("forum", 1, ["explained": 1]),
                        held("hearing", 5, ["explained": 5]),
                    ], questionnaires: [.init(number: "Q-1", kind: "poll", title: "问", sheets: 36)]), texts))
        let lines = try #require(table.lines).items.map { $0.cells.compactMap { Int($0.text) } }
        #expect(
            lines == [
                [5, 4, 1, 3], [2, 2, 2, 0], [2, 2, 2, 0], [1, 1, 0, 1], [5, 5, 0, 5], [15, 14, 5, 9],
            ])
        let sums = lines.dropLast().reduce([0, 0, 0, 0]) { zip($0, $1).map { $0 + $1 } }
        #expect(sums == lines.last)
        #expect(table.asked?.items.map(\.href) == ["/questionnaires/Q-1"])
    }

    @Test func whatWasTakenBackStandsBesideWhatCameIn() throws {
        let table = try #require(
            FormTable(
                content(
                    ["web": (3, ["adopted": 2]), "meeting": (1, ["explained": 1])],
                    gatherings: [held("forum", 1, ["explained": 1])], withdrawn: 1), texts))
        let lines = try #require(table.lines).items.map { $0.cells.compactMap { Int($0.text) } }
        #expect(lines == [[3, 1, 2, 2, 0], [1, 0, 1, 0, 1], [4, 1, 3, 2, 1]])
        #expect(table.columns.count == 5)
    }

    @Test func theSolicitationAloneHasNone() {
        #expect(FormTable(content(["web": (1, ["adopted": 1])]), texts) == nil)
    }

    /// Nobody wrote, but a questionnaire was answered: it is said.
    @Test func aQuestionnaireAloneIsSaid() throws {
        let table = try #require(
            FormTable(content([:], questionnaires: [.init(number: "Q-1", kind: "poll", title: "问", sheets: 3)]), texts))
        #expect(table.lines == nil && table.asked?.items.count == 1)
    }
}

import Foundation
import Participation
import Text

/// The result itself: figures, the table, the next step. The published page and the desk's preview show the same.
struct ResultBody: Sendable {
    struct Figure: Sendable {
        let label: String
        let value: String
    }

    struct Row: Sendable {
        let ordinal: Int
        let label: String
        let passage: String?
        /// Absent when hidden or sealed; `absence` then says which.
        let content: [String]?
        let absence: String?
        let outcome: String
        let outcomeText: String
        let reason: [String]
        /// Passages of the newest published edition that carry it out.
        let changes: Filled<Crumb>?
    }

    let summary: String
    let figures: Filled<Figure>?
    /// How many by each way.
    let channels: [Figure]
    let outcomes: [Figure]
    /// Offices asked by letter, and what they said; absent where nobody was.
    let letters: Filled<Figure>?
    let forms: FormTable?
    let rows: Filled<Row>?
    let csvHref: String?
    /// The next page of the table.
    let moreHref: String?
    let nextStep: Filled<String>?

    init(
        _ content: PublishedContent.Result, rows: [Row], csvHref: String? = nil, moreHref: String? = nil,
        _ texts: Texts
    ) {
        let counts = content.counts
        let someReceived = counts.submissions > 0
        summary =
            someReceived
            ? texts[
                "results.summary",
                ["submissions": counts.submissions, "opinions": counts.opinions, "people": counts.people]]
            : texts["results.none"]
        figures = someReceived ? Filled(texts.figures(of: counts)) : nil
        channels = Channel.ofComments.compactMap { channel in
            guard let count = content.channels[channel.rawValue], count > 0 else { return nil }
            let more = content.channelCounts?[channel.rawValue]
            let parts = [
                texts["results.submissions", ["count": count]],
                more.map { texts["results.opinions", ["count": $0.opinions]] },
                more.map { texts["results.people", ["count": $0.people]] },
            ]
            // How they ended stands behind the count where the version says it.
            let ends = (more?.outcomes ?? [:]).filter { $0.value > 0 }
            let ended = Outcome.allCases.compactMap { outcome in
                ends[outcome.rawValue].map { "\(texts.outcome(outcome.rawValue)) \($0)" }
            }
            return Figure(
                label: texts.channel(channel.rawValue),
                value: (parts + [ended.isEmpty ? nil : ended.joined(separator: texts["results.comma"])]).compactMap {
                    $0
                }.joined(separator: texts["results.comma"]))
        }
        outcomes = texts.outcomes(of: counts)
        forms = FormTable(content, texts)
        letters = Filled(content.written.map(texts.letters) ?? [])
        self.rows = Filled(rows)
        (self.csvHref, self.moreHref) = (csvHref, moreHref)
        nextStep = Filled(content.nextStep.paragraphs)
    }
}

extension ResultBody.Row {
    /// - Parameter changes: links to what carries it out.
    init(_ opinion: PublishedOpinion, changes: [Crumb] = [], _ texts: Texts) {
        self.init(
            ordinal: opinion.ordinal, label: opinion.label, passage: opinion.passage, body: opinion.body,
            sealedAt: opinion.sealedAt, outcome: opinion.outcome, reason: opinion.reason,
            changes: opinion.body == nil || Outcome(rawValue: opinion.outcome)?.isAdopted != true ? [] : changes, texts)
    }

    /// As it will be published.
    init(_ opinion: PublishedContent.Result.Opinion, changes: [Crumb] = [], _ texts: Texts) {
        self.init(
            ordinal: opinion.ordinal, label: opinion.label, passage: opinion.passage ?? "", body: opinion.body,
            sealedAt: nil, outcome: opinion.outcome, reason: opinion.reason, changes: changes, texts)
    }

    private init(
        ordinal: Int, label: String, passage: String, body: String?, sealedAt: Date?, outcome: String, reason: String,
        changes: [Crumb], _ texts: Texts
    ) {
        (self.ordinal, self.label, self.outcome) = (ordinal, label, outcome)
        self.passage = passage.isEmpty ? nil : passage
        content = body?.paragraphs
        absence =
            body != nil
            ? nil
            : sealedAt.map { texts["results.sealed_row", ["day": ChinaTime.day($0, in: texts.clock)]] }
                ?? texts["results.hidden_row"]
        outcomeText = texts.outcome(outcome)
        self.reason = reason.paragraphs
        self.changes = Filled(changes)
    }
}

extension Texts {
    fileprivate func figures(of counts: PublishedContent.Result.Counts) -> [ResultBody.Figure] {
        [("submissions", counts.submissions), ("opinions", counts.opinions), ("people", counts.people)].map {
            ResultBody.Figure(label: self["results.figures.\($0)"], value: self["results.\($0)", ["count": $1]])
        }
    }

    fileprivate func letters(_ it: PublishedContent.Result.Letters) -> [ResultBody.Figure] {
        [
            ("asked", it.asked), ("opinion", it.opinion), ("none", it.none), ("late", it.late), ("deemed", it.deemed),
            ("unanswered", it.unanswered),
        ].filter { $0.0 == "asked" || $0.1 > 0 }.map {
            ResultBody.Figure(label: self["written.figures.\($0)"], value: self["written.units", ["count": $1]])
        }
    }

    /// `发函 4 家，有意见 2 家`, in one line of a table.
    func lettersInWords(_ it: PublishedContent.Result.Letters) -> String {
        letters(it).map { "\($0.label) \($0.value)" }.joined(separator: self["results.comma"])
    }

    /// What did not happen is left out.
    fileprivate func outcomes(of counts: PublishedContent.Result.Counts) -> [ResultBody.Figure] {
        let opinions: [(Outcome, Int)] = [
            (.adopted, counts.adopted), (.partlyAdopted, counts.partlyAdopted), (.notAdopted, counts.notAdopted),
            (.explained, counts.explained), (.transferred, counts.transferred), (.invalid, counts.invalid),
        ]
        var figures = opinions.filter { $0.1 > 0 }.map {
            ResultBody.Figure(label: outcome($0.rawValue), value: self["results.opinions", ["count": $1]])
        }
        if counts.withdrawn > 0 {
            figures.append(
                ResultBody.Figure(
                    label: outcome("withdrawn"), value: self["results.submissions", ["count": counts.withdrawn]]))
        }
        return figures
    }
}

extension ResultBody {
    static let sample: ResultBody = {
        let texts = Texts(language: .chinese, all: [:])
        var counts = PublishedContent.Result.Counts()
        (counts.submissions, counts.opinions, counts.people, counts.adopted, counts.withdrawn) = (2, 2, 2, 2, 1)
        let opinions = [
            PublishedContent.Result.Opinion(
                ordinal: 1, number: "MY-1", label: "网民1", passage: "5 低保", body: "太长", outcome: "adopted",
                reason: "已改为十个工作日。"),
            PublishedContent.Result.Opinion(
                ordinal: 2, number: "MY-2", label: "网民2", passage: nil, body: nil, outcome: "explained", reason: ""),
        ]
        let content = PublishedContent.Result(
            title: "采纳情况", unit: "县民政局", opensAt: Date(timeIntervalSince1970: 0),
            closesAt: Date(timeIntervalSince1970: 86_400), channels: ["web": 1, "hearing": 1], counts: counts,
            opinions: opinions,
            nextStep: "修改后公布。", unitAtFoot: "县民政局", dateAtFoot: "2026-12-15",
            channelCounts: [
                "web": .init(opinions: 1, people: 1, outcomes: ["adopted": 1]),
                "hearing": .init(opinions: 1, people: 1, outcomes: ["adopted": 1]),
            ],
            written: .init(asked: 4, opinion: 1, none: 1, late: 0, deemed: 1, unanswered: 1),
            gatherings: [
                .init(
                    number: "H-1", kind: "hearing", title: "听证会", heldOn: "2026-12-10", people: 9, entries: 12,
                    submissions: 1, opinions: 1, outcomes: ["adopted": 1])
            ], questionnaires: [.init(number: "Q-1", kind: "questionnaire", title: "问卷", sheets: 120)])
        return ResultBody(
            content, rows: opinions.map { Row($0, changes: [Crumb(href: "/c#row-5", text: "第 5 行")], texts) },
            csvHref: "/r.csv", moreHref: "/m", texts)
    }()
}

import Participation
import Text

/// What a corrected result says otherwise than the version before it, word by word.
struct ResultChanges: Sendable {
    struct Line: Sendable {
        let name: String
        /// Changed, new, or gone.
        let what: String
        let tone: String
        let cells: Filled<RedlinePage.Cell>?
    }

    let title: String
    /// In the organiser's words.
    let reason: [String]
    let lines: Filled<Line>?
    let none: String?
    /// There are more than are shown.
    let more: String?

    static let most = 100

    /// - Parameter opinions: one more than `most` where there are more.
    init(
        from old: PublishedVersion, _ before: PublishedContent.Result, to now: PublishedContent.Result,
        opinions: [CorrectedOpinion], _ texts: Texts
    ) {
        title = texts["results.changes.title", ["version": old.version]]
        reason = (now.correction ?? "").paragraphs
        let wording = [
            ("results.changes.heading", before.title, now.title), ("results.next", before.nextStep, now.nextStep),
            ("results.changes.foot", before.unitAtFoot, now.unitAtFoot),
        ].filter { $0.1 != $0.2 }.map {
            RedlinePage.Cell(label: texts[$0.0], wordsMarkup: Markup(Redline(from: $0.1, to: $0.2), texts))
        }
        let counts = Self.counts(before, now, texts)
        let whole = wording + counts
        let first =
            whole.isEmpty
            ? []
            : [
                Line(
                    name: texts["results.changes.whole"], what: texts["editions.relations.reworded"], tone: "info",
                    cells: Filled(whole))
            ]
        let lines = first + opinions.prefix(Self.most).map { Line($0, texts) }
        self.lines = Filled(lines)
        none = lines.isEmpty ? texts["results.changes.none"] : nil
        more = opinions.count > Self.most ? texts["results.changes.more"] : nil
    }

    private static func counts(
        _ old: PublishedContent.Result, _ new: PublishedContent.Result, _ texts: Texts
    ) -> [RedlinePage.Cell] {
        [
            ("submissions", old.counts.submissions, new.counts.submissions),
            ("opinions", old.counts.opinions, new.counts.opinions), ("people", old.counts.people, new.counts.people),
        ].filter { $0.1 != $0.2 }.map {
            RedlinePage.Cell(
                label: texts["results.figures.\($0.0)"],
                wordsMarkup: Markup(Redline(from: String($0.1), to: String($0.2)), texts))
        }
    }

    private init(lines: Filled<Line>?, none: String?, more: String?) {
        (title, reason) = ("与第 1 版相比", ["第3条写错了。"])
        (self.lines, self.none, self.more) = (lines, none, more)
    }

    static let sample = ResultChanges(
        lines: Filled([
            Line(
                name: "第 3 行", what: "改写", tone: "info",
                cells: Filled([.init(label: "理由", wordsMarkup: Markup(trusted: "<ins>已改</ins>"))])),
            Line(name: "第 4 行", what: "新增", tone: "good", cells: nil),
        ]), none: nil, more: "还有更多")
    static let sampleOfNone = ResultChanges(lines: nil, none: "文字没有变", more: nil)
}

extension ResultChanges.Line {
    fileprivate init(_ change: CorrectedOpinion, _ texts: Texts) {
        name =
            texts[
                "results.changes.row",
                ["ordinal": change.new?.ordinal ?? change.old?.ordinal ?? 0, "number": change.number]]
        let key: String
        switch (change.old, change.new) {
        case (nil, _): (key, tone) = ("added", "good")
        case (_, nil): (key, tone) = ("dropped", "bad")
        default: (key, tone) = ("reworded", "info")
        }
        what = texts["editions.relations.\(key)"]
        func words(_ side: CorrectedOpinion.Side?) -> [(String, String)] {
            let body = side.map { $0.body ?? texts["results.hidden_row"] } ?? ""
            let outcome = side.map { texts.outcome($0.outcome) } ?? ""
            return [
                ("label", side?.label ?? ""),
                ("content", [side?.passage ?? "", body].filter { !$0.isEmpty }.joined(separator: "\n")),
                ("outcome", outcome), ("reason", side?.reason ?? ""),
            ]
        }
        cells = Filled(
            zip(words(change.old), words(change.new)).filter { $0.1 != $1.1 }.map { old, new in
                RedlinePage.Cell(
                    label: texts["results.columns.\(new.0)"],
                    wordsMarkup: Markup(Redline(from: old.1, to: new.1), texts))
            })
    }
}

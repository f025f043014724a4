import Participation
import Text

/// A result by the forms in which the public had its say: each submission stands in one line, and the lines add up to the total.
/// Answer sheets are counted apart: they hold no opinions that are answered one by one.
struct FormTable: Sendable {
    struct Line: Sendable {
        let name: String
        let href: String?
        /// `10 人参加`, of what was held.
        let people: String?
        /// 件, those taken back if any were, 条, then the outcomes that there are, in the order of the columns.
        let cells: [Cell]
    }

    struct Cell: Sendable {
        let column: String
        let text: String
    }

    /// A questionnaire, in sheets.
    struct Asked: Sendable {
        let name: String
        let href: String
        /// `40 份`
        let sheets: String

        init(name: String, href: String, sheets: Int, _ texts: Texts) {
            (self.name, self.href, self.sheets) = (name, href, texts["coming.sheet_count", ["count": sheets]])
        }
    }

    let columns: [String]
    /// Absent where there was the solicitation alone.
    let lines: Filled<Line>?
    let asked: Filled<Asked>?

    /// Nil where there was the solicitation alone, and in a version from before outcomes were counted by channel.
    init?(_ content: PublishedContent.Result, _ texts: Texts) {
        let gatherings = content.gatherings ?? []
        let questionnaires = content.questionnaires ?? []
        let written = Self.sum(content, [Channel.written.rawValue])
        let others = Self.sum(content, content.channels.keys.filter { $0 != Channel.written.rawValue })
        guard let written, var others, !gatherings.isEmpty || !questionnaires.isEmpty || written.submissions > 0
        else { return nil }
        // Nobody takes back what was said at a gathering, or written by an office.
        others.withdrawn = content.counts.withdrawn
        let total = Count(
            submissions: content.counts.submissions, withdrawn: others.withdrawn, opinions: content.counts.opinions,
            outcomes: content.counts.outcomes)
        let isTakenBack = total.withdrawn > 0
        let outcomes = Outcome.allCases.filter { total[$0] > 0 }
        let columns =
            [texts["coming.result.submissions"]] + (isTakenBack ? [texts["coming.result.withdrawn"]] : [])
            + [texts["coming.result.opinions"]] + outcomes.map { texts.outcome($0.rawValue) }
        func line(_ name: String, _ count: Count, href: String? = nil, people: String? = nil) -> Line {
            let numbers =
                [count.submissions] + (isTakenBack ? [count.withdrawn] : []) + [count.opinions]
                + outcomes.map { count[$0] }
            return Line(
                name: name, href: href, people: people,
                cells: zip(columns, numbers).map { Cell(column: $0, text: String($1)) })
        }
        var lines = [
            line(
                texts["coming.forms.solicitation"],
                gatherings.reduce(others) { $0 - Count($1) })
        ]
        if written.submissions > 0 { lines.append(line(texts["coming.forms.written"], written)) }
        lines += gatherings.map { it in
            line(
                texts[
                    "coming.forms_held",
                    [
                        "form": texts["coming.forms.\(it.kind)"], "title": it.title,
                        "day": CalendarDate(it.heldOn).map { ChinaTime.day($0, in: texts.clock) } ?? it.heldOn,
                    ]],
                Count(it), href: "/\(it.kind)s/\(it.number)",
                people: texts["coming.result.people", ["count": it.people]])
        }
        let hasForms = lines.count > 1
        lines.append(line(texts["coming.result.total"], total))
        self.columns = columns
        self.lines = hasForms ? Filled(lines) : nil
        asked = Filled(
            questionnaires.map { it in
                Asked(
                    name: texts["coming.forms_asked", ["form": texts["coming.forms.\(it.kind)"], "title": it.title]],
                    href: "/questionnaires/\(it.number)", sheets: it.sheets, texts)
            })
    }

    /// What came by some channels; nil where it is not known how their opinions ended.
    private static func sum(_ content: PublishedContent.Result, _ channels: [String]) -> Count? {
        var sum = Count()
        for channel in channels {
            guard let submissions = content.channels[channel] else { continue }
            guard let more = content.channelCounts?[channel], let outcomes = more.outcomes else { return nil }
            sum.submissions += submissions
            sum.opinions += more.opinions
            sum.outcomes.merge(outcomes) { $0 + $1 }
        }
        return sum
    }

    private struct Count {
        var submissions = 0
        var withdrawn = 0
        var opinions = 0
        var outcomes: [String: Int] = [:]

        init(submissions: Int = 0, withdrawn: Int = 0, opinions: Int = 0, outcomes: [String: Int] = [:]) {
            (self.submissions, self.withdrawn) = (submissions, withdrawn)
            (self.opinions, self.outcomes) = (opinions, outcomes)
        }

        init(_ it: PublishedContent.Result.GatheringCount) {
            self.init(submissions: it.submissions, opinions: it.opinions, outcomes: it.outcomes)
        }

        subscript(outcome: Outcome) -> Int { outcomes[outcome.rawValue] ?? 0 }

        static func - (one: Count, other: Count) -> Count {
            Count(
                submissions: one.submissions - other.submissions, withdrawn: one.withdrawn - other.withdrawn,
                opinions: one.opinions - other.opinions,
                outcomes: one.outcomes.merging(other.outcomes.mapValues { -$0 }) { $0 + $1 })
        }
    }
}

extension PublishedContent.Result.Counts {
    /// How the opinions ended, as channels and gatherings have it.
    fileprivate var outcomes: [String: Int] {
        [
            Outcome.adopted.rawValue: adopted, Outcome.partlyAdopted.rawValue: partlyAdopted,
            Outcome.notAdopted.rawValue: notAdopted, Outcome.explained.rawValue: explained,
            Outcome.transferred.rawValue: transferred, Outcome.invalid.rawValue: invalid,
        ]
    }
}

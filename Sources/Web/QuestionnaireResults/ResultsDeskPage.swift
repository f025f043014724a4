import Foundation
import Participation
import Questionnaires
import Text

/// 问卷结果: what was answered so far, for those who organise it.
struct ResultsDeskPage: Page {
    static let template = "questionnaire-results/desk"

    struct Figure: Sendable {
        let label: String
        let value: String
    }

    struct Stop: Sendable {
        let page: String
        /// That not everyone comes to it.
        let note: String?
        let started: String
        let share: String
    }

    struct Day: Sendable {
        let day: String
        let count: Int
    }

    struct OverTime: Sendable {
        let title: String
        let chartMarkup: Markup
        let days: [Day]
    }

    struct Link: Sendable {
        let href: String
        let text: String
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let figures: [Figure]
    /// That there are answers which nobody may see yet; they are counted above all the same.
    let unseen: String?
    /// What the last recount found wrong; nil when all was right.
    let proofFault: String?
    let proof: String?
    let smallest: String
    /// How many answered each version, where there were several.
    let versions: [String]
    let publicHref: String?
    let exports: [Link]
    let questions: Filled<ResultPart>?
    let crossHref: String
    let overTime: OverTime?
    let stops: Filled<Stop>?
    let channels: FigureTable?
    let towns: FigureTable?
    /// The question that says the towns, where there is one: a second table would hide others than its own.
    let townsOf: String?

    static let samples = [
        ResultsDeskPage(
            title: "满意度调查", crumbs: [Crumb(href: "/desk", text: "工作台")], head: .sample,
            figures: [Figure(label: "答卷", value: "400")], unseen: "结束以后才看得到。", proofFault: "有 3 处不符。", proof: nil,
            smallest: "少于 5 的不显示。",
            versions: ["第 1 版：2 份"], publicHref: "/questionnaires/Q/results",
            exports: [Link(href: "/e.csv", text: "CSV")],
            questions: Filled(ResultPart.samples), crossHref: "/desk/questionnaires/Q/cross",
            overTime: OverTime(
                title: "每天收到的答卷", chartMarkup: Markup(trusted: "<svg></svg>"), days: [Day(day: "12月1日", count: 3)]),
            stops: Filled([Stop(page: "第 1 页", note: "只问一部分人", started: "500", share: "100%")]), channels: .sample,
            towns: .sample, townsOf: nil),
        ResultsDeskPage(
            title: "满意度调查", crumbs: [], head: .sample, figures: [], unseen: nil, proofFault: nil, proof: "昨晚核对过。",
            smallest: "",
            versions: [], publicHref: nil, exports: [], questions: nil, crossHref: "", overTime: nil, stops: nil,
            channels: nil, towns: nil, townsOf: "见第 3 题"),
        ResultsDeskPage(
            title: "满意度调查", crumbs: [], head: .sample, figures: [], unseen: nil, proofFault: nil, proof: nil,
            smallest: "",
            versions: [], publicHref: nil, exports: [], questions: Filled(ResultPart.samples),
            crossHref: "", overTime: nil, stops: nil, channels: .sampleOfNone, towns: .sampleOfNone,
            townsOf: nil),
    ]
}

extension ResultsDeskPage {
    /// Everything of one questionnaire, read at one moment.
    struct Found: Sendable {
        let source: ResultSource
        let desk: DeskQuestionnaire
        let tally: Tally
        let visits: [PageVisits]
        let proof: TallyProof?
        let waiting: [TextWording.Waiting]
    }

    init(_ found: Found, for staff: StaffActor, _ words: ResultWords) {
        let (source, tally, texts) = (found.source, found.tally, words.texts)
        let address = "/desk/questionnaires/\(source.number)"
        let questions = source.asked
        title = source.title
        crumbs = texts.crumbs(to: found.desk)
        head = QuestionnaireHead(found.desk, here: .results, for: staff, texts)
        let byChannel = QuestionFigures.Part(.channel, in: tally, smallest: source.smallestShown)
        // Hidden among the channels, it is hidden here, too.
        let begunThere = byChannel.lines.filter { [Channel.web.rawValue, Channel.kiosk.rawValue].contains($0.option) }
            .map(\.count)
        let web: Int? = begunThere.contains(nil) ? nil : begunThere.compactMap(\.self).reduce(0, +)
        let pages = source.versions.last?.pages ?? []
        let started = Dictionary(found.visits.map { ($0.page, $0.started) }, uniquingKeysWith: +)
        let begun = pages.first.flatMap { started[$0.code] } ?? 0
        // Those of verified persons stand with the others once it is over; the head counts them already.
        let isUnseen = found.desk.voice == .person && found.desk.sheets > tally.sheets
        unseen =
            isUnseen
            ? texts[
                "questionnaire_results.unseen",
                ["count": found.desk.sheets, "unseen": found.desk.sheets - tally.sheets]
            ] : nil
        figures = [
            Figure(
                label: texts["questionnaire_results.sheets"],
                value: String(isUnseen ? found.desk.sheets : tally.sheets)),
            begun > 0
                ? Figure(
                    label: texts["questionnaire_results.completion"],
                    value: web.map { words.share(min(1, Double($0) / Double(begun))) } ?? words.count(nil)) : nil,
        ].compactMap { $0 }
        proofFault = found.proof.flatMap {
            $0.wrong > 0 ? texts["questionnaire_results.proof.differs", ["number": $0.wrong]] : nil
        }
        proof = found.proof?.at.map {
            texts["questionnaire_results.proof.agrees", ["at": ChinaTime.minute($0, in: texts.clock)]]
        }
        smallest =
            source.smallestShown > 1 ? texts["questionnaire_results.smallest", ["number": source.smallestShown]] : ""
        versions = words.versions(of: source, in: tally)
        publicHref = source.resultsShown.isOpen(in: source.state) ? "/questionnaires/\(source.number)/results" : nil
        exports = ["csv", "xlsx", "json", "sav", "codes.csv"].map {
            Link(
                href: "\(address)/sheets.\($0)",
                text: texts["questionnaire_results.exports.\($0.replacing(".", with: "_"))"])
        }
        let waiting = Dictionary(grouping: found.waiting, by: \.question)
        self.questions = Filled(
            tally.sheets == 0
                ? []
                : QuestionFigures.all(
                    questions, in: tally, base: source.base, smallest: source.smallestShown
                ).filter { !$0.isUnwritten }.map { figures in
                    ResultPart(
                        figures, base: source.base, smallest: source.smallestShown, versions: source.versions.count,
                        written: [],
                        read: ResultPart.Link(
                            figures.asked.question, waiting[figures.asked.question.code] ?? [], at: address, texts),
                        words)
                })
        crossHref = "\(address)/cross"
        overTime = OverTime(tally, words)
        stops = Filled(
            begun == 0
                ? []
                : pages.enumerated().map { index, page in
                    let count = started[page.code] ?? 0
                    return Stop(
                        page: page.title.isEmpty
                            ? texts["questionnaire_results.page", ["place": index + 1]] : page.title,
                        note: page.isForSome ? texts["questionnaire_results.for_some"] : nil,
                        started: String(count), share: words.share(min(1, Double(count) / Double(begun))))
                } + [
                    Stop(
                        page: texts["questionnaire_results.sent"], note: nil, started: words.count(web),
                        share: words.share(web.map { min(1, Double($0) / Double(begun)) }))
                ])
        channels = FigureTable(.channel, in: tally, smallest: source.smallestShown, words)
        let town = AskedQuestion.town(among: questions)
        towns = town == nil ? FigureTable(.town, in: tally, smallest: source.smallestShown, words) : nil
        townsOf = town.map { texts["questionnaire_results.towns_of", ["question": words.text(of: $0)]] }
    }
}

extension Questionnaire.Page {
    /// Whether it, or everything on it, hangs on a condition: who does not come to it has not stopped.
    var isForSome: Bool {
        func hangs(_ condition: String?) -> Bool { condition.map { !$0.isEmpty } ?? false }
        /// Also with each of its options or rows: without them it is not asked.
        func hangs(_ question: Question) -> Bool {
            let options = question.kind.other == nil ? question.kind.options : []
            return hangs(question.condition) || !options.isEmpty && options.allSatisfy { hangs($0.condition) }
        }
        return hangs(condition)
            || groups.allSatisfy { group in hangs(group.condition) || group.questions.allSatisfy { hangs($0) } }
    }
}

extension ResultsDeskPage.OverTime {
    /// So many days are shown one by one.
    private static let mostDays = 31

    /// Every day from the first to the last, also those without a sheet, or every week where there are many; nil for fewer than two.
    fileprivate init?(_ tally: Tally, _ words: ResultWords) {
        let known = Dictionary(
            tally.options(of: Tally.Known.day.rawValue).compactMap { option in
                CalendarDate(option).map { ($0, tally[Tally.Mark(question: Tally.Known.day.rawValue, option: option)]) }
            }, uniquingKeysWith: +)
        guard let first = known.keys.min(), let last = known.keys.max(), first < last else { return nil }
        let isByWeek = last.days(since: first) >= Self.mostDays
        let step = isByWeek ? 7 : 1
        let starts = stride(from: 0, through: last.days(since: first), by: step).map { first.adding(days: $0) }
        let counts = starts.map { start in (0..<step).reduce(0) { $0 + (known[start.adding(days: $1)] ?? 0) } }
        let texts = words.texts
        title = texts["questionnaire_results.\(isByWeek ? "per_week" : "over_time")"]
        days = zip(starts, counts).filter { $1 > 0 }.map { start, count in
            let day = ChinaTime.day(start, in: texts.clock)
            return ResultsDeskPage.Day(
                day: isByWeek ? texts["questionnaire_results.week", ["day": day]] : day, count: count)
        }
        chartMarkup =
            LineChart(
                label: title, description: texts["questionnaire_results.chart"],
                points: starts.map { "\($0.month).\($0.day)" },
                lines: [LineChart.Line(name: texts["questionnaire_results.sheets"], values: counts)]
            ).markup
    }
}

extension Texts {
    func period(of source: ResultSource) -> String {
        self[
            "questionnaire_results.period",
            [
                "unit": source.unitName, "from": ChinaTime.day(source.opensAt, in: clock),
                "until": ChinaTime.day(ChinaTime.lastDay(before: source.endsAt), in: clock),
            ]]
    }
}

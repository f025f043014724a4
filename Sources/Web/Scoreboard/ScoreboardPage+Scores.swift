import Documents
import Foundation
import Participation
import Text

extension ScoreboardPage {
    /// What only the desk shows.
    struct DeskParts: Sendable {
        let watch: InspectionWatch?
        let proof: ScoreProof?
        let feedMadeAt: Date?
        /// Right after it was made.
        let feedAddress: String?
    }

    /// - Parameters:
    ///   - unit: whose trend is shown; nil for all.
    ///   - screenedLate: of all messages of the period, those screened after their day.
    ///   - desk: nil for the public.
    init(
        _ scores: [UnitScores], months: [ScoreMonth], in period: ScorePeriod, unitID: Int?, today: CalendarDate,
        screenedLate: Int, fault: Bool, desk: DeskParts?, _ texts: Texts
    ) {
        let shown = desk == nil ? ScoreColumn.public : ScoreColumn.allCases
        let base = desk == nil ? "/scoreboard" : "/desk/scoreboard"
        let span = "from=\(period.first)&until=\(period.last)"
        isDesk = desk != nil
        action = base
        title = texts["scoreboard.title"]
        periods =
            [Choice(value: "", text: texts["scoreboard.any"], chosen: period.kind == .any)]
            + ScorePeriod.choices(on: today).map {
                Choice(value: $0.code, text: texts.name(of: $0), chosen: $0 == period)
            }
        (from, until) = (period.first.description, period.last.description)
        self.period = texts["scoreboard.period", ["period": texts.name(of: period)]]
        error = fault ? texts["scoreboard.errors.period"] : nil
        columns = shown.map { texts["scoreboard.columns.\($0.rawValue)"] }
        func row(_ it: UnitScores) -> Row {
            let ask = it.unitID.map { "&unit=\($0)" } ?? ""
            return Row(
                name: it.unitID == nil ? texts["scoreboard.all"] : it.name,
                href: it.unitID.map { _ in "\(base)?\(span)\(ask)#trend" },
                cells: shown.map { column in
                    let value = column.value(of: it)
                    let text = value.text
                    let days = column == .overdueNow ? "from=\(CalendarYear.first)-01-01&until=\(today)" : span
                    let hasList = desk != nil && text != "0" && text != "—"
                    return Cell(
                        label: texts["scoreboard.columns.\(column.rawValue)"], text: text,
                        href: hasList ? "/desk/scoreboard/list?figure=\(column.figure.rawValue)&\(days)\(ask)" : nil,
                        alarm: column == .overdueNow && it.overdueNow > 0)
                })
        }
        all = scores.first { $0.unitID == nil }.map(row)
        rows = Filled(scores.filter { $0.unitID != nil }.map(row))
        screening =
            all == nil || rows == nil
            ? nil
            : texts[
                screenedLate == 0 ? "scoreboard.screening.in_time" : "scoreboard.screening.late",
                ["count": screenedLate]]
        let unitName = unitID.flatMap { id in scores.first { $0.unitID == id }?.name }
        // A month that has not begun is no month in which nothing was received.
        let begun = months.filter { $0.month <= today }
        trend = Trend(begun, of: unitName ?? texts["scoreboard.all"], texts)
        definitions = shown.map {
            Definition(
                label: texts["scoreboard.columns.\($0.rawValue)"], text: texts["scoreboard.definitions.\($0.rawValue)"])
        }
        sheets = LedgerSheet.Format.allCases.map {
            Link(href: "\(base)/sheet.\($0.rawValue)?\(span)", text: texts["scoreboard.sheets.\($0.rawValue)"])
        }
        watch = Filled((desk?.watch?.lines ?? []).map { Watch($0, texts) })
        proof = desk?.proof.map {
            texts[
                $0.differing == 0 ? "scoreboard.proof.agrees" : "scoreboard.proof.differs",
                ["at": ChinaTime.minute($0.at, in: texts.clock), "cases": $0.cases, "count": $0.differing]]
        }
        proofFailed = desk?.proof.map { $0.differing > 0 } ?? false
        feed = desk.map {
            Feed(address: $0.feedAddress, since: $0.feedMadeAt.map { ChinaTime.day($0, in: texts.clock) })
        }
    }
}

extension ScoreboardPage.Trend {
    fileprivate init(_ months: [ScoreMonth], of name: String, _ texts: Texts) {
        title = texts["scoreboard.trend", ["name": name]]
        self.months = months.map {
            ScoreboardPage.Month(
                name: texts["scoreboard.month", ["year": $0.month.year, "month": $0.month.month]],
                received: $0.received,
                answered: $0.answered, published: $0.published)
        }
        chartMarkup =
            LineChart(
                label: title, description: texts["scoreboard.trend_table"],
                points: months.map { "\($0.month.year).\($0.month.month)" },
                lines: [
                    .init(name: texts["scoreboard.columns.received"], values: months.map(\.received)),
                    .init(name: texts["scoreboard.columns.published"], values: months.map(\.published)),
                ]
            ).markup
    }
}

extension ScoreboardPage.Watch {
    fileprivate init(_ line: InspectionWatch.Line, _ texts: Texts) {
        let key = "scoreboard.watch.\(line.matter.rawValue)"
        basis = texts[key + ".basis"]
        let facts: [String: any CustomStringConvertible] = [
            "count": line.value ?? 0, "limit": line.limit, "rounds": line.count,
            "since": line.since.map { ChinaTime.day($0, in: texts.clock) } ?? "",
        ]
        text = line.value == nil ? texts[key + ".none"] : texts[key + ".text", facts]
        guard let left = line.left else {
            // Nothing was published yet is no good news; nothing that waits is.
            kind = line.matter == .published ? "warn" : "good"
            (word, self.left) = (texts["scoreboard.watch.words.\(kind)"], "")
            return
        }
        let isCount = line.matter == .activities
        kind = left < 0 ? "bad" : (isCount ? left == 0 : left * 3 <= line.limit) ? "warn" : "good"
        word = texts["scoreboard.watch.words.\(kind)"]
        let way = isCount ? (left < 0 ? "missing" : "above") : left < 0 ? "over" : "left"
        self.left = texts["scoreboard.watch.\(way)", ["count": Int(left.magnitude), "limit": line.limit]]
    }
}

extension Texts {
    /// `2026年11月` · `2026年第4季度` · `2026年` · `2026年11月5日至2026年11月20日`
    func name(of period: ScorePeriod) -> String {
        switch period.kind {
        case .year: self["scoreboard.year", ["year": period.first.year]]
        case .quarter: self["scoreboard.quarter", ["year": period.first.year, "quarter": period.quarter]]
        case .month: self["scoreboard.month", ["year": period.first.year, "month": period.first.month]]
        case .any:
            self[
                "scoreboard.span",
                ["from": ChinaTime.day(period.first, in: clock), "until": ChinaTime.day(period.last, in: clock)]]
        }
    }
}

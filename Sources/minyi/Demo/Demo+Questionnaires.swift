import Foundation
import Participation
import Postgres
import Questionnaires
import Synchronization
import Text
import Yams

extension DemoPlan {
    /// A questionnaire or a poll, in the folder `questionnaires`, and how many answer it. The answers are drawn, the same each time.
    struct Asking: Decodable, Sendable {
        let file: String
        let unit: String
        let kind: String
        let opens: Int
        let closes: Int
        let sheets: Int
        let seed: UInt64
        let purpose: String
        let who: String
        let results: String
        var voice: String?
        var most: Int?
        /// Question → what people write there.
        var words: [String: [String]]?
        /// The file of the consultation in whose page it stands.
        var consultation: String?
        /// Its result, once it is published.
        var result: Result?

        struct Result: Decodable, Sendable {
            let day: Int
            let analysis: String
            let next: String
        }

        /// People who are called about it.
        var sample: Sample?

        struct Sample: Decodable, Sendable {
            let name: String
            let people: Int
            let script: String
            /// How the first calls ended, in their order; `done` is answered as if by chance.
            let calls: [String]
        }
    }
}

extension Demo {
    /// It is written and opened, then answered day by day until today or its end.
    func steps(of asking: DemoPlan.Asking, today: CalendarDate) async throws -> [DemoStep] {
        let text = String(decoding: try bytes("\(folder)/questionnaires/\(asking.file)"), as: UTF8.self)
        let questionnaire = try YAMLDecoder().decode(Questionnaire.self, from: text)
        let place = DemoNumber()
        func moment(_ day: Int, _ hour: Int, _ minute: Int = 0) -> Date {
            let day = today.adding(days: day)
            return ChinaTime.moment(day, hour: hour, minute: minute) ?? ChinaTime.startOf(day)
        }
        let days = Array(asking.opens...max(asking.opens, min(asking.closes - 1, -1)))
        let units = try await pools.staff.read { try $0.all(Participation.Unit.all, as: Participation.Unit.self) }
        var sheets = try DemoSheets(
            questionnaire, words: asking.words ?? [:], towns: units.filter { $0.kind == .town }, seed: asking.seed)
        var steps = [
            DemoStep(moment: moment(asking.opens - 1, 11)) {
                place.set(try await self.ask(asking, questionnaire, today: today))
            }
        ]
        for index in 0..<asking.sheets {
            // Most answer in the first days.
            let share = Double(index) / Double(asking.sheets)
            let day = days[min(days.count - 1, Int(share * share * Double(days.count)))]
            let answers = try sheets.next()
            let onPaper = index % 16 == 5
            steps.append(
                DemoStep(moment: moment(day, 8 + index % 13, index * 7 % 60)) {
                    guard let number = place.get else { throw Broken(description: "\(asking.file) was not opened.") }
                    try await self.send(
                        answers, to: number, onPaper: onPaper, arrivedOn: today.adding(days: day))
                })
            guard index % 9 == 4, answers.pages.count > 1 else { continue }
            steps.append(
                DemoStep(moment: moment(day, 8 + index % 13, index * 7 % 60)) {
                    guard let number = place.get else { throw Broken(description: "\(asking.file) was not opened.") }
                    try await self.stop(answers, of: number, after: 1 + index % 2)
                })
        }
        if let result = asking.result {
            steps.append(
                DemoStep(moment: moment(result.day, 16)) {
                    guard let number = place.get else { throw Broken(description: "\(asking.file) was not opened.") }
                    try await self.publish(result, of: number, dateAtFoot: today.adding(days: result.day))
                })
        }
        if let sample = asking.sample {
            let days = days.dropFirst().map { today.adding(days: $0) }
            var drawn: [DemoSheets.Drawn] = []
            for _ in sample.calls { drawn.append(try sheets.next()) }
            steps += self.steps(
                of: sample,
                about: {
                    guard let number = place.get else { throw Broken(description: "\(asking.file) was not opened.") }
                    return number
                }, days: days, closesAt: ChinaTime.startOf(today.adding(days: asking.closes)), drawn: drawn)
        }
        return steps
    }

    /// Everything is counted and every text is read; then the result goes the way of every paper.
    private func publish(
        _ result: DemoPlan.Asking.Result, of number: String, dateAtFoot: CalendarDate
    ) async throws {
        let organiser = try await cast.office(.organiser).databaseActor
        while try await pools.work.write({ try $0.value("select tally_sheets(5000)", as: Int.self) }) > 0 {}
        let (it, wordings) = try await pools.staff.read(as: organiser) { tx in
            let it = try tx.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self)
            return (
                it,
                try it.content.questions.map {
                    (
                        $0.code,
                        try tx.all(
                            TextWording.desk(it.id, question: $0.code, screening: .pending), as: TextWording.self)
                    )
                }
            )
        }
        for (question, pending) in wordings where !pending.isEmpty {
            _ = try await TextWording.screen(
                pending.map(\.id), of: question, in: it.id, as: .shown, because: nil, before: .pending, pools.staff,
                as: organiser)
        }
        let id = try await PrepareQuestionnaireResult(
            number,
            wording: .init(
                title: it.title + "结果", analysis: result.analysis, nextStep: result.next, unitAtFoot: it.unitName,
                dateAtFoot: dateAtFoot), allEntered: true)(in: pools.staff, as: organiser)
        try await clear(id)
        try await Clearance.publish(id, in: pools.staff, as: organiser)
    }

    private func ask(
        _ asking: DemoPlan.Asking, _ questionnaire: Questionnaire, today: CalendarDate
    ) async throws -> String {
        let organiser = try await cast.office(.organiser).databaseActor
        var settings = QuestionnaireSettings(
            opensAt: ChinaTime.startOf(today.adding(days: asking.opens)),
            closesAt: ChinaTime.startOf(today.adding(days: asking.closes)))
        (settings.purpose, settings.whoMayAnswer, settings.mostSheets) = (asking.purpose, asking.who, asking.most)
        settings.resultsShown = DeskQuestionnaire.ResultsShown(rawValue: asking.results) ?? .closed
        settings.voice = asking.voice.flatMap(DeskQuestionnaire.Voice.init(rawValue:)) ?? .open
        if let host = title(of: asking.consultation) {
            settings.procedureID = try await pools.staff.read(as: organiser) {
                try $0.firstValue("select id from procedures where title = \(host)", as: Int.self)
            }
        }
        let number = try await settings.create(
            DeskQuestionnaire.Kind(rawValue: asking.kind) ?? .questionnaire, questionnaire,
            for: try await unit(asking.unit).id, in: pools.staff, as: organiser)
        let it = try await pools.staff.read(as: organiser) {
            try $0.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self)
        }
        try await MoveQuestionnaire(it.id).open(seen: it.contentVersion, in: pools.staff, as: organiser)
        return number
    }

    private func send(
        _ drawn: DemoSheets.Drawn, to number: String, onPaper: Bool, arrivedOn: CalendarDate
    ) async throws {
        let key = UUID()
        var sheet = AnsweredSheet(
            key: key, questionnaire: number, version: 1, answers: drawn.answers, quotas: drawn.quotas,
            town: drawn.town, firstPage: drawn.pages.first)
        if onPaper { (sheet.channel, sheet.arrivedOn, sheet.firstPage) = (.counter, arrivedOn, nil) }
        // One for each browser: each of these has one of its own.
        if !onPaper { sheet.voice = intake.codes.mac(for: key) }
        if !onPaper, drawn.pages.count > 1 { try await keep(sheet, pages: drawn.pages) }
        let (pool, actor) =
            onPaper
            ? (pools.staff, try await cast.office(.clerk).databaseActor) : (pools.public, DatabaseActor.anonymous)
        let outcome = try await intake.accept(sheet, in: pool, as: actor)
        switch outcome.verdict {
        case .accepted, .full, .quota: return
        default: throw Broken(description: "\(number): \(outcome.verdict)")
        }
    }

    /// Somebody begins and goes away.
    private func stop(_ drawn: DemoSheets.Drawn, of number: String, after pages: Int) async throws {
        let sheet = AnsweredSheet(
            key: UUID(), questionnaire: number, version: 1, answers: drawn.answers, quotas: drawn.quotas,
            town: drawn.town, firstPage: drawn.pages.first)
        try await keep(sheet, pages: Array(drawn.pages.prefix(pages)))
    }

    /// As a browser does from page to page: so it is known where people stop.
    private func keep(_ sheet: AnsweredSheet, pages: [String]) async throws {
        _ = try await SavedSheet.keep(
            sheet, pages: pages, codeMac: intake.codes.mac(for: sheet.key), in: pools.public)
    }
}

/// The number that the first step makes and the others need.
private final class DemoNumber: Sendable {
    private let number = Mutex<String?>(nil)
    func set(_ text: String) { number.withLock { $0 = text } }
    var get: String? { number.withLock { $0 } }
}

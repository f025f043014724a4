import Foundation
import Participation
import Postgres
import Text

extension Demo {
    /// A telephone sample beside a questionnaire: invented people, some of whom have been called.
    func steps(
        of sample: DemoPlan.Asking.Sample, about number: @escaping @Sendable () throws -> String, days: [CalendarDate],
        closesAt: Date, drawn: [DemoSheets.Drawn]
    ) -> [DemoStep] {
        guard let first = days.first else { return [] }
        var (steps, waiting) = ([DemoStep](), drawn[...])
        steps.append(
            DemoStep(moment: ChinaTime.moment(first, hour: 9) ?? ChinaTime.startOf(first)) {
                try await self.make(sample, about: try number())
            })
        for (index, ending) in sample.calls.enumerated() {
            let day = days[min(days.count - 1, index * days.count / max(1, sample.calls.count))]
            let moment = ChinaTime.moment(day, hour: 10 + index % 7, minute: index * 11 % 60) ?? ChinaTime.startOf(day)
            let sheet = ending == CallInHand.Ending.done.rawValue ? waiting.popFirst() : nil
            steps.append(
                DemoStep(moment: moment) {
                    try await self.call(
                        about: try number(), ending: ending, sheet: sheet, at: moment, closesAt: closesAt)
                })
        }
        return steps
    }

    private func make(_ sample: DemoPlan.Asking.Sample, about number: String) async throws {
        let organiser = try await cast.office(.organiser).databaseActor
        let (id, units) = try await pools.staff.read(as: organiser) { tx in
            (
                try tx.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self).id,
                try tx.all(Participation.Unit.all, as: Participation.Unit.self)
            )
        }
        var terms = SampleTerms()
        (terms.name, terms.script) = (sample.name, sample.script)
        let made = try await terms.save(of: id, in: pools.staff, as: organiser)
        let towns = units.filter { $0.kind == .town }.prefix(4).map(\.name)
        // No number of a subscriber begins with 0: these reach nobody.
        let lines = (1...sample.people).map { place in
            "0762-0\(String(1_000_000 + place).suffix(6)),演示\(place),\(towns.isEmpty ? "" : towns[place % towns.count])"
        }
        let list = try SampleTable(typed: lines.joined(separator: "\n")).people(.typed)
        _ = try await FillSample(made)(list, vault: intake.vault, in: pools.staff, as: organiser)
    }

    private func call(
        about number: String, ending: String, sheet: DemoSheets.Drawn?, at moment: Date, closesAt: Date
    ) async throws {
        let caller = try await cast.office(.clerk).databaseActor
        let samples = try await pools.staff.read(as: caller) { tx in
            let it = try tx.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self)
            return try tx.all(Sample.all(of: it.id), as: Sample.self)
        }
        guard let ending = CallInHand.Ending(rawValue: ending), let sample = samples.first?.id,
            try await CallInHand.take(sample: sample, in: pools.staff, as: caller)?.sample == sample,
            let call = try await CallInHand.find(sample: sample, vault: intake.vault, in: pools.staff, as: caller)
        else { throw Broken(description: "\(number): nobody to call at \(moment)") }
        if ending == .done {
            guard let sheet else { throw Broken(description: "\(number): no answers for a call.") }
            let answered = AnsweredSheet(
                key: call.key, questionnaire: number, version: 1, answers: sheet.answers, quotas: sheet.quotas,
                town: sheet.town, channel: .phone, arrivedOn: ChinaTime.date(moment))
            let outcome = try await intake.accept(answered, in: pools.staff, as: caller)
            guard outcome.verdict == .accepted else {
                try await CallInHand.end(.noPlace, key: call.key, in: pools.staff, as: caller)
                return
            }
        }
        // Call-backs fall due after the demo was loaded.
        let agreed = closesAt.addingTimeInterval(-2 * 86_400)
        try await CallInHand.end(
            ending, key: call.key, at: ending == .callBack ? agreed : nil, in: pools.staff, as: caller)
    }
}

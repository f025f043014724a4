import Foundation
import Logging
import Participation
import Postgres
import Text

/// Plays a demo file through the same doors as everybody: imports, clearances, comments, answers, results.
final class Demo: Sendable {
    struct Pools: Sendable {
        let `public`: Database
        let staff: Database
        let work: Database
    }

    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private let plan: DemoPlan
    private let facts: String
    /// With `web/` and `var/`.
    let root: String
    let directories: String
    /// Of the demo file.
    let folder: String
    let pools: Pools
    let clock: DemoClock
    let intake: Intake
    let today: CalendarDate
    let cast: DemoCast
    private let messages: MessagePlan?

    /// - Parameters:
    ///   - file: see `DemoPlan`.
    ///   - root: the folder with `web/`, `ops/` and `var/`.
    init(
        file: String, root: String, pools: Pools, clock: DemoClock, secrets: Secrets, today: CalendarDate
    ) throws {
        plan = try DemoPlan.load(file)
        self.root = root
        facts = root + "/ops/facts"
        folder = (file as NSString).deletingLastPathComponent
        directories = folder + "/directories"
        (self.pools, self.clock, self.today) = (pools, clock, today)
        intake = Intake(secrets: secrets)
        cast = DemoCast(plan.accounts, staff: pools.staff)
        let folder = folder
        messages = try plan.messages.map { try MessagePlan.load("\(folder)/\($0.file)") }
    }

    /// The accounts of the demo, for the person who starts it: name and what they do.
    static func accounts(file: String) throws -> [(name: String, role: String)] {
        try DemoPlan.load(file).accounts.map { ($0.name, $0.display) }
    }

    func play(password: String) async throws {
        try await clock.set(moment(day: -400, hour: 9))
        try await loadFacts()
        try await makeAccounts(password: password)
        // In the order of time, so that numbers follow it as they would have.
        var steps = plan.consultations.flatMap(steps(of:)) + (try await messageSteps())
        if let programme = plan.programme {
            steps.append(
                DemoStep(moment: moment(day: programme.day, hour: 9)) {
                    let sheet = try self.bytes("\(self.directories)/../\(programme.file)")
                    try await self.makeProgramme(programme, sheet: sheet, today: self.today)
                })
        }
        for report in plan.programme?.reports ?? [] {
            steps.append(DemoStep(moment: moment(day: report.day, hour: 17)) { try await self.report(report) })
        }
        for asking in plan.questionnaires ?? [] { steps += try await self.steps(of: asking, today: today) }
        let now = moment(day: 0, hour: 0)
        steps.removeAll { $0.moment >= now }
        var quiet = Logger(label: "demo")
        quiet.logLevel = .warning
        var day: CalendarDate?
        for step in steps.sorted(by: { $0.moment < $1.moment }) {
            try await clock.set(step.moment)
            if day != ChinaTime.date(step.moment) {
                day = ChinaTime.date(step.moment)
                try await TimedJob.round(
                    of: ["advance_procedures", "advance_questionnaires", "advance_cases", "open_evaluations"],
                    in: pools.work, logger: quiet)
            }
            try await step.play()
        }
        try await clock.set(moment(day: -1, hour: 16))
        for draft in plan.drafts {
            _ = try await importDirectory(draft.file, title: draft.title, unit: draft.unit)
        }
    }

    /// Of a consultation, by its file.
    func title(of file: String?) -> String? { plan.consultations.first { $0.file == file }?.title }

    private func messageSteps() async throws -> [DemoStep] {
        guard let messages, let count = plan.messages?.count else { return [] }
        let (units, calendar) = try await pools.staff.read { tx in
            (try tx.all(Participation.Unit.all, as: Participation.Unit.self), try WorkCalendar.load(tx))
        }
        for (code, words) in messages.responsibilities {
            try await Responsibility.add(
                words, .matter, unitID: try await unit(code).id, in: pools.staff, as: .installation())
        }
        return DemoMessages(
            plan: messages, count: count, units: units, calendar: calendar, today: today,
            stage: MessageStory.Stage(pools: pools, intake: intake, cast: cast)
        ).steps()
    }

    // MARK: Facts and people

    private func loadFacts() async throws {
        let administrator = DatabaseActor.installation()
        try await ImportUnits(csv: try bytes("\(facts)/units.csv"))(in: pools.staff, as: administrator)
        try await ImportCalendar(csv: try bytes("\(facts)/calendar.csv"), source: "国务院办公厅各年节假日安排通知")(
            in: pools.staff, as: administrator)
        let settings = plan.settings.compactMap { key, value in SiteSettings.Key(rawValue: key).map { ($0, value) } }
        try await SiteSettings.save(
            Dictionary(uniqueKeysWithValues: settings), in: pools.staff, as: administrator)
    }

    private func makeAccounts(password: String) async throws {
        for person in plan.accounts {
            try await CreateAccount(
                signInName: person.name, displayName: person.display, password: password, unitCode: person.unit,
                roles: person.roles.compactMap(StaffRole.init(rawValue:)))(in: pools.staff, as: .installation())
        }
    }

    // MARK: Parts

    func unit(_ code: String) async throws -> Participation.Unit {
        let found = try await pools.staff.read { tx in
            try tx.first(Participation.Unit.named(code: code), as: Participation.Unit.self)
        }
        guard let unit = found else {
            throw Broken(description: "There is no unit \(code).")
        }
        return unit
    }

    func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    func moment(day: Int, hour: Int, minute: Int = 0) -> Date {
        let day = today.adding(days: day)
        return ChinaTime.moment(day, hour: hour, minute: minute) ?? ChinaTime.startOf(day)
    }
}

/// Something that happens in the demo, at its time.
struct DemoStep: Sendable {
    let moment: Date
    let play: @Sendable () async throws -> Void
}

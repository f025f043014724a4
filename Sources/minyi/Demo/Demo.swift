import Foundation
import Logging
import Participation
import Postgres
import Synchronization
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
    private let directories: String
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

    // MARK: The steps of one consultation

    private final class Progress: Sendable {
        private let state = Mutex<Asked?>(nil)
        var asked: Asked? {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    /// A consultation as far as it has come.
    struct Asked: Sendable {
        let number: String
        let edition: Int
        var submissions: [Int: Int] = [:]
        /// The letter that asks units about it.
        var letter: Int?
    }

    private func steps(of consultation: DemoPlan.Consultation) -> [DemoStep] {
        let file = consultation.file
        let progress = Progress()
        func step(_ day: Int, _ hour: Int, _ minute: Int = 0, _ play: @escaping @Sendable (Asked) async throws -> Asked)
            -> DemoStep
        {
            DemoStep(moment: moment(day: min(day, -1), hour: hour, minute: minute)) {
                guard let asked = progress.asked else { throw Broken(description: "\(file) was not prepared.") }
                progress.asked = try await play(asked)
            }
        }
        var steps = [
            DemoStep(moment: moment(day: min(consultation.opens - 2, -1), hour: 10)) {
                progress.asked = try await self.prepare(consultation)
            },
            step(consultation.opens - 1, 15) { asked in
                try await self.announce(asked)
                return asked
            },
        ]
        for (index, comment) in consultation.comments.enumerated() {
            steps.append(
                step(comment.day, 15 + index % 6, 7 * index % 60) { asked in
                    try await self.send(comment, index: index, to: asked, of: consultation)
                })
            if comment.screen != nil || comment.outcome != nil {
                steps.append(
                    step(consultation.closes < 0 ? consultation.closes + 2 : -1, 22, index) { asked in
                        try await self.settle(comment, index: index, in: asked)
                        return asked
                    })
            }
        }
        if let letter = consultation.letter {
            steps.append(
                step(letter.day, 9) { asked in
                    var asked = asked
                    asked.letter = try await self.send(letter, dueOn: self.today.adding(days: letter.due), of: asked)
                    return asked
                })
            for reply in letter.replies {
                steps.append(
                    step(reply.day, 10) { asked in
                        if let id = asked.letter {
                            try await self.reply(reply, to: id, arrivedOn: self.today.adding(days: reply.day))
                        }
                        return asked
                    })
            }
        }
        for view in consultation.views ?? [] {
            steps.append(
                step(view.day, 9, 30) { asked in
                    if let id = asked.submissions[view.comment - 1] { try await self.ask(view, about: id) }
                    return asked
                })
            if let answered = view.answered {
                steps.append(
                    step(answered, 16) { asked in
                        if let id = asked.submissions[view.comment - 1] { try await self.answer(view, about: id) }
                        return asked
                    })
            }
        }
        if let published = consultation.published {
            steps.append(
                step(published, 16) { asked in
                    try await self.publishResult(asked, nextStep: consultation.next_step)
                    return asked
                })
        }
        for meeting in consultation.gatherings ?? [] {
            steps += self.steps(of: meeting) {
                guard let asked = progress.asked else { throw Broken(description: "\(file) was not prepared.") }
                return asked.number
            }
        }
        for later in consultation.editions ?? [] {
            steps.append(
                step(later.day, 11) { asked in
                    try await self.revise(asked, as: later, comments: consultation.comments)
                    return asked
                })
        }
        return steps
    }

    private func prepare(_ consultation: DemoPlan.Consultation) async throws -> Asked {
        let organiser = try await cast.office(.organiser)
        let title = consultation.title.replacing("（征求意见稿）", with: "")
        let edition =
            consultation.file.hasSuffix(".txt")
            ? try await importText(
                consultation.file, title: title, field: consultation.field ?? "", unit: consultation.unit)
            : try await importDirectory(consultation.file, title: title, unit: consultation.unit).editionID
        let number = try await {
            let setting = try await pools.staff.read(as: organiser.databaseActor) { tx in
                try ProcedurePlan.Setting.load(unitIDs: organiser.unitsToOrganise, tx)
            }
            var input = ProcedurePlan.Input()
            input.title = consultation.title
            input.unitID = try await unit(consultation.unit).id
            input.editionID = edition
            input.ruleID = setting.rules.first { $0.code == consultation.rule ?? "directory" }?.id
            input.legalBasis = "《龙川县全面推进基层政务公开标准化规范化工作实施方案》（龙府办〔2020〕58号）"
            input.explanatoryNote = consultation.note
            input.opensAt = today.adding(days: consultation.opens).description
            input.closesAt = today.adding(days: consultation.closes).description
            input.contactAddress = "龙川县老隆镇（演示地址）"
            input.contactPostcode = "517300"
            input.commentsShown = consultation.comments_shown ?? false
            input.revisionDueOn = today.adding(days: consultation.closes + 7).description
            input.publicationDueOn = today.adding(days: consultation.closes + 14).description
            input.resultDueOn = today.adding(days: consultation.closes + 14).description
            return try await SaveProcedure(try ProcedurePlan(input, in: setting)).create(
                in: pools.staff, as: organiser.databaseActor)
        }()
        return Asked(number: number, edition: edition)
    }

    private func announce(_ asked: Asked) async throws {
        let organiser = try await cast.office(.organiser)
        let made = try await PrepareClearance(asked.number).announcement(
            in: pools.staff, as: organiser.databaseActor)
        for id in [made.draft, made.notice] { try await clear(id) }
        try await Clearance.publish(made.notice, in: pools.staff, as: organiser.databaseActor)
    }

    /// Secrecy review and approval by a second person.
    func clear(_ id: Int) async throws {
        let reviewer = try await cast.office(.secrecyReviewer).databaseActor
        try await Clearance.review(
            id, version: try await version(of: id, as: reviewer), passed: true, note: "不涉及国家秘密、商业秘密和个人隐私。",
            attribute: .proactive, in: pools.staff, as: reviewer)
        let approver = try await cast.office(.approver).databaseActor
        try await Clearance.approve(
            id, version: try await version(of: id, as: approver), granted: true, note: "同意。", in: pools.staff,
            as: approver)
    }

    /// As a person reads it.
    private func version(of clearance: Int, as actor: DatabaseActor) async throws -> Int {
        try await pools.staff.read(as: actor) { try $0.one(Clearance.with(id: clearance), as: Clearance.self) }.version
    }

    // MARK: What citizens send, and what becomes of it

    private func send(
        _ said: DemoPlan.Comment, index: Int, to asked: Asked, of consultation: DemoPlan.Consultation
    ) async throws -> Asked {
        let channel = said.channel.flatMap(Channel.init(rawValue:)) ?? .web
        let submitter: Submitter =
            switch said.submitter {
            case "organisation": .organisation(said.organisation ?? "")
            case "joint": .joint(people: said.people ?? 2)
            default: .person
            }
        let entry =
            channel == .web
            ? nil
            : Comment.Entry(
                arrivedOn: today.adding(days: said.day), forSomeone: said.for_someone ?? false,
                readBack: said.for_someone ?? false)
        let key = UUID()
        let comment = Comment(
            key: key, procedure: asked.number, editionID: asked.edition, position: said.row, body: said.text,
            channel: channel, submitter: submitter,
            contact: Contact(name: said.name ?? "", phone: said.phone ?? ""), showsName: said.show ?? false,
            entry: entry)
        let (pool, actor) =
            channel == .web
            ? (pools.public, DatabaseActor.anonymous) : (pools.staff, try await cast.office(.clerk).databaseActor)
        let outcome = try await intake.accept(comment, in: pool, as: actor)
        guard outcome.verdict == .accepted, let id = outcome.submissionID else {
            throw Broken(description: "\(consultation.file), comment \(index + 1): \(outcome.verdict)")
        }
        if said.proposes_hearing == true, let number = outcome.number {
            _ = try await HearingProposal.propose(
                try SubmissionNumber(number), mac: intake.codes.mac(for: key), in: pools.public)
        }
        if said.withdrawn == true, let number = outcome.number {
            let mac = intake.codes.mac(for: key)
            _ = try await Withdrawal.request(try SubmissionNumber(number), mac: mac, in: pools.public)
        }
        var asked = asked
        asked.submissions[index] = id
        return asked
    }

    private func settle(_ said: DemoPlan.Comment, index: Int, in asked: Asked) async throws {
        guard let id = asked.submissions[index] else { return }
        let organiser = try await cast.office(.organiser).databaseActor
        // Nothing is answered unseen.
        if let screen = said.screen ?? (said.outcome == nil ? nil : "shown") {
            let code = screen == "hidden" ? said.code.flatMap(HiddenCode.init(rawValue:)) : nil
            _ = try await ScreenSubmissions(ids: [id], hiddenFor: code)(in: pools.staff, as: organiser)
        }
        if let outcome = said.outcome.flatMap(Outcome.init(rawValue:)) {
            let answer = Answer(
                outcome: outcome, reason: said.reason ?? "", transferredTo: said.transferred_to ?? "",
                invalidCode: said.invalid_code.flatMap(InvalidCode.init(rawValue:)), effect: "目录修改稿",
                effectOn: today.adding(days: 30))
            _ = try await AnswerOpinions.unanswered(of: [id], with: answer, in: pools.staff, as: organiser)
        }
    }

    private func publishResult(_ asked: Asked, nextStep: String?) async throws {
        let organiser = try await cast.office(.organiser).databaseActor
        guard let heading = try await ProcedureHeading.find(number: asked.number, in: pools.staff, as: organiser) else {
            throw Broken(description: "\(asked.number) is not there.")
        }
        try await FinishAnswering(procedureID: heading.id)(in: pools.staff, as: organiser)
        var wording = ResultDraft.Wording.proposed(for: heading, received: asked.submissions.count)
        if let nextStep { wording.nextStep = nextStep }
        let id = try await PrepareResult(procedureNumber: asked.number, wording: wording)(
            in: pools.staff, as: organiser)
        try await clear(id)
        try await Clearance.publish(id, in: pools.staff, as: organiser)
    }

    // MARK: Parts

    private func importDirectory(_ file: String, title: String, unit code: String) async throws
        -> ImportDirectory.Imported
    {
        let sheet = try DirectorySheet(reading: try bytes("\(directories)/\(file)"))
        let field = title.replacing("领域政务公开事项标准目录", with: "")
        return try await ImportDirectory(
            sheet, as: .draft(title: title, field: field, unitID: try await unit(code).id), sourceName: file)(
                in: pools.staff, as: try await cast.office(.organiser).databaseActor)
    }

    /// A text in clauses, as somebody would paste it.
    /// - Returns: its first edition.
    private func importText(_ file: String, title: String, field: String, unit code: String) async throws -> Int {
        let words = String(decoding: try bytes("\(folder)/texts/\(file)"), as: UTF8.self)
        return try await ImportText(
            try TextSheet(reading: words), as: .draft(title: title, field: field, unitID: try await unit(code).id),
            sourceName: file, key: UUID())(
                in: pools.staff, as: try await cast.office(.organiser).databaseActor
            ).editionID
    }

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

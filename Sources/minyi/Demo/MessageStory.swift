import Foundation
import Participation
import Postgres
import Synchronization
import Text

/// One message of the demo, through the same doors as every message: sent, screened, assigned, answered, rated.
final class MessageStory: Sendable {
    /// Where it is played, and by whom.
    struct Stage: Sendable {
        let pools: Demo.Pools
        let intake: Intake
        let cast: DemoCast
    }

    /// What happens to a message, by its place among them.
    struct Fate: Sendable {
        let index: Int
        var ending: MessagePlan.Ending?
        var original: MessageStory?

        var isOrdinary: Bool { ending == nil && original == nil && !isWithdrawn }
        var isWithdrawn: Bool { index % 61 == 31 }
        var isGivenBack: Bool { index % 23 == 5 }
        var isReturned: Bool { index % 17 == 3 }
        var isPaused: Bool { index % 31 == 11 && urgency != .urgent }
        var isExtended: Bool { index % 19 == 7 && !isPaused && urgency != .urgent }
        var isSupervised: Bool { index % 37 == 16 }
        var isRated: Bool { index % 5 < 3 || isReopened }
        var isReopened: Bool { index % 43 == 21 }
        var mayBePublished: Bool { index % 8 != 6 }
        var urgency: CaseFile.Urgency {
            if index % 47 == 9 { return .urgent }
            if index % 13 == 4 { return .complex }
            return index % 53 == 18 ? .difficult : .ordinary
        }
        var channel: Channel {
            switch index % 20 {
            case 3: .phone
            case 8: .counter
            case 13: .hotline
            case 17: index % 40 == 17 ? .letter : .visit
            default: .web
            }
        }

        /// Working days from acceptance to the answer, for a limit of so many.
        func workingDays(within limit: Int) -> Int {
            if isSupervised { return limit + 9 }
            if index % 16 == 15 { return limit + 1 + index % 4 }  // late
            return max(1, (index * 3 % limit) + (index % 2))
        }
    }

    let stage: Stage
    let day: CalendarDate
    let place: String
    let kind: String
    let title: String
    let text: String
    let answer: String
    let unit: Participation.Unit
    /// Whoever it goes to by mistake.
    let otherUnit: Participation.Unit
    let fate: Fate

    private struct Known {
        var number = ""
        var key = UUID()
        var caseID = 0
    }
    private let known = Mutex(Known())

    init(
        stage: Stage, day: CalendarDate, place: String, kind: String, title: String, text: String, answer: String,
        unit: Participation.Unit, otherUnit: Participation.Unit, fate: Fate
    ) {
        (self.stage, self.day, self.place, self.kind, self.title) = (stage, day, place, kind, title)
        (self.text, self.answer, self.unit, self.otherUnit, self.fate) = (text, answer, unit, otherUnit, fate)
    }

    private var number: String { known.withLock { $0.number } }

    // MARK: When what happens

    func steps(_ calendar: WorkCalendar) -> [DemoStep] {
        var steps: [DemoStep] = []
        func at(
            _ day: CalendarDate, _ hour: Int, _ play: @escaping @Sendable () async throws -> Void
        ) {
            let minute = fate.index * 7 % 60
            steps.append(
                DemoStep(moment: ChinaTime.moment(day, hour: hour, minute: minute) ?? Date.distantPast, play: play))
        }
        func after(_ days: Int, _ day: CalendarDate) -> CalendarDate {
            calendar.adding(workingDays: days, to: day).date
        }
        let entered = fate.channel != .web
        let sent = entered && !calendar.isWorkingDay(day) ? after(1, day) : day
        at(sent, entered ? 9 : 7 + fate.index % 14, send)
        let screened = after(1, sent)
        if fate.isWithdrawn {
            at(sent, 22, withdraw)
            return steps
        }
        if fate.ending != nil || fate.original != nil {
            at(screened, 10, decline)
            return steps
        }
        at(screened, 10, accept)
        var assigned = screened
        if fate.isGivenBack {
            at(screened, 11, { try await self.assign(to: self.otherUnit) })
            at(screened, 16, giveBack)
            assigned = after(1, screened)
        }
        at(assigned, 17, { try await self.assign(to: self.unit) })
        if fate.isPaused {
            at(after(1, assigned), 9, pause)
            at(after(3, assigned), 15, resume)
        }
        if fate.isExtended {
            at(after(2, assigned), 9, askExtension)
            at(after(2, assigned), 15, decideExtension)
        }
        let answered = after(
            fate.workingDays(within: limit) + (fate.isExtended ? 4 : 0) + (fate.isPaused ? 4 : 0)
                + (fate.isGivenBack ? 2 : 0), screened)
        if fate.isSupervised {
            let answerDueOn = after(limit + 8, screened)
            at(after(limit + 6, screened), 10) { try await self.supervise(answerDueOn: answerDueOn) }
            at(after(limit + 8, screened), 10, answerSupervision)
        }
        if fate.isReturned {
            at(answered, 8, { try await self.handIn(self.answer) })
            at(answered, 9, returnForChanges)
        }
        at(answered, 14, { try await self.handIn(self.answer) })
        at(answered, 16, approve)
        if fate.urgency == .difficult { at(answered, 17, approveForOffice) }
        if fate.isSupervised { at(after(1, answered), 9, closeSupervision) }
        at(after(1, answered), 10, review)
        if fate.isRated { at(answered.adding(days: 2), 20, rate) }
        if fate.isReopened {
            let again = after(5, answered)
            at(again, 14, { try await self.handIn(self.answer + "\n\n再次核实后补充：相关负责人已与您当面沟通，后续进展会主动告知。") })
            at(again, 16, approve)
            at(again, 17, approveForOffice)
            at(after(1, again), 10, review)
        }
        at(after(3, answered), 15, callBack)
        return steps
    }

    /// Working days of the rule it runs by; the rules themselves are in the database.
    private var limit: Int {
        switch fate.urgency {
        case .urgent: 1
        case .complex: 10
        case .difficult: 15
        case .ordinary: kind == "inquiry" || kind == "suggestion" ? 5 : 7
        }
    }

    // MARK: What its author does

    private func send() async throws {
        let channel = fate.channel
        let key = UUID()
        let message = Message(
            key: key, kind: MessageKind(rawValue: kind) ?? .inquiry, title: title, body: text, place: place,
            channel: channel,
            contact: Contact(name: "演示市民", phone: "1380013\(String(8000 + fate.index))"),
            mayBePublished: fate.mayBePublished,
            entry: channel == .web ? nil : Comment.Entry(arrivedOn: day, forSomeone: true, readBack: true),
            external: channel == .hotline ? .init(source: "12345", number: "YS\(100_000 + fate.index)") : nil)
        let (pool, actor) =
            channel == .web
            ? (stage.pools.public, DatabaseActor.anonymous)
            : (stage.pools.staff, try await stage.cast.office(.clerk).databaseActor)
        let outcome = try await stage.intake.accept(message, in: pool, as: actor)
        guard outcome.verdict == .accepted, let submission = outcome.submissionID, let number = outcome.number else {
            throw Demo.Broken(description: "Message \(fate.index) “\(title)”: \(outcome.verdict)")
        }
        let clerk = try await stage.cast.office(.clerk).databaseActor
        let file = try await stage.pools.staff.read(as: clerk) { tx in
            try tx.one(CaseFile.of(submission: submission), as: CaseFile.self)
        }
        known.withLock { $0 = Known(number: number, key: key, caseID: file.id) }
    }

    private func mac() throws -> (SubmissionNumber, [UInt8]) {
        let known = known.withLock { ($0.number, $0.key) }
        return (try SubmissionNumber(known.0), stage.intake.codes.mac(for: known.1))
    }

    private func withdraw() async throws {
        let (number, mac) = try mac()
        _ = try await Withdrawal.requestMessage(number, mac: mac, in: stage.pools.public)
    }

    private func rate() async throws {
        let (number, mac) = try mac()
        let opinion = RateMessage.Opinion(
            resolved: fate.isReopened ? .no : fate.index % 10 == 2 ? .partly : .yes,
            attitude: fate.isReopened ? 3 : 4 + fate.index % 2, speed: fate.isReopened ? 2 : 3 + fate.index % 3,
            reason: fate.isReopened ? "答复里写的还没有做到，请再看一看。" : "", reopen: fate.isReopened)
        _ = try await RateMessage.send(opinion, to: number, mac: mac, in: stage.pools.public)
    }

    // MARK: What the county office does

    private func act(_ act: CaseAct, as actor: StaffActor) async throws {
        try await act(on: known.withLock { $0.caseID }, in: stage.pools.staff, as: actor.databaseActor)
    }

    private func accept() async throws {
        try await act(
            .screen(.accepted, code: nil, text: "", original: "", reason: ""), as: try await stage.cast.office(.clerk))
    }

    private func decline() async throws {
        let clerk = try await stage.cast.office(.clerk)
        if let original = fate.original {
            try await act(
                .screen(.duplicate, code: nil, text: "", original: original.number, reason: ""), as: clerk)
        } else if let ending = fate.ending, let verdict = CaseAct.Verdict(rawValue: ending.verdict) {
            try await act(
                .screen(
                    verdict, code: ending.code.isEmpty ? nil : ending.code, text: ending.told, original: "", reason: ""),
                as: clerk)
        }
    }

    private func assign(to unit: Participation.Unit) async throws {
        let clerk = try await stage.cast.office(.clerk)
        let assisting = fate.urgency == .difficult && unit.id != otherUnit.id ? [otherUnit.id] : []
        try await act(
            .assign(
                unit: unit.id, from: try await record(clerk).file.unitID, assisting: assisting, urgency: fate.urgency,
                remark: ""),
            as: clerk)
    }

    private func pause() async throws {
        try await act(.pause(.citizen, remark: "等本人补充照片。"), as: try await stage.cast.office(.clerk))
    }

    private func resume() async throws {
        try await act(.resume, as: try await stage.cast.office(.clerk))
    }

    private func callBack() async throws {
        let clerk = try await stage.cast.office(.clerk)
        let record = try await self.record(clerk)
        guard record.file.callback == .due, record.file.state == .completed else { return }
        try await act(.recordCallback(fate.index % 4 == 3 ? .unreachable : .satisfied, remark: ""), as: clerk)
    }

    private func record(_ actor: StaffActor) async throws -> CaseRecord {
        let id = known.withLock { $0.caseID }
        guard let record = try await CaseRecord.find(id, for: actor, in: stage.pools.staff) else {
            throw Demo.Broken(description: "Message \(fate.index) has no case.")
        }
        return record
    }

    // MARK: What the unit does

    /// Who works on it: the unit's own people where the demo has some, else the office's.
    private func clerk(of unit: Participation.Unit) async throws -> StaffActor {
        try await stage.cast.member(of: unit.code, .clerk, otherwise: "chengban")
    }

    private func approver() async throws -> StaffActor {
        try await stage.cast.member(of: unit.code, .approver, otherwise: "shenpi")
    }

    private func giveBack() async throws {
        try await act(.giveBack(.notOurs, remark: "不属于本镇职责，请转主管部门。"), as: try await clerk(of: otherUnit))
    }

    private func handIn(_ answer: String) async throws {
        let clerk = try await clerk(of: unit)
        let record = try await record(clerk)
        let body = "网友您好：\n您的留言收悉。现答复如下：\n\(answer)\n感谢您对我们工作的关心和支持。\n\n\(unit.name)"
        let words = SaveReply.PublicWords(title: title, question: text, answer: body)
        let save = SaveReply(
            caseID: record.file.id, version: record.reply?.version ?? 0, body: body, handedIn: words)
        _ = try await save(in: stage.pools.staff, as: clerk.databaseActor)
    }

    private func approve(granted: Bool, note: String = "", as approver: StaffActor) async throws {
        let version = try await record(approver).reply?.version ?? 0
        try await act(.approve(version: version, granted: granted, note: note, paper: nil), as: approver)
    }

    private func approve() async throws {
        try await approve(granted: true, as: try await approver())
    }

    private func approveForOffice() async throws {
        try await approve(granted: true, note: "同意。", as: try await stage.cast.named("fuhe"))
    }

    private func returnForChanges() async throws {
        try await approve(granted: false, note: "请写明办理的时间和联系电话。", as: try await approver())
    }

    private func review() async throws {
        let reviewer = try await stage.cast.office(.secrecyReviewer)
        let record = try await record(reviewer)
        guard record.file.publication == .toReview else { return }
        try await act(.review(version: record.reply?.version ?? 0, passed: true, note: ""), as: reviewer)
    }

    private func askExtension() async throws {
        let clerk = try await clerk(of: unit)
        guard let due = try await record(clerk).file.dueOn else { return }
        try await act(.askExtension(until: due.adding(days: 7), reason: "需要到现场核实。"), as: clerk)
    }

    private func decideExtension() async throws {
        let clerk = try await stage.cast.office(.clerk)
        guard let asked = try await record(clerk).extensions.first(where: \.isPending) else { return }
        let granted = fate.index % 3 != 0
        try await act(
            .decideExtension(id: asked.id, granted: granted, note: granted ? "" : "请按原定期限答复。"), as: clerk)
    }

    // MARK: What the supervision office does

    private func supervise(answerDueOn: CalendarDate) async throws {
        try await act(
            .supervise(demand: "该件已经超期，请说明原因并尽快答复。", answerDueOn: answerDueOn),
            as: try await stage.cast.office(.supervisor))
    }

    private func answerSupervision() async throws {
        let approver = try await approver()
        guard let open = try await record(approver).supervisions.first(where: { $0.closedAt == nil }) else { return }
        try await act(.answerSupervision(id: open.id, answer: "经办人休假未交接，已安排专人办理。"), as: approver)
    }

    private func closeSupervision() async throws {
        let supervisor = try await stage.cast.office(.supervisor)
        guard let open = try await record(supervisor).supervisions.first(where: { $0.closedAt == nil }) else { return }
        try await act(.closeSupervision(id: open.id, .criticised, text: "已答复。对超期情况予以通报。"), as: supervisor)
    }
}

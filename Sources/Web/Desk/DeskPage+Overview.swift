import Foundation
import Participation
import Text

extension DeskPage {
    init(_ overview: DeskOverview, for staff: StaffActor, _ texts: Texts) {
        title = texts["desk.title"]
        let roles = StaffRole.allCases.filter(staff.has).map { texts["staff.roles.\($0.rawValue)"] }
        lead =
            roles.isEmpty
            ? texts["desk.no_roles"]
            : texts["desk.lead", ["roles": roles.joined(separator: texts["staff.separator"])]]
        standingIn = overview.standingInFor.map {
            texts["desk.standing_in", ["name": $0.absentName, "until": $0.untilOn]]
        }
        let tasks = overview.tasks.map { (isUrgent: $0.kind.isUrgent, task: Task($0, now: overview.now, texts)) }
        urgent = Filled(tasks.filter(\.isUrgent).map(\.task))
        self.tasks = Filled(tasks.filter { !$0.isUrgent }.map(\.task))
        let someoneInDanger = overview.tasks.contains { $0.kind == .urgent }
        duty =
            !someoneInDanger
            ? nil
            : overview.dutyPhone.isEmpty
                ? texts["desk.duty_unknown"] : texts["desk.duty", ["phone": overview.dutyPhone]]
        empty = tasks.isEmpty && !roles.isEmpty ? texts["desk.empty"] : nil
        settings =
            overview.missingSettings.isEmpty
            ? nil
            : texts[
                "desk.settings",
                [
                    "count": overview.missingSettings.count,
                    "names": overview.missingSettings.map { texts["settings.labels.\($0.rawValue)"] }
                        .joined(separator: texts["staff.separator"]),
                ]]
    }
}

extension DeskPage.Task {
    init(_ it: DeskTask, now: Date, _ texts: Texts) {
        let kind = it.clearanceKind.map { texts["consultations.kinds.\($0.rawValue)"] } ?? ""
        let flag = it.flag.map { texts["desk.flags.\($0.rawValue)"] } ?? ""
        what = texts["desk.tasks.\(it.kind.rawValue)", ["count": it.done, "kind": kind, "flag": flag]]
        href = Self.href(it)
        about =
            it.isOfCases
            ? it.number.isEmpty ? texts["casework.title"] : "\(it.number) · \(it.title)"
            : it.kind == .evaluation || it.kind == .updates
                ? texts["directories.desk.title"]
                : it.kind == .letters
                    ? texts["written.title"]
                    : it.kind == .urgent || it.kind == .report || it.kind == .seal
                        ? "\(it.number) · \(it.title)" : it.title
        when = it.dueAt.map { texts.due($0, for: it.kind, now: now) }
        urgent = it.kind == .urgent || it.dueAt.map { $0 <= now } ?? false
        progress =
            it.kind == .answering
            ? DeskPage.Progress(
                text: texts["desk.progress", ["done": it.done, "total": it.total]], done: it.done, total: it.total)
            : nil
    }

    /// Where a step of a hearing, forum or visit is taken, below its own page.
    private static let gatheringPlaces: [DeskTask.Kind: String] = [
        .registrations: "/registrations", .lot: "/lot", .participantList: "/list", .materials: "/materials",
        .transcript: "/transcript", .gatheringRecord: "/papers/gathering_record",
    ]

    private static func href(_ it: DeskTask) -> String {
        let procedure = "/desk/procedures/\(it.number)"
        return switch it.kind {
        case .report, .seal: "/desk/seals"
        case .urgent: "/desk/submissions/\(it.number)"
        case .review, .approval, .publish, .refused: "/desk/clearances/\(it.clearanceID ?? 0)"
        case .closing, .preparing: procedure
        case .screening: procedure + "/submissions?view=pending"
        case .answering: procedure + "/workbench"
        case .finishing, .result: procedure + "/result"
        case .questionnaireResult: "/desk/questionnaires/\(it.number)/publication"
        case .hearingProposals: procedure + "/proposals"
        case .gathering, .registrations, .lot, .participantList, .materials, .transcript, .gatheringRecord:
            "/desk/hearings/\(it.number)" + (gatheringPlaces[it.kind] ?? "")
        case .evaluation: "/desk/evaluations"
        case .updates: "/desk/directories"
        case .caseScreening: "/desk/cases?state=received"
        case .caseWork: "/desk/cases?state=assigned"
        case .letters: "/desk/written"
        case .viewsGiven: procedure + "/workbench?view=views"
        case .views: "/desk/cases?state=assigned&topic=opinion"
        case .viewsReturned: "/desk/cases?state=accepted&topic=opinion"
        case .caseApproval: "/desk/cases?state=reviewing"
        case .caseReview: "/desk/cases?view=review"
        case .caseReturned: "/desk/cases?view=publish"
        case .caseOverdue: "/desk/cases?warning=overdue"
        case .caseExtension, .supervision, .supervisionClosing: "/desk/cases/\(it.caseID ?? 0)"
        }
    }
}

extension DeskTask {
    fileprivate var isOfCases: Bool {
        switch self.kind {
        case .caseScreening, .caseWork, .views, .viewsReturned, .caseApproval, .caseReview, .caseReturned,
            .caseExtension, .supervision,
            .caseOverdue, .supervisionClosing:
            true
        default: false
        }
    }
}

extension Texts {
    /// What is left, and the moment itself.
    fileprivate func due(_ due: Date, for kind: DeskTask.Kind, now: Date) -> String {
        let seconds = Int(due.timeIntervalSince(now).rounded(.down))
        let key = seconds < 0 ? "desk.late" : "desk.left"
        return self[key, ["span": span(seconds: seconds), "moment": ChinaTime.deadline(due, in: clock)]]
    }
}

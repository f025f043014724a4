import Foundation
import Participation
import Text

/// What is to be sealed, what is sealed, and what has still to be reported.
struct SealsPage: Page {
    static let template = "seals/seals"

    struct Entry: Sendable {
        let id: Int
        let what: String
        let href: String
        let procedure: String
        let reason: String
        let stage: String
        let stageText: String
        /// Who did what and when, in order.
        let steps: [String]
        /// What it was asked for together with.
        let together: String?
        /// A report is due: how long it still has.
        let report: Report?
        /// Why this person does not confirm it.
        let hint: String?
        let mayConfirm: Bool
        let mayDecline: Bool
        let mayReport: Bool
    }

    struct Report: Sendable {
        let text: String
        let late: Bool
    }

    struct Group: Sendable {
        let heading: String
        let entries: [Entry]
    }

    let title: String
    let groups: Filled<Group>?

    init(_ seals: [Seal], for staff: StaffActor, _ texts: Texts) {
        title = texts["seals.title"]
        func group(_ key: String, _ belongs: (Seal) -> Bool) -> Group? {
            let entries = seals.filter(belongs).map { Entry($0, for: staff, texts) }
            return entries.isEmpty ? nil : Group(heading: texts["seals.groups.\(key)"], entries: entries)
        }
        groups = Filled(
            [
                group("report") { $0.awaitsReport },
                group("requested") { $0.stage == .requested && !$0.awaitsReport },
                group("done") { $0.stage != .requested && !$0.awaitsReport },
            ].compactMap { $0 })
    }

    private init(groups: Filled<Group>?) { (title, self.groups) = ("封存", groups) }

    static let samples = [
        SealsPage(
            groups: Filled([
                Group(
                    heading: "要报告的",
                    entries: [
                        Entry(
                            id: 1, what: "MY-2026-000001-3", href: "/desk/submissions/MY-2026-000001-3",
                            procedure: "社会救助目录",
                            reason: "疑似涉密", stage: "requested", stageText: "等第二个人确认", steps: ["孙某提出"],
                            together: "连同另外 2 个版本",
                            report: Report(text: "还有 3 小时", late: true), hint: "您提出的。", mayConfirm: true,
                            mayDecline: true, mayReport: true)
                    ])
            ])),
        SealsPage(groups: nil),
    ]
}

extension SealsPage.Entry {
    fileprivate init(_ it: Seal, for staff: StaffActor, _ texts: Texts) {
        id = it.id
        if let number = it.submissionNumber {
            what = number
            // A sheet has no page of its own: nobody is to look one person's answers up.
            href =
                it.caseID.map { "/desk/cases/\($0)" } ?? it.questionnaireNumber.map {
                    "/desk/questionnaires/\($0)/results"
                }
                ?? "/desk/submissions/\(number)"
        } else {
            let (kind, version) = (it.versionKind ?? "", it.version ?? 0)
            what = texts["consultations.version", ["kind": texts["consultations.kinds.\(kind)"], "version": version]]
            href =
                it.questionnaireNumber.map { "/desk/questionnaires/\($0)/publication" }
                ?? "/desk/procedures/\(it.procedureNumber ?? "")/versions"
        }
        procedure = it.title
        reason = texts["seals.reasons.\(it.reason.rawValue)"]
        stage = it.stage.rawValue
        stageText = texts["seals.stages.\(it.stage.rawValue)"]
        steps = [
            ("requested", it.requestedBy, it.requestedAt), ("confirmed", it.confirmedBy, it.confirmedAt),
            ("reported", it.reportedBy, it.reportedAt), ("declined", it.declinedBy, it.declinedAt),
        ].compactMap { (key: String, name: String?, moment: Date?) in
            moment.map {
                texts["seals.steps.\(key)", ["name": name ?? "", "moment": ChinaTime.minute($0, in: texts.clock)]]
            }
        }
        together =
            it.withID != nil
            ? texts["seals.with_another"] : it.others > 0 ? texts["seals.with_others", ["count": it.others]] : nil
        report = it.secondsLeft.map {
            SealsPage.Report(
                text: texts[$0 < 0 ? "seals.report_late" : "seals.report_due", ["left": texts.span(seconds: $0)]],
                late: $0 < 0)
        }
        let takesPart = [.organiser, .clerk, .secrecyReviewer, .approver].contains { staff.has($0) }
        let isOwn = it.requestedByID == staff.staffID
        mayConfirm = it.stage == .requested && takesPart && !isOwn
        mayDecline = it.stage == .requested && takesPart
        mayReport = it.awaitsReport && [.secrecyReviewer, .approver, .organiser].contains { staff.has($0) }
        hint = it.stage == .requested && !mayConfirm ? texts[isOwn ? "seals.own" : "seals.others"] : nil
    }
}

extension Texts {
    /// A span of time in minutes up to an hour, in hours up to two days, then in days; never less than one minute.
    func span(seconds: Int) -> String {
        if abs(seconds) < 3600 { return self["seals.minutes", ["count": max(1, (abs(seconds) + 30) / 60)]] }
        let hours = max(1, (abs(seconds) + 1800) / 3600)
        return hours < 48 ? self["seals.hours", ["count": hours]] : self["seals.days", ["count": hours / 24]]
    }
}

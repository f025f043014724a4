import Participation
import Text

/// What is on its way to publication, by what each waits for.
struct ClearanceListPage: Page {
    static let template = "clearances/list"

    struct Entry: Sendable {
        let href: String
        let title: String
        let kind: String
        let unit: String
        let prepared: String
        /// Draft and announcement go out together.
        let goesAlong: String?
    }

    struct Group: Sendable {
        let heading: String
        let lead: String
        let entries: [Entry]
    }

    let title: String
    let groups: Filled<Group>?

    init(_ pending: [Clearance], _ texts: Texts) {
        title = texts["clearances.title"]
        let stages: [Clearance.Stage] = [.review, .approval, .cleared, .kept]
        groups = Filled(
            stages.compactMap { stage in
                let entries = pending.filter { $0.stage == stage }.map { Entry($0, among: pending, texts) }
                guard !entries.isEmpty else { return nil }
                return Group(
                    heading: texts["clearances.groups.\(stage.rawValue)"],
                    lead: texts["clearances.group_leads.\(stage.rawValue)"], entries: entries)
            })
    }

    private init(title: String, groups: Filled<Group>?) {
        (self.title, self.groups) = (title, groups)
    }

    static let samples = [
        ClearanceListPage(
            title: "发布审批",
            groups: Filled([
                Group(
                    heading: "等保密审查", lead: "由保密审查员办理。",
                    entries: [
                        Entry(
                            href: "/desk/clearances/2", title: "关于征求意见的公告", kind: "征求意见公告", unit: "县民政局",
                            prepared: "陈某，2026年11月24日 10:00", goesAlong: "与公告一起公布")
                    ])
            ])),
        ClearanceListPage(title: "发布审批", groups: nil),
    ]
}

extension ClearanceListPage.Entry {
    init(_ clearance: Clearance, among pending: [Clearance], _ texts: Texts) {
        href = "/desk/clearances/\(clearance.id)"
        title = clearance.title
        kind = texts.kind(of: clearance)
        unit = clearance.unitName
        prepared =
            texts[
                "clearances.prepared",
                ["name": clearance.preparedBy, "moment": ChinaTime.minute(clearance.preparedAt, in: texts.clock)]]
        let companion = clearance.companion(among: pending.filter { $0.subject == clearance.subject })
        goesAlong = companion.map { texts["clearances.goes_along", ["kind": texts.kind(of: $0)]] }
    }
}

extension Clearance.Subject {
    var deskHref: String {
        switch self {
        case .procedure(_, let number, _): "/desk/procedures/\(number)"
        case .questionnaire(_, let number): "/desk/questionnaires/\(number)/publication"
        case .gathering(_, _, let number, _): "/desk/hearings/\(number)"
        }
    }
}

extension PublishedVersion.Kind {
    /// Where a version is read.
    /// - Parameter number: of the procedure or questionnaire; papers of hearings stand below their procedure.
    func address(of number: String, version: Int) -> String {
        self == .questionnaireResult
            ? "/questionnaires/\(number)/results/versions/\(version)"
            : "/consultations/\(number)/notices/\(rawValue)/\(version)"
    }
}

extension Texts {
    func kind(of clearance: Clearance) -> String { self["consultations.kinds.\(clearance.kind.rawValue)"] }
    func stage(_ stage: Clearance.Stage) -> String { self["clearances.stages.\(stage.rawValue)"] }
    func attribute(_ attribute: Clearance.Attribute) -> String { self["clearances.attributes.\(attribute.rawValue)"] }
}

import Foundation
import Participation
import Text

/// Who thinks that there should be a hearing about a matter, and the one answer to all of them.
struct ProposalsPage: Page {
    static let template = "gatherings/proposals"

    struct Line: Sendable {
        let number: String
        let people: String?
        let day: String
        let paragraphs: [String]
    }

    let title: String
    let crumbs: [Crumb]
    let count: String
    let newHref: String?
    let lines: Filled<Line>?
    let action: String?
    let answer: String
    let errors: FormErrors

    init(
        _ proposals: HearingProposals, _ found: [HearingProposalLine], of it: Procedure, answer: String,
        errors: FormErrors, for staff: StaffActor, _ texts: Texts
    ) {
        let address = "/desk/procedures/\(it.number)"
        title = texts["gatherings.proposals.title"]
        crumbs = [Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: address, text: it.title)]
        count = texts["gatherings.proposals.count", ["count": proposals.count, "people": proposals.people]]
        let organises = staff.has(.organiser, in: [it.unitID])
        newHref = organises ? address + "/hearings/new?kind=hearing" : nil
        action = organises && proposals.count > 0 ? address + "/proposals" : nil
        lines = Filled(
            found.map {
                Line(
                    number: $0.number,
                    people: $0.people > 1 ? texts["gatherings.proposals.signed", ["count": $0.people]] : nil,
                    day: ChinaTime.day($0.proposedAt, in: texts.clock), paragraphs: $0.body.paragraphs)
            })
        (self.answer, self.errors) = (answer, errors)
    }

    private init(_ isFull: Bool) {
        (title, crumbs, count) = ("听证建议", [Crumb(href: "/desk", text: "工作台")], "3件")
        newHref = isFull ? "/n" : nil
        lines =
            isFull
            ? Filled(["3人", nil].map { Line(number: "S-1", people: $0, day: "11月25日", paragraphs: ["应当听证。"]) }) : nil
        (action, answer) = (isFull ? "/a" : nil, "决定举行")
        errors = FormErrors("answer", "请填写")
    }

    static let samples = [ProposalsPage(true), ProposalsPage(false)]
}

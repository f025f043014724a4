import Participation
import Text

/// Somebody who was asked to come to a forum: corrected, or taken out of its list again.
struct GuestPage: Page {
    static let template = "gatherings/guest"

    struct Removal: Sendable {
        let action: String
        let fields: [DeskForm.Field]
    }

    let title: String
    let crumbs: [Crumb]
    let stateText: String
    /// What was done before, by whom.
    let changes: [String]
    let correction: CorrectionPart?
    let removal: Removal?
    /// Why they cannot be taken out.
    let stays: String?
    let errors: FormErrors

    /// - Parameters:
    ///   - isRecorded: the record speaks of them.
    ///   - typed: what was refused.
    init(
        _ person: GatheringPerson, of it: Gathering, changes: [PersonChange], isRecorded: Bool,
        typed: FormData = FormData(), errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        title = texts.label(of: person)
        crumbs = texts.crumbs(to: it)
        stateText = texts.state(of: person)
        self.changes = changes.map { $0.words(texts) }
        self.errors = errors
        let action = "\(it.address)/people/\(person.id)"
        let isListed = person.isCorrected && !it.isOver
        correction =
            isListed ? CorrectionPart(person, action: action + "/correct", typed: typed, errors, texts) : nil
        removal =
            isListed && !isRecorded
            ? Removal(
                action: action + "/remove",
                fields: [
                    DeskForm.Field(
                        id: "reason", label: texts["gatherings.guest.reason"],
                        hint: texts["gatherings.guest.reason_hint"],
                        error: errors[field: "reason"], .area(rows: 2), text: typed.string("reason"))
                ]) : nil
        stays = isListed && isRecorded ? texts["refusals.gathering_people_recorded"] : nil
    }

    private init(isFull: Bool) {
        (title, crumbs, stateText) = ("受邀人3", [Crumb(href: "/desk", text: "工作台")], "已邀请")
        changes = isFull ? ["10:00 陈组织更正：姓名"] : []
        correction = isFull ? .sample : nil
        removal =
            isFull
            ? Removal(
                action: "/r",
                fields: [DeskForm.Field(id: "reason", label: "为什么去掉", error: "请写明", .area(rows: 2))]) : nil
        stays = isFull ? nil : "已经到会。"
        errors = isFull ? FormErrors("reason", "请写明") : FormErrors()
    }

    static let samples = [GuestPage(isFull: true), GuestPage(isFull: false)]
}

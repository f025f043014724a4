import Foundation
import Participation
import Slips
import Text

/// The kiosks of a questionnaire at the desk: where they stand, what came from them, and the link of a new one, this once.
struct KiosksPage: Page {
    static let template = "kiosks/list"

    struct Line: Sendable {
        let place: String
        let madeBy: String
        let standing: String
        let seen: String
        let sheets: Int
        /// Revokes it; absent when it was.
        let action: String?
    }

    struct Link: Sendable {
        let address: String
        let qrMarkup: Markup
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let link: Link?
    let kiosks: Filled<Line>?
    let mayMake: Bool
    let action: String
    /// Of the form, so that the same press makes one kiosk.
    let key: String
    let fields: [DeskForm.Field]
    let errors: FormErrors

    init(
        _ it: DeskQuestionnaire, _ kiosks: [Kiosk], link: String? = nil, key: UUID, place: String, idle: String,
        errors: FormErrors = FormErrors(), for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .kiosks, for: staff, texts)
        self.link = link.map {
            Link(address: $0, qrMarkup: Markup(trusted: (try? QRCode($0).svg(module: 4)) ?? ""))
        }
        let mayChange = staff.has(.organiser, in: [it.unitID])
        self.kiosks = Filled(
            kiosks.map { kiosk in
                let key = kiosk.revokedAt != nil ? "revoked" : kiosk.openedAt == nil ? "waiting" : "opened"
                return Line(
                    place: kiosk.place, madeBy: kiosk.madeBy, standing: texts["kiosks.standing.\(key)"],
                    seen: kiosk.seenAt.map { ChinaTime.minute($0, in: texts.clock) } ?? "–", sheets: kiosk.sheets,
                    action: mayChange && kiosk.revokedAt == nil ? "\(it.address)/kiosks/\(kiosk.id)/revoke" : nil)
            })
        mayMake = it.mayHaveKiosks(made: staff)
        (action, self.key, self.errors) = (it.address + "/kiosks", key.uuidString.lowercased(), errors)
        fields = [("place", place), ("idle", idle)].map { name, text in
            DeskForm.Field(
                id: name, label: texts["kiosks.fields.\(name)"], hint: texts["kiosks.fields.\(name)_hint"],
                error: errors[field: name], .line, text: text)
        }
    }

    private init(link: Link?, kiosks: Filled<Line>?, mayMake: Bool) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (self.link, self.kiosks, self.mayMake, action, key) = (link, kiosks, mayMake, "/k", "k")
        errors = FormErrors("place", "请填写。")
        fields = [DeskForm.Field(id: "place", label: "放在哪里", error: "请填写。", .line)]
    }

    static let samples = [
        KiosksPage(
            link: Link(address: "https://minyi.example/kiosk/open/u", qrMarkup: Markup(trusted: "<svg></svg>")),
            kiosks: Filled([
                Line(place: "一楼大厅", madeBy: "陈组织", standing: "在用", seen: "10:05", sheets: 3, action: "/k/1/revoke"),
                Line(place: "二楼", madeBy: "陈组织", standing: "已停用", seen: "–", sheets: 0, action: nil),
            ]), mayMake: true), KiosksPage(link: nil, kiosks: nil, mayMake: false),
    ]
}

extension DeskQuestionnaire {
    /// A kiosk would spend an invitation for everybody, and knows nobody who is verified.
    var voiceAllowsKiosks: Bool { [.open, .browser].contains(voice) }

    /// Whether kiosks may still be made by this person.
    func mayHaveKiosks(made staff: StaffActor) -> Bool {
        staff.has(.organiser, in: [unitID]) && [.announced, .open, .suspended].contains(state) && voiceAllowsKiosks
    }
}

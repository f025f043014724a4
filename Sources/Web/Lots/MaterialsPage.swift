import Foundation
import Participation
import Text

/// 听证材料: what there is, and who has it since when.
struct MaterialsPage: Page {
    static let template = "lots/materials"

    static let ways = ["handed", "post", "mail"]

    struct Line: Sendable {
        let id: Int
        let name: String
        /// Absent where it is handed over on paper only.
        let href: String?
    }

    struct Person: Sendable {
        let id: Int
        let label: String
        /// Absent at a forum.
        let category: String?
        let standing: String
        let isDelivered: Bool
        let chosen: Bool
    }

    /// What was typed.
    struct Form: Sendable {
        var materialTitle = ""
        var file: Attachment?
        var people: [Int] = []
        var on = ""
        var way = ""
        var scan: Attachment?
    }

    let title: String
    let crumbs: [Crumb]
    let address: String
    let due: String?
    let materials: Filled<Line>?
    let mayChange: Bool
    let mayOffer: Bool
    let people: Filled<Person>?
    let materialTitle: String
    /// Chosen with an earlier press.
    let keptFile: Fact?
    let keptFileID: String?
    /// Where there is nobody yet.
    let nobody: String
    let on: String
    let ways: [AnswerFields.Choice]
    let kept: Fact?
    let keptID: String?
    let errors: FormErrors

    init(
        _ hearing: LotHearing, _ materials: [HearingMaterial], _ list: ParticipantList, form: Form = Form(),
        errors: FormErrors = FormErrors(), for staff: StaffActor, _ texts: Texts
    ) {
        let isForum = hearing.kind == .forum
        title = texts["lots.materials.\(isForum ? "forum_title" : "title")", ["title": hearing.title]]
        crumbs = texts.crumbs(to: hearing)
        address = hearing.address + "/materials"
        due = hearing.materialsOn.map { texts["lots.materials.due", ["day": ChinaTime.day($0, in: texts.clock)]] }
        self.materials = Filled(
            materials.map {
                Line(
                    id: $0.id, name: $0.title,
                    href: $0.attachmentID.map { "/desk/attachments/\($0.uuidString.lowercased())" })
            })
        mayChange = staff.has(.organiser, in: [hearing.unitID]) || staff.has(.clerk, in: hearing.unitIDs)
        mayOffer =
            mayChange && hearing.isComing && materials.contains { $0.attachmentID != nil }
            && list.people.contains { $0.deliveredOn == nil }
        people = Filled(
            list.people.map { person in
                Person(
                    id: person.id,
                    label: texts[
                        "lots.materials.\(isForum ? "invited" : "person")",
                        ["seat": person.seat, "name": person.name.isEmpty ? texts["lots.unnamed"] : person.name]],
                    category: person.category.isEmpty ? nil : person.category,
                    standing: person.deliveredOn.map {
                        texts[
                            "lots.materials.delivered",
                            [
                                "day": ChinaTime.day($0, in: texts.clock),
                                "way": texts["lots.materials.ways.\(person.deliveryWay ?? "handed")"],
                            ]]
                    } ?? texts["lots.materials.waiting"],
                    isDelivered: person.deliveredOn != nil, chosen: form.people.contains(person.id))
            })
        nobody = texts[isForum ? "lots.materials.nobody" : "lots.list.none"]
        materialTitle = form.materialTitle
        keptFile = form.file.map { Fact(label: texts["lots.desk.kept"], text: $0.name) }
        keptFileID = form.file?.id.uuidString.lowercased()
        on = form.on.isEmpty ? ChinaTime.date(hearing.now).description : form.on
        ways = Self.ways.map {
            .init(
                id: "way-\($0)", value: $0, text: texts["lots.materials.ways.\($0)"],
                chosen: $0 == (form.way.isEmpty ? "handed" : form.way))
        }
        kept = form.scan.map { Fact(label: texts["lots.desk.kept"], text: $0.name) }
        keptID = form.scan?.id.uuidString.lowercased()
        self.errors = errors
    }

    private init(isFull: Bool) {
        (title, address) = ("听证材料", "/desk/hearings/H-1/materials")
        nobody = "还没有人有座位。"
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        due = isFull ? "12月13日以前送到" : nil
        materials = isFull ? Filled([Line(id: 1, name: "决策草案", href: "/a"), Line(id: 2, name: "图纸", href: nil)]) : nil
        (mayChange, mayOffer) = (isFull, isFull)
        people =
            isFull
            ? Filled([
                Person(id: 1, label: "参加人1 张某", category: "居民", standing: "没有送", isDelivered: false, chosen: true),
                Person(id: 2, label: "参加人2", category: "居民", standing: "已送", isDelivered: true, chosen: false),
            ]) : nil
        (materialTitle, on) = ("决策草案", "2026-12-13")
        ways = [.init(id: "way-handed", value: "handed", text: "当面", chosen: true)]
        (keptFile, keptFileID) = isFull ? (Fact(label: "已经收到", text: "草案.pdf"), "y") : (nil, nil)
        kept = isFull ? Fact(label: "已经收到", text: "签收.pdf") : nil
        keptID = isFull ? "x" : nil
        errors =
            isFull
            ? FormErrors(["material_title", "file", "people", "on", "way", "scan"].map { ($0, "不对") }) : FormErrors()
    }

    static let samples = [MaterialsPage(isFull: true), MaterialsPage(isFull: false)]
}

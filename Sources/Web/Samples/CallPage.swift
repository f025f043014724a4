import Foundation
import Participation
import Questionnaires
import Text

/// A call in hand: what to say, whom to call, the questions, and how it ended. Without anybody in hand it offers the next one.
struct CallPage: Page {
    static let template = "samples/call"

    struct Person: Sendable {
        let number: String
        let phone: String
        let name: String
        let facts: String
        let until: String
        let key: String
        let told: String
        let sheetVersion: Int
        let script: Filled<String>?
        let parts: [SheetEntryPage.Part]
        let day: String
        let time: String
        /// A quota was full, so the interview may end without a sheet.
        let isFull: Bool
        let wantsReceipt: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let address: String
    let notice: String?
    let person: Person?
    /// Why there is nobody to be called now.
    let nobody: String?
    let mayCall: Bool
    let errors: FormErrors

    /// What stands beside the answers.
    struct Form: Sendable {
        var told = ""
        var day = ""
        var time = ""
        /// They want to be read out number and code of their sheet.
        var wantsReceipt = false

        init() {}

        init(_ form: FormData) {
            told = form.string("told")
            (day, time) = (form.string("day"), form.string("time"))
            wantsReceipt = form.bool("receipt")
        }
    }

    init(
        _ it: DeskQuestionnaire, _ sample: Sample, _ call: CallInHand?, _ form: Form,
        asked: (version: Int, content: Questionnaire)?,
        in setting: QuestionSetting, notice: String?, nobody: String? = nil, isFull: Bool = false, for staff: StaffActor
    ) {
        let texts = setting.texts
        title = texts["samples.call.title"]
        address = "\(it.address)/samples/\(sample.id)"
        crumbs = texts.crumbs(to: it) + [Crumb(href: address, text: sample.name)]
        (self.notice, self.nobody, errors) = (notice, call == nil ? nobody : nil, setting.errors)
        mayCall = it.isCalled(by: staff)
        guard let call, let asked else {
            person = nil
            return
        }
        person = Person(
            number: texts["samples.person", ["number": call.ordinal]], phone: call.contact.phone.inGroups,
            name: call.contact.name,
            facts: [
                call.stratum,
                call.attempts == 0
                    ? texts["samples.call.first"] : texts["samples.call.before", ["count": call.attempts]],
                call.state == .callBack ? texts["samples.call.agreed"] : "",
            ].filter { !$0.isEmpty }.joined(separator: " · "),
            until: texts["samples.call.until", ["moment": ChinaTime.minute(call.until, in: texts.clock)]],
            key: call.key.uuidString.lowercased(), told: form.told, sheetVersion: asked.version,
            script: Filled(PaperForm.paragraphs(sample.script)),
            parts: SheetEntryPage.parts(of: asked.content, in: setting), day: form.day, time: form.time, isFull: isFull,
            wantsReceipt: form.wantsReceipt)
    }

    private init(person: Person?, nobody: String?, mayCall: Bool) {
        (title, crumbs, address) = ("电话访问", [Crumb(href: "/desk", text: "工作台")], "/s/1")
        (notice, self.person, self.nobody, self.mayCall) = ("没有存下。", person, nobody, mayCall)
        errors = FormErrors("day", "请写约好的时间。")
    }

    static let samples = [
        CallPage(
            person: Person(
                number: "17 号", phone: "076 2000 0017", name: "演示", facts: "老隆镇 · 第一次", until: "10:35 以前", key: "k",
                told: "q1", sheetVersion: 1, script: Filled(["您好。"]),
                parts: [.init(heading: "您", condition: "只在…", questions: QuestionPart.samples)], day: "2026-11-27",
                time: "10:00", isFull: true, wantsReceipt: true), nobody: nil, mayCall: true),
        CallPage(person: nil, nobody: "现在没有要拨打的人。", mayCall: true), CallPage(person: nil, nobody: nil, mayCall: false),
    ]
}

extension String {
    /// The digits of a number as one reads them from a screen: 138 0013 8000, 0762 675 0000.
    fileprivate var inGroups: String {
        var (rest, groups) = (self[...], [Substring]())
        if rest.hasPrefix("0") {
            // Area codes have three digits in the largest cities, else four.
            let area = rest.prefix(rest.dropFirst().hasPrefix("1") || rest.dropFirst().hasPrefix("2") ? 3 : 4)
            rest = rest.dropFirst(area.count)
            groups.append(area)
        }
        let first = rest.count % 4 == 0 ? 4 : rest.count % 4
        groups.append(rest.prefix(first))
        rest = rest.dropFirst(first)
        while !rest.isEmpty {
            groups.append(rest.prefix(4))
            rest = rest.dropFirst(4)
        }
        return groups.joined(separator: " ")
    }
}

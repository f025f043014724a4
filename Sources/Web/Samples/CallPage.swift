import Foundation
import Participation
import Questionnaires
import Text

/// A call in hand: whom to call, what to say, the questions, and how it ended. Without anybody in hand it offers the next one.
///
/// All pages of the sheet are on this one screen, as people on the telephone come back to what they said before. Otherwise it asks as the
/// respondent's own form does, with its parts and its script: only what is asked now is shown, in the order drawn for this sheet. Nothing stands in
/// a field at first, as nobody has said it.
struct CallPage: Page {
    static let template = "samples/call"

    struct Person: Sendable {
        let number: String
        let phone: String
        let name: String
        let facts: String
        let until: String
        let key: String
        let sheetVersion: Int
        /// What the script shows and hides by.
        let logic: String?
        /// The codes of the questions that are asked now, with blanks between.
        let asked: String
        let doubts: String
        let script: Filled<String>?
        let pages: [SheetPage]
        let closing: Filled<String>?
        let day: String
        let time: String
        /// A quota was full, so the interview may end without a sheet.
        let isFull: Bool
        /// What is read aloud then: the words of the quota, and not those for whom a sheet was stored.
        let fullClosing: Filled<String>?
        let wantsReceipt: Bool
    }

    struct SheetPage: Sendable {
        let code: String
        let heading: String
        let isOff: Bool
        let groups: [FillPage.Group]
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
        /// The codes of answers of which the interviewer has read that they are not kept, or missing though they must be given.
        var doubts: Set<String> = []
        /// The codes of the questions that were on the page; nil for all.
        var asked: Set<String>?
        var day = ""
        var time = ""
        /// They want to be read out number and code of their sheet.
        var wantsReceipt = false

        init() {}

        init(_ form: FormData) {
            doubts = form.codes("doubts")
            asked = form.has("asked") ? form.codes("asked") : nil
            (day, time) = (form.string("day"), form.string("time"))
            wantsReceipt = form.bool("receipt")
        }
    }

    /// - Parameters:
    ///   - sheet: of the call.
    ///   - fullClosing: what is said at the end where a quota was full; empty where it has no words, nil where none was full.
    ///   - isTyped: it was just sent: whatever stands in its fields stays in sight until it was said that it goes.
    init(
        _ it: DeskQuestionnaire, _ sample: Sample, _ call: CallInHand?, _ form: Form, _ sheet: FilledSheet?,
        isTyped: Bool, in setting: QuestionSetting, notice: String?, nobody: String? = nil, fullClosing: String? = nil,
        for staff: StaffActor
    ) {
        let texts = setting.texts
        title = texts["samples.call.title"]
        address = "\(it.address)/samples/\(sample.id)"
        crumbs = texts.crumbs(to: it) + [Crumb(href: address, text: sample.name)]
        (self.notice, self.nobody) = (notice, call == nil ? nobody : nil)
        mayCall = it.isCalled(by: staff)
        guard let call, let sheet else {
            (person, errors) = (nil, setting.errors)
            return
        }
        let shown = sheet.answering.shown(sheet.answers, keeping: .everything)
        errors = setting.errors.naming(shown.questions, texts)
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
            key: call.key.uuidString.lowercased(), sheetVersion: sheet.version.version,
            logic: sheet.answering.following(.everything, [:]).json, asked: sheet.asked.joined(separator: " "),
            doubts: form.doubts.sorted().joined(separator: " "), script: Filled(sample.script.paragraphs),
            pages: shown.pages.map {
                SheetPage($0, hidden: shown.hidden, open: isTyped ? Set(sheet.dropped) : [], in: setting)
            },
            closing: fullClosing == nil ? Filled(shown.closing.paragraphs) : nil, day: form.day, time: form.time,
            isFull: fullClosing != nil, fullClosing: Filled(fullClosing?.paragraphs ?? []),
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
                sheetVersion: 1, logic: "{}", asked: "q1 q2", doubts: "q1", script: Filled(["您好。"]),
                pages: [
                    SheetPage(
                        code: "p", heading: "您", isOff: true,
                        groups: [.init(code: "g", title: "窗口", isOff: true, questions: QuestionPart.samples)])
                ],
                closing: Filled(["谢谢。"]), day: "2026-11-27", time: "10:00", isFull: true,
                fullClosing: Filled(["够了，谢谢。"]), wantsReceipt: true),
            nobody: nil, mayCall: true),
        CallPage(person: nil, nobody: "现在没有要拨打的人。", mayCall: true), CallPage(person: nil, nobody: nil, mayCall: false),
    ]
}

extension CallPage.SheetPage {
    fileprivate init(
        _ page: Questionnaire.Page, hidden: Set<String>, open: Set<String>, in setting: QuestionSetting
    ) {
        (code, heading) = (page.code, page.title)
        groups = page.groups.map { group in
            var group = group
            // Nobody can hand a file over on the telephone.
            group.questions.removeAll { $0.kind.form == .file }
            return FillPage.Group(
                group, isOff: hidden.contains("p.\(page.code)"), hidden: hidden, open: open, in: setting)
        }
        isOff = groups.allSatisfy(\.isOff)
    }
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

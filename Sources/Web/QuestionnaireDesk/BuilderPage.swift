import Foundation
import Participation
import Questionnaires

/// A questionnaire as it is built: its pages, their groups and questions, and what can be done with each.
struct BuilderPage: Page {
    static let template = "builder/builder"

    /// Something that a form full of buttons moves, doubles or drops.
    struct Part: Sendable {
        let id: String
        let code: String
        /// How buttons name it to those who do not see where they stand.
        let name: String
        let href: String
        let action: String
        let title: String
        let condition: String?
        let notes: [String]
    }

    struct Asked: Sendable {
        let part: Part
        let number: Int
        let kind: String
        let faults: String?
        /// Asks for another one right behind it.
        let insertHref: String
    }

    struct Gathered: Sendable {
        let part: Part
        let questions: [Asked]
        let newAction: String
        let kindsID: String
    }

    struct Sheet: Sendable {
        let part: Part
        let groups: [Gathered]
    }

    /// A piece with a form of its own beside the pages.
    struct Link: Sendable {
        let href: String
        let text: String
        let note: String
    }

    struct Undo: Sendable {
        let text: String
        let kind: String
        let code: String
        let version: Int
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let address: String
    /// Why nothing can be changed, or what a change means now.
    let note: String?
    let mayEdit: Bool
    let undo: Undo?
    let checked: String
    let isSound: Bool
    let kinds: [Choice]
    let sheets: [Sheet]
    let links: [Link]
    let quotas: Filled<Part>?

    /// - Parameters:
    ///   - faults: of what is asked; they stand beside the questions.
    ///   - lines: of the check list, which also looks at settings and codes.
    ///   - taken: how many sheets hold a place in each quota, by its code.
    ///   - dropped: what has just been dropped, and the version it was in.
    init(
        _ it: DeskQuestionnaire, faults: [QuestionnaireFault], checked lines: [QuestionnaireCheckPage.Line],
        taken: [String: Int],
        dropped: (part: QuestionnairePart, version: Int)?,
        for staff: StaffActor, _ texts: Texts
    ) {
        let (address, content) = (it.address, it.content)
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .builder, for: staff, texts)
        self.address = address
        mayEdit = it.isEditable(by: staff)
        note = mayEdit ? (it.state == .preparing ? nil : texts["builder.corrects"]) : texts["builder.read_only"]
        undo = dropped.flatMap { part, version in
            if content.has(part) { return nil }
            return Undo(
                text: texts["builder.dropped", ["code": part.code]], kind: part.kind, code: part.code, version: version)
        }
        checked = texts.summary(of: lines)
        isSound = !lines.contains(where: \.isError)
        kinds = PieceForm.kinds(chosen: .single, texts)
        var number = 0
        let wrong = Dictionary(grouping: faults) { $0.place.question ?? "" }
        sheets = content.pages.enumerated().map { index, page in
            Sheet(
                part: Part(
                    .page(page.code), name: texts["builder.page_name", ["number": index + 1]], in: address,
                    title: texts["builder.page_name", ["number": index + 1]]
                        + (page.title.isEmpty ? "" : texts["builder.colon"] + page.title), condition: page.condition,
                    notes: page.isShuffled ? [texts["builder.flags.shuffled"]] : []),
                groups: page.groups.map { group in
                    Gathered(
                        part: Part(
                            .group(group.code), name: texts["builder.group_name", ["code": group.code]], in: address,
                            title: group.title.isEmpty
                                ? texts["builder.group_name", ["code": group.code]] : group.title,
                            condition: group.condition,
                            notes: group.isShuffled ? [texts["builder.flags.shuffled"]] : []),
                        questions: group.questions.map { question in
                            if question.isAsked { number += 1 }
                            return Asked(
                                question, in: group.code, number: number,
                                faults: wrong[question.code]?.count ?? 0, at: address, texts)
                        }, newAction: address + "/questions/new", kindsID: "kind-" + group.code)
                })
        }
        links = [
            Link(
                href: address + "/words", text: texts["builder.forms.words"],
                note: content.introduction.isEmpty ? texts["builder.no_introduction"] : ""),
            Link(
                href: address + "/computed", text: texts["builder.forms.computed"],
                note: texts["builder.count_of", ["count": content.computed.count]]),
        ]
        quotas = Filled(
            content.quotas.map { quota in
                Part(
                    .quota(quota.code), name: quota.title, in: address, title: quota.title, condition: nil,
                    notes: [
                        (taken[quota.code].map { texts["builder.quota_taken", ["taken": $0]] } ?? "")
                            + texts["builder.quota_note", ["most": quota.most, "condition": quota.condition]]
                    ])
            })
    }

    private init(undo: Undo?, note: String?, mayEdit: Bool = true) {
        title = "满意度调查"
        crumbs = [Crumb(href: "/desk/questionnaires", text: "问卷")]
        (head, address, self.note, self.mayEdit) = (.sample, "/desk/questionnaires/Q-1", note, mayEdit)
        (self.undo, checked, isSound) = (undo, "没有要改的地方", undo == nil)
        kinds = [Choice(value: "single", text: "单选", chosen: true)]
        let part = Part(
            id: "question-q1", code: "q1", name: "第 1 题", href: "/q", action: "/a", title: "您住在哪个镇",
            condition: "q0 = 'a'", notes: ["必答"])
        sheets = [
            Sheet(
                part: part,
                groups: [
                    Gathered(
                        part: part,
                        questions: [
                            Asked(part: part, number: 1, kind: "单选", faults: "有 1 处要改", insertHref: "/n?after=q1")
                        ],
                        newAction: "/n", kindsID: "kind-g1"),
                    Gathered(part: part, questions: [], newAction: "/n", kindsID: "kind-g2"),
                ])
        ]
        links = [Link(href: "/w", text: "开头和结尾的话", note: "还没有")]
        quotas = undo == nil ? Filled([part]) : nil
    }

    static let samples = [
        BuilderPage(undo: nil, note: nil),
        BuilderPage(undo: Undo(text: "删去了 q2。", kind: "questions", code: "q2", version: 2), note: "正在开放。"),
        BuilderPage(undo: nil, note: "您可以看。", mayEdit: false),
    ]
}

extension BuilderPage.Part {
    fileprivate init(
        _ part: QuestionnairePart, name: String, in address: String, title: String, condition: String?,
        notes: [String]
    ) {
        self.init(
            id: part.anchor, code: part.code, name: name, href: "\(address)/\(part.kind)/\(part.code)",
            action: "\(address)/\(part.kind)/\(part.code)/act", title: title,
            condition: condition.flatMap { $0.isEmpty ? nil : $0 }, notes: notes)
    }
}

extension BuilderPage.Asked {
    fileprivate init(
        _ question: Question, in group: String, number: Int, faults: Int, at address: String, _ texts: Texts
    ) {
        insertHref = "\(address)/questions/new?group=\(group)&after=\(question.code)"
        part = BuilderPage.Part(
            .question(question.code),
            name: question.isAsked
                ? texts["builder.question_name", ["number": number]]
                : texts["builder.information_name", ["code": question.code]], in: address, title: question.text,
            condition: question.condition, notes: question.isRequired ? [texts["builder.flags.required"]] : [])
        self.number = number
        kind = texts["builder.kinds.\(question.kind.form.rawValue)"]
        self.faults = faults == 0 ? nil : texts["builder.faults_here", ["count": faults]]
    }
}

extension QuestionnairePart {
    /// In addresses.
    var kind: String {
        switch self {
        case .page: "pages"
        case .group: "groups"
        case .question: "questions"
        case .quota: "quotas"
        }
    }

    /// Where it stands on the builder's page.
    var anchor: String {
        switch self {
        case .page(let code): "page-" + code
        case .group(let code): "group-" + code
        case .question(let code): "question-" + code
        case .quota: "quotas"
        }
    }

    init?(kind: String, code: String) {
        switch kind {
        case "pages": self = .page(code)
        case "groups": self = .group(code)
        case "questions": self = .question(code)
        case "quotas": self = .quota(code)
        default: return nil
        }
    }
}

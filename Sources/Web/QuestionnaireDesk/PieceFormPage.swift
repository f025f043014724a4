import Participation
import Questionnaires
import Text

/// The form of one piece of a questionnaire: a question, a page, a group, the words around, computed values, a quota.
struct PieceFormPage: Page {
    static let template = "builder/piece"

    /// An expression with the word that is wrong.
    struct Marked: Sendable {
        let label: String
        let before: String
        let word: String
        let after: String
        let text: String
    }

    /// What was typed before the kind was changed.
    struct Carried: Sendable {
        let name: String
        let value: String
    }

    /// Something an expression may name.
    struct Name: Sendable {
        let code: String
        let text: String
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String?
    let action: String
    let back: String
    let seenVersion: Int
    /// Of a new question: where it comes.
    let place: PieceForm.Place?
    /// The same in words, where it is not at the end.
    let behind: String?
    let kinds: Filled<Choice>?
    let meanwhile: String?
    let theirs: Filled<Fact>?
    let marked: Filled<Marked>?
    let fields: [DeskForm.Field]
    let carried: [Carried]
    let names: Filled<Name>?
    let picks: ConditionPicks?
    /// Questions by which the options in this form may be filtered.
    let earlier: Filled<Choice>?
    /// The number that was typed beside a choice.
    let pickNumber: String
    let isNew: Bool
    let errors: FormErrors

    /// What another has saved while this form was open: their words where they differ; nil where they have dropped it.
    struct Meanwhile: Sendable {
        let theirs: PieceForm?
    }

    init(
        _ form: PieceForm, of it: DeskQuestionnaire, seen: Int, isNew: Bool = false, place: PieceForm.Place? = nil,
        faults: [PieceFault] = [], meanwhile: Meanwhile? = nil, picking: FormData? = nil,
        errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        (action, kinds, lead, title) = Self.head(form, of: it, isNew: isNew, texts)
        crumbs = texts.crumbs(to: it) + [Crumb(href: it.address, text: texts["builder.title"])]
        back = it.address + (form.subject.anchor.map { "#" + $0 } ?? "")
        (seenVersion, self.isNew, self.place) = (seen, isNew, place)
        behind = place?.after.flatMap { it.content.question($0) }.map {
            texts["builder.behind", ["text": String($0.text.prefix(30))]]
        }
        self.meanwhile = meanwhile.map { texts[$0.theirs == nil ? "builder.meanwhile_dropped" : "builder.meanwhile"] }
        theirs = meanwhile?.theirs.flatMap { Filled(form.differing(from: $0, texts)) }
        marked = Filled(faults.compactMap { Marked($0, form, texts) })
        var all = errors
        for fault in faults { all.add(fault.field, fault.text) }
        self.errors = all
        let isNewQuestion = if case .question = form.subject { isNew } else { false }
        fields = form.fields(errors: all, texts) + (isNewQuestion ? [form.codeField(errors: all, texts)] : [])
        carried = form.carried(besides: fields)
        picks = ConditionPicks(
            for: form.subject, into: place, in: it.content, isOpen: picking != nil, texts)
        earlier = Filled(ConditionPicks.filters(of: form, into: place, in: it.content, texts))
        pickNumber = errors.isEmpty ? "" : picking?.string("pick_number") ?? ""
        names = form.subject == .words ? nil : Filled(Name.all(of: it.content, texts))
    }

    private static func head(
        _ form: PieceForm, of it: DeskQuestionnaire, isNew: Bool, _ texts: Texts
    ) -> (action: String, kinds: Filled<Choice>?, lead: String?, title: String) {
        let (key, address) = (form.subject.key, it.address)
        let title = texts["builder.forms.\(key)"]
        let lead = texts.has("builder.leads.\(key)") ? texts["builder.leads.\(key)"] : nil
        switch form.subject {
        case .words, .computed: return ("\(address)/\(key)", nil, lead, title)
        case .page(let code): return ("\(address)/pages/\(code)", nil, lead, title)
        case .group(let code): return ("\(address)/groups/\(code)", nil, lead, title)
        case .quota(let code):
            return ("\(address)/quotas/\(isNew ? "new" : code)", nil, lead, isNew ? texts["builder.add_quota"] : title)
        case .question(let code, let shape):
            let kind = texts["builder.kinds.\(shape.rawValue)"]
            return (
                "\(address)/questions/\(isNew ? "new" : code)", Filled(PieceForm.kinds(chosen: shape, texts)),
                texts["builder.leads.question", ["code": code]],
                texts[isNew ? "builder.new_question" : "builder.question_title", ["code": code, "kind": kind]]
            )
        }
    }

    private init(isNew: Bool, lead: String?, theirs: Filled<Fact>?) {
        (title, crumbs, self.lead) = ("单选题", [Crumb(href: "/desk/questionnaires", text: "问卷")], lead)
        (action, back, seenVersion) = ("/a", "/b", 3)
        place = isNew ? PieceForm.Place(group: "g1", after: "q1") : nil
        behind = isNew ? "加在“您满意吗？”后面。" : nil
        kinds = Filled([Choice(value: "single", text: "单选", chosen: true)])
        (meanwhile, self.theirs) = (theirs == nil ? nil : "刚才有人改了这道题。", theirs)
        marked = Filled([Marked(label: "条件", before: "", word: "q9", after: " = 'a'", text: "没有叫 q9 的题")])
        fields = ["text", "flags"].map { name in
            DeskForm.Field(id: name, label: "题目", hint: "…", error: "请改一下这里。", .area(rows: 2), text: "您")
        }
        carried = [Carried(name: "options", value: "满意\n不满意")]
        picks = ConditionPicks(
            asked: [.init(label: "第 1 题“您满意吗？”", picks: [Choice(value: "q1 = 'o1'", text: "选了“满意”", chosen: false)])],
            isOpen: isNew)
        earlier = Filled([Choice(value: "q1", text: "第 1 题“您用过哪些？”", chosen: false)])
        pickNumber = "3"
        names = Filled([Name(code: "q1", text: "单选 · 您住在哪个镇")])
        (self.isNew, errors) = (isNew, FormErrors(["text", "pick", "pick_number", "earlier"].map { ($0, "请改一下这里。") }))
    }

    static let samples = [
        PieceFormPage(isNew: true, lead: "…", theirs: nil),
        PieceFormPage(isNew: false, lead: nil, theirs: Filled([Fact(label: "题目", text: "您的镇")])),
    ]
}

extension PieceForm.Subject {
    /// Where on the builder's page it stands.
    var anchor: String? {
        switch self {
        case .words, .computed: nil
        case .page(let code): QuestionnairePart.page(code).anchor
        case .group(let code): QuestionnairePart.group(code).anchor
        case .question(let code, _): QuestionnairePart.question(code).anchor
        case .quota(let code): QuestionnairePart.quota(code).anchor
        }
    }
}

extension PieceFormPage.Name {
    /// Everything an expression may name, with what it is.
    static func all(of content: Questionnaire, _ texts: Texts) -> [PieceFormPage.Name] {
        let questions = content.questions.filter(\.isAsked).map { question in
            // Of a matrix also whether it is a row or a column, which the names of parts show.
            let codes = question.kind.codes.filter { !$0.hasPrefix("_") }.map { $0.split(separator: ":").last ?? "" }
            let kind = texts["builder.kinds.\(question.kind.form.rawValue)"]
            let words = question.text.count > 30 ? String(question.text.prefix(29)) + "…" : question.text
            let parts = question.namedParts
            let named =
                parts.isEmpty
                ? "" : texts["builder.named_parts", ["names": parts.joined(separator: texts["questionnaires.comma"])]]
            return PieceFormPage.Name(
                code: question.code,
                text: [kind, words, codes.prefix(12).joined(separator: " "), named]
                    .filter { !$0.isEmpty }.joined(separator: " · "))
        }
        return questions
            + content.computed.map { PieceFormPage.Name(code: $0.code, text: "= " + $0.expression) }
    }
}

extension Question {
    /// How formulas name its parts: one of each sort, as an example for the others.
    fileprivate var namedParts: [String] {
        guard let option = kind.options.first?.code else { return [] }
        let parts: [String?] =
            switch kind {
            case .single(let single):
                [single.comment.map { _ in "comment" }, single.other.map { _ in "other" }]
            case .multiple(let multiple):
                [multiple.comment.map { _ in "\(option).comment" }, multiple.other.map { _ in "other" }]
            case .ranking: [option]
            case .matrix(let matrix):
                switch matrix.cell {
                case .single, .multiple: [option]
                case .number, .text: [matrix.columns.first.map { "\(option).\($0.code)" }]
                }
            default: []
            }
        return parts.compactMap { $0.map { "\(code).\($0)" } }
    }
}

extension PieceFormPage.Marked {
    /// Nil where the fault is about no word.
    init?(_ fault: PieceFault, _ form: PieceForm, _ texts: Texts) {
        guard let range = fault.range, !fault.expression.isEmpty else { return nil }
        let bytes = Array(fault.expression.utf8)
        let (start, end) = (
            min(range.lowerBound, bytes.count), min(max(range.upperBound, range.lowerBound), bytes.count)
        )
        label = form.subject.label(of: fault.field, texts)
        before = String(decoding: bytes[..<start], as: UTF8.self)
        word = String(decoding: bytes[start..<end], as: UTF8.self)
        after = String(decoding: bytes[end...], as: UTF8.self)
        text = fault.text
    }
}

import Foundation
import Participation
import Text

/// One opinion beside what it is about, what has become of that, what carries it out, and who says the same; and its answer.
struct OpinionPage: Page {
    static let template = "dispositions/opinion"

    struct Group: Sendable {
        let id: Int
        let version: Int
        let text: String
        let listHref: String
        let wordings: [Wording]
        /// The answer is for all of them, at first.
        let isChosen: Bool
        let choice: String
    }

    struct Wording: Sendable {
        let text: String
        let body: String
    }

    /// What it is about.
    struct Subject: Sendable {
        let href: String
        let facts: [Fact]
        /// Against the newest edition, cell by cell.
        let compared: Filled<PassagePage.Compared>?
        /// That there is no newer edition, that nothing has changed, or that it was dropped.
        let newest: String
    }

    /// What a form on the page has sent, when it came back with a mistake.
    struct Typed {
        var answer: Answer?
        var wholeGroup = false
        /// A question to a unit that came back with a mistake.
        var view: (form: FormData, error: String)?
        var errors = FormErrors()
    }

    let title: String
    let crumbs: [Crumb]
    let address: String
    let query: String
    /// Who else has it open just now.
    let looking: String?
    let secondsBetweenLooks: Int
    let previousHref: String?
    let nextHref: String?
    let done: StepTaken?
    /// What an answer given now does to a result that is being cleared.
    let clearing: String?
    let said: String?
    let absence: String?
    let facts: [Fact]
    let submissionHref: String
    let subject: Subject?
    let changes: Filled<Crumb>?
    let linkHref: String
    let group: Group?
    let mayChange: Bool
    let current: ReceivedSubmissionPage.GivenAnswer?
    let lacksEffect: Bool
    let earlier: Filled<ReceivedSubmissionPage.GivenAnswer>?
    let seenVersion: Int
    let batch: String
    let answer: AnswerFields?
    let templates: Filled<AnswerTemplate>?
    let views: OpinionViewPart
    let errors: FormErrors

    init(
        _ it: OpinionFile, views: [OpinionView], units: [Participation.Unit], filter: WorkbenchFilter, adopted: Int?,
        done: AnsweringStep?, staff: StaffActor, typed: Typed, _ texts: Texts
    ) {
        let line = it.line
        let desk = "/desk/procedures/\(it.procedure.number)"
        title = texts["submissions.one.title", ["number": texts.name(of: line)]]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: desk, text: it.procedure.title),
            Crumb(href: desk + "/workbench" + filter.query(), text: texts["workbench.title"]),
        ]
        (query, address) = (filter.query(), "/desk/opinions/\(line.id)")
        looking = line.looking.map { texts["workbench.looking", ["names": $0]] }
        secondsBetweenLooks = OpinionLook.secondsBetween
        previousHref = it.previous.map { "/desk/opinions/\($0)" + filter.query() }
        nextHref = it.next.map { "/desk/opinions/\($0)" + filter.query() }
        self.done = (done ?? it.ownStep).map {
            StepTaken(
                $0, isLast: done == nil, undoAction: "/desk/opinions/\(line.id)/undo" + filter.query(), texts)
        }
        clearing = it.isClearing ? texts["workbench.clearing"] : nil
        said = it.body.isEmpty ? nil : it.body
        absence =
            line.isSealed
            ? texts["submissions.absence.sealed"]
            : line.ending == .withdrawn ? texts["submissions.absence.withdrawn"] : nil
        facts = [
            ("about", line.rowNumber.map(texts.rowName) ?? texts["submissions.whole"]),
            ("channel", texts.channel(line.channel.rawValue)),
            ("received_at", ChinaTime.second(line.receivedAt, in: texts.clock)),
            ("sender", texts.submitter(line.submitter, organisation: line.organisation, people: line.people)),
        ].map { Fact(label: texts["submissions.facts.\($0.0)"], text: $0.1) }
        submissionHref = "/desk/submissions/\(line.number)"
        subject = it.passage.map { Subject($0, it, texts) }
        changes = Filled(
            it.changes.map {
                let key = $0.isDropped ? "editions.revision.change_dropped" : "editions.revision.change"
                return Crumb(
                    href: "/desk/drafts/passages/\($0.passageID)",
                    text: texts[key, ["ordinal": $0.ordinal, "number": $0.number, "name": $0.name]])
            })
        linkHref = "/desk/drafts/opinions/\(line.id)"
        let mayAnswer =
            staff.has(.organiser) && line.ending != .withdrawn && it.procedure.state != .terminated
        group = it.group.map { group in
            var inside = WorkbenchFilter()
            (inside.view, inside.group) = (.all, group.id)
            return Group(
                id: group.id, version: group.version,
                text: texts["workbench.group_of", ["count": group.size, "open": group.waiting]],
                listHref: desk + "/workbench" + inside.query(),
                wordings: it.wordings.map { Wording($0, texts) },
                isChosen: typed.answer == nil ? group.waiting > 0 : typed.wholeGroup,
                choice: texts["workbench.scope_group", ["count": group.size]])
        }
        mayChange = mayAnswer
        current = it.current.map { .init($0, texts) }
        lacksEffect = line.lacksEffect
        earlier = Filled(it.earlier.map { .init($0, texts) })
        seenVersion = line.version
        batch = UUID().uuidString.lowercased()
        // 用作答复: its words, to be adopted or changed.
        let words = views.first { $0.id == adopted }?.words
        answer =
            mayAnswer
            ? AnswerFields(
                typed.answer ?? words.map { Answer(outcome: nil, reason: $0) } ?? it.current.map(Answer.init),
                suffix: "one", faults: typed.answer?.faults ?? [], texts)
            : nil
        templates = mayAnswer ? Filled(it.templates.map(AnswerTemplate.init)) : nil
        self.views = OpinionViewPart(
            opinion: line.id, query: filter.query(), views: views, answers: it.answers,
            units: units.filter { $0.validUntil == nil && $0.name != it.procedure.unitName },
            mayAsk: mayAnswer && !line.isSealed, typed: typed.view, texts)
        errors = typed.errors
    }

    private init(full: Bool, wholeGroup: Bool = true) {
        let given = ReceivedSubmissionPage.GivenAnswer(
            outcome: "adopted", outcomeText: "采纳", by: "陈 · 12月2日", detail: "转到", reason: "已改。",
            effect: "修改稿", undone: "撤销")
        (title, crumbs) = ("意见 MY-1", [Crumb(href: "/desk", text: "工作台")])
        (address, query, previousHref, nextHref) = ("/o", "?view=open", "/p", "/n")
        clearing = full ? "已经送审" : nil
        (looking, secondsBetweenLooks) = (full ? "陈正在看" : nil, 60)
        (done, said, absence) = (full ? .sample : nil, full ? "太长" : nil, full ? nil : "已封存")
        (facts, submissionHref) = ([Fact(label: "渠道", text: "网上")], "/s")
        subject =
            full
            ? Subject(
                href: "/p", facts: [Fact(label: "时限", text: "20日")],
                compared: Filled([.init(label: "时限", wordsMarkup: Markup(trusted: "<del>20</del>日"))]), newest: "第 2 稿")
            : nil
        (changes, linkHref) = (full ? Filled([Crumb(href: "/c", text: "第 2 稿第 5 行")]) : nil, "/l")
        group =
            full
            ? Group(
                id: 1, version: 1, text: "共 3 条", listHref: "/g", wordings: [Wording(text: "2 条原样", body: "太长")],
                isChosen: wholeGroup, choice: "答复这一组") : nil
        (mayChange, current, lacksEffect) = (full, full ? given : nil, full)
        (earlier, seenVersion, batch) = (Filled([given]), 1, "b")
        (answer, templates) = (full ? .sample : nil, full ? Filled([.sample]) : nil)
        views = .sample
        errors = FormErrors([("reason-one", "请写明理由。")])
    }

    static let samples = [
        OpinionPage(full: true), OpinionPage(full: true, wholeGroup: false), OpinionPage(full: false),
    ]
}

extension OpinionPage.Wording {
    fileprivate init(_ wording: OpinionGroup.Wording, _ texts: Texts) {
        body = wording.body
        let key = wording.likeness.map { $0 == 100 ? "first" : "alike" } ?? "by_hand"
        text =
            texts[
                "workbench.wordings.\(key)", ["count": wording.copies, "percent": wording.likeness ?? 0]]
    }
}

extension OpinionPage.Subject {
    fileprivate init(_ passage: Passage, _ it: OpinionFile, _ texts: Texts) {
        let fields = PassageField.all(of: it.draft.kind, extraColumns: it.edition.extraColumns).filter { $0 != .depth }
        href = "/desk/drafts/passages/\(passage.id)"
        facts = fields.filter { !passage.cells[$0].isEmpty }.map {
            Fact(label: texts.label($0), text: passage.cells[$0])
        }
        guard let newest = it.newest else {
            (compared, self.newest) = (nil, texts["workbench.no_newer"])
            return
        }
        let after = PassageCells.joined(newest.map(\.cells))
        compared =
            newest.isEmpty
            ? nil
            : Filled(
                fields.filter { passage.cells[$0] != after[$0] }.map {
                    .init(
                        label: texts.label($0),
                        wordsMarkup: Markup(Redline(from: passage.cells[$0], to: after[$0]), texts))
                })
        self.newest =
            texts[
                newest.isEmpty
                    ? "workbench.dropped" : compared == nil ? "workbench.unchanged" : "workbench.compared"]
    }
}

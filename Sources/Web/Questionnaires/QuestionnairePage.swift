import Foundation
import Participation
import Questionnaires
import Text

/// What a questionnaire is for, who may answer, how long it takes and what is kept: read before the first question.
struct QuestionnairePage: Page {
    static let template = "questionnaires/start"

    let title: String
    let crumbs: [Crumb]
    let state: String
    let stateText: String
    let lead: String
    let purpose: [String]
    let introduction: [String]
    let whoMayAnswer: String?
    /// How many questions, and about how many minutes.
    let length: String
    /// What keeps people from answering twice, in plain words.
    let voice: String
    let keeps: String
    let results: String
    /// Once they may be seen.
    let resultsHref: String?
    /// Of a poll, whose one question they are about.
    let result: ResultPart?
    /// The consultation it belongs to.
    let consultation: Crumb?
    let contact: String?
    /// How long is left, while it is open.
    let left: Left?
    let deadline: String
    let number: String
    /// That the end was changed, or that it is suspended or was closed early, and why.
    let changes: [String]
    /// What was put right since the opening.
    let correction: String?
    /// Why nothing can be answered now; absent while it can.
    let closedText: String?
    let fillHref: String?
    let fillText: String
    /// Where an invitation is typed in; absent where none is needed.
    let invitation: Invitation?
    let continueHref: String?
    /// This browser has begun it: one goes on.
    let isBegun: Bool
    /// Where this browser finds what it has sent, when it may send no more.
    let receiptsHref: String?
    /// Where people say who they are first.
    let person: Person?
    /// What became of their voices.
    let ended: String?
    let errors: FormErrors

    struct Person: Sendable {
        /// How to say who one is; nil once it is over.
        let lead: String?
        /// None where nobody can be recognised, or nothing is taken.
        let ways: [Way]
        let twoIdentities: String?
        let promised: [String]
        let notPromised: [String]
    }

    struct Way: Sendable {
        let href: String
        let button: String
    }

    struct Left: Sendable {
        /// Days, to be set large; absent when words say it alone.
        let figure: String?
        let words: String
    }

    /// What the browser has done with it already.
    enum Standing { case new, begun, answered }

    struct Invitation: Sendable {
        let action: String
        let code: String
    }

    static let samples = [
        QuestionnairePage(
            title: "政务服务满意度调查", crumbs: [Crumb(href: "/", text: "首页")], state: "open", stateText: "正在进行", lead: "县政务办",
            purpose: ["了解办事是否方便。"], introduction: ["谢谢。"], whoMayAnswer: "在本县办过事的人", length: "13 题，约 3 分钟",
            voice: "不限制次数。", keeps: "只保存回答。", results: "结束后公布。", resultsHref: "/r", result: ResultPart.samples[0],
            consultation: Crumb(href: "/c", text: "目录征求意见"), contact: "0762-1", left: Left(figure: "3", words: "天后截止"),
            deadline: "12月1日24时截止",
            number: "Q-2026-000001-7", changes: ["截止时间由 12月1日 改为 12月9日。"], correction: "更正了一处。", closedText: nil,
            fillHref: "/f", fillText: "接着填",
            invitation: nil,
            continueHref: "/c", isBegun: true, receiptsHref: nil,
            person: Person(
                lead: "先登录。", ways: [Way(href: "/s", button: "登录")], twoIdentities: "两份。", promised: ["不对应。"],
                notPromised: ["能看到。"]),
            ended: "密钥已销毁。", errors: FormErrors()),
        QuestionnairePage(
            title: "村道调查", crumbs: [], state: "closed", stateText: "已结束", lead: "", purpose: [], introduction: [],
            whoMayAnswer: nil, length: "1 题", voice: "凭邀请码。", keeps: "只保存回答。", results: "公布。", resultsHref: nil,
            result: nil, consultation: nil, contact: nil, left: nil,
            deadline: "", number: "Q", changes: [], correction: nil, closedText: "已经结束。", fillHref: nil, fillText: "",
            invitation: Invitation(action: "/i", code: "4072"), continueHref: nil, isBegun: false,
            receiptsHref: "/receipts", person: nil, ended: nil,
            errors: FormErrors("invitation", "邀请码不对。")),
    ]
}

extension QuestionnairePage {
    init(
        _ record: QuestionnaireRecord, result: ResultPart? = nil, standing: Standing = .new,
        persons: PersonWays = PersonWays(), code: String = "",
        errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        let (questionnaire, content) = (record.questionnaire, record.content)
        let address = "/questionnaires/\(questionnaire.number)"
        title = questionnaire.title
        crumbs = texts.crumbs(to: nil)
        state = questionnaire.state.rawValue
        stateText = texts.state(of: questionnaire)
        lead = questionnaire.unitName
        purpose = questionnaire.purpose.paragraphs
        introduction = content.introduction.paragraphs
        whoMayAnswer = questionnaire.whoMayAnswer.isEmpty ? nil : questionnaire.whoMayAnswer
        length = texts.length(of: content, saying: questionnaire.purpose + content.introduction)
        voice = texts.voice(of: questionnaire)
        keeps = texts.keeps(questionnaire)
        results = texts.results(of: questionnaire)
        consultation = questionnaire.consultation.map {
            Crumb(href: "/consultations/\($0.number)", text: $0.title)
        }
        resultsHref = questionnaire.showsResults ? address + "/results" : nil
        self.result = result
        contact = questionnaire.contactPhone.isEmpty ? nil : questionnaire.contactPhone
        left = questionnaire.takesSheets ? questionnaire.daysLeft.map { texts.left($0) } : nil
        deadline = texts.deadline(of: questionnaire)
        number = questionnaire.number
        changes = texts.changes(of: questionnaire)
        correction =
            questionnaire.version > 1
            ? texts[
                "questionnaires.corrected",
                [
                    "moment": ChinaTime.minute(questionnaire.versionAt, in: texts.clock),
                    "note": questionnaire.versionNote,
                ]] : nil
        closedText =
            standing == .answered
            ? texts["questionnaires.answered"] : questionnaire.takesSheets ? nil : texts.whyNoSheet(questionnaire)
        let takes = questionnaire.takesSheets && standing != .answered
        // Whoever has begun with an invitation has shown it.
        let begun = takes && standing == .begun
        isBegun = begun
        fillHref = takes && (begun || questionnaire.isAnsweredAtOnce) ? address + "/fill" : nil
        invitation = takes && questionnaire.voice == .code ? Invitation(action: address + "/start", code: code) : nil
        fillText = texts[isBegun ? "questionnaires.kept_page.go_on" : "questionnaires.begin"]
        continueHref =
            takes && standing == .new && content.pages.count > 1 && questionnaire.voice != .person
            ? address + "/continue" : nil
        receiptsHref = standing == .answered ? "/receipts" : nil
        // What was promised holds when it is over, too.
        person = questionnaire.voice == .person ? Person(questionnaire, persons, texts) : nil
        ended = texts.voices(of: questionnaire)
        self.errors = errors
    }
}

extension QuestionnairePage.Person {
    fileprivate init(_ questionnaire: PublicQuestionnaire, _ persons: PersonWays, _ texts: Texts) {
        let (way, address) = (questionnaire.personWay, "/questionnaires/\(questionnaire.number)")
        let provider = way.allowsOpenID ? persons.provider : nil
        let takesPhones = way.allowsPhone && persons.takesPhones
        var leads: [String] = []
        var ways: [QuestionnairePage.Way] = []
        if let provider {
            leads.append(texts["persons.start.openid", ["provider": provider]])
            ways.append(
                .init(href: address + "/sign-in", button: texts["persons.start.button", ["provider": provider]]))
        }
        if takesPhones {
            leads.append(texts["persons.start.phone"])
            ways.append(.init(href: address + "/phone", button: texts["persons.start.phone_button"]))
        }
        lead =
            questionnaire.closedAt != nil
            ? nil
            : leads.isEmpty
                ? texts["persons.start.not_possible"]
                : texts["persons.start.lead"] + leads.joined(separator: texts["persons.start.or"])
        self.ways = questionnaire.takesSheets ? ways : []
        twoIdentities = way == .either ? texts["persons.start.two_identities"] : nil
        promised = ["unlinked", "once", "key", "later"].map { texts["persons.start.promised.\($0)"] }
        notPromised = ["watching", "copies", "traces", "others", "few", "withdrawing"].map {
            texts["persons.start.not_promised.\($0)"]
        }
    }
}

extension Texts {
    /// What keeps people from answering twice; of a poll first that it is no vote, wherever it stands.
    func voice(of questionnaire: PublicQuestionnaire) -> String {
        (questionnaire.kind == .poll ? self["questionnaires.poll.what"] : "")
            + self["questionnaires.voices.\(questionnaire.voice.rawValue)"]
    }

    func keeps(_ questionnaire: PublicQuestionnaire) -> String {
        self[questionnaire.voice == .person ? "persons.keeps" : "questionnaires.keeps"]
    }

    /// That the key of the voices is gone, and how many voices and answers there were.
    fileprivate func voices(of questionnaire: PublicQuestionnaire) -> String? {
        guard let moment = questionnaire.voiceKeyDestroyedAt else { return nil }
        let time = ChinaTime.minute(moment, in: clock)
        guard let voices = questionnaire.voicesCounted, let sheets = questionnaire.unlinkedCounted else {
            return self["persons.key_destroyed", ["moment": time]]
        }
        return self["persons.ended", ["moment": time, "voices": voices, "sheets": sheets]]
    }

    /// The way back from a page of a questionnaire; nil on its own first page.
    func crumbs(to questionnaire: PublicQuestionnaire?) -> [Crumb] {
        [Crumb(href: "/", text: self["nav.home"]), Crumb(href: "/questionnaires", text: self["nav.questionnaires"])]
            + (questionnaire.map { [Crumb(href: "/questionnaires/\($0.number)", text: $0.title)] } ?? [])
    }

    /// Whoever reads a question and answers it needs about this many seconds.
    private static let secondsForQuestion = 12

    /// - Parameter words: of the organiser; where they name the minutes, no others stand beside them.
    fileprivate func length(of content: Questionnaire, saying words: String) -> String {
        let questions = content.questions.count(where: \.isAsked)
        let minutes = max(1, (questions * Self.secondsForQuestion + 30) / 60)
        let count = self["questionnaires.questions", ["count": questions]]
        return words.contains("分钟") ? count : count + self["questionnaires.minutes", ["count": minutes]]
    }

    fileprivate func left(_ days: Int) -> QuestionnairePage.Left {
        switch days {
        case 0: .init(figure: nil, words: self["consultations.closes_today"])
        case 1: .init(figure: nil, words: self["consultations.closes_tomorrow"])
        default: .init(figure: String(days), words: self["consultations.days_to_closing", ["count": days]])
        }
    }

    /// Until when; of one that was ended early also that.
    func deadline(of questionnaire: PublicQuestionnaire) -> String {
        let planned = ChinaTime.deadline(questionnaire.closesAt, in: clock)
        guard let closed = questionnaire.closedAt, closed < questionnaire.closesAt else {
            return self["consultations.closes_at", ["moment": planned]]
        }
        return self[
            "questionnaires.closed_early", ["moment": ChinaTime.minute(closed, in: clock), "planned": planned]]
    }

    /// Until when what is kept can still be sent.
    func end(of saved: SavedSheet, _ questionnaire: PublicQuestionnaire) -> String {
        saved.expiresAt < questionnaire.closesAt
            ? ChinaTime.minute(saved.expiresAt, in: clock) : ChinaTime.deadline(questionnaire.closesAt, in: clock)
    }

    /// When results are shown; what runs no longer does not promise them for the time it runs.
    func results(of questionnaire: PublicQuestionnaire) -> String {
        if questionnaire.state == .published { return self["questionnaires.results.told"] }
        let isOver = [.closed, .published, .terminated].contains(questionnaire.state)
        let shown = questionnaire.resultsShown == .live && isOver ? .closed : questionnaire.resultsShown
        return self["questionnaires.results.\(shown.rawValue)"]
    }

    /// What holds for a questionnaire, as its first page says it; for a poll, which has none.
    func facts(about questionnaire: PublicQuestionnaire) -> [Fact] {
        let ending = questionnaire.daysLeft.map { days in
            let left = self.left(days)
            return self[
                "questionnaires.ending",
                [
                    "left": [left.figure, left.words].compactMap { $0 }.joined(separator: " "),
                    "moment": ChinaTime.deadline(questionnaire.closesAt, in: clock),
                ]]
        }
        return [
            Fact(label: self["questionnaires.who"], text: questionnaire.whoMayAnswer),
            Fact(label: self["questionnaires.until"], text: ending ?? deadline(of: questionnaire)),
            Fact(label: self["questionnaires.voice"], text: voice(of: questionnaire)),
            Fact(label: self["questionnaires.results_title"], text: results(of: questionnaire)),
            Fact(label: self["questionnaires.kept"], text: keeps(questionnaire)),
            Fact(label: self["questionnaires.contact"], text: questionnaire.contactPhone),
            Fact(label: self["questionnaires.number"], text: questionnaire.number),
        ].filter { !$0.text.isEmpty }
    }

    /// What became different from what everyone was told, and why.
    func changes(of questionnaire: PublicQuestionnaire) -> [String] {
        func said(_ key: String, because reason: String, _ arguments: [String: any CustomStringConvertible]) -> String {
            self["questionnaires.changes.\(key)", arguments]
                + (reason.isEmpty ? "" : self["questionnaires.changes.reason", ["reason": reason]])
        }
        var changes: [String] = []
        let now = ChinaTime.deadline(questionnaire.closesAt, in: clock)
        if let before = questionnaire.promisedUntil {
            changes.append(
                said(
                    "deadline", because: questionnaire.deadlineNote,
                    ["before": ChinaTime.deadline(before, in: clock), "now": now]))
        }
        if questionnaire.endedEarly, let closedAt = questionnaire.closedAt {
            let moment = ChinaTime.minute(closedAt, in: clock)
            let key = questionnaire.state == .terminated ? "terminated" : "early"
            changes.append(said(key, because: questionnaire.stopNote, ["moment": moment, "planned": now]))
        } else if questionnaire.state == .suspended {
            changes.append(said("suspended", because: questionnaire.stopNote, [:]))
        }
        return changes
    }

    /// Why a questionnaire cannot be answered in its state.
    func whyNoSheet(_ questionnaire: PublicQuestionnaire) -> String {
        switch questionnaire.state {
        case .announced:
            self["questionnaires.closed.announced", ["moment": ChinaTime.minute(questionnaire.opensAt, in: clock)]]
        case .open: self["questionnaires.closed.full"]
        case let state: self["questionnaires.closed.\(state.rawValue)"]
        }
    }
}

/// The ways to say who one is that this installation has.
struct PersonWays: Sendable {
    /// What people call the provider of OpenID Connect.
    var provider: String?
    var takesPhones = false
}

extension WebApplication {
    var personWays: PersonWays {
        PersonWays(provider: configuration.persons?.settings.name, takesPhones: configuration.phoneCodes != nil)
    }
}

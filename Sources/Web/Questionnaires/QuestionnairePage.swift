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
    let contact: String?
    let deadline: String
    let number: String
    /// What was put right since the opening.
    let correction: String?
    /// Why nothing can be answered now; absent while it can.
    let closedText: String?
    let fillHref: String?
    /// Where an invitation is typed in; absent where none is needed.
    let invitation: Invitation?
    let continueHref: String?
    let errors: FormErrors

    struct Invitation: Sendable {
        let action: String
        let code: String
    }

    static let samples = [
        QuestionnairePage(
            title: "政务服务满意度调查", crumbs: [Crumb(href: "/", text: "首页")], state: "open", stateText: "正在进行", lead: "县政务办",
            purpose: ["了解办事是否方便。"], introduction: ["谢谢。"], whoMayAnswer: "在本县办过事的人", length: "13 题，约 3 分钟",
            voice: "不限制次数。", keeps: "只保存回答。", results: "结束后公布。", resultsHref: "/r", result: ResultPart.samples[0],
            contact: "0762-1", deadline: "12月1日24时截止",
            number: "Q-2026-000001-7", correction: "更正了一处。", closedText: nil, fillHref: "/f", invitation: nil,
            continueHref: "/c", errors: FormErrors()),
        QuestionnairePage(
            title: "村道调查", crumbs: [], state: "closed", stateText: "已结束", lead: "", purpose: [], introduction: [],
            whoMayAnswer: nil, length: "1 题", voice: "凭邀请码。", keeps: "只保存回答。", results: "公布。", resultsHref: nil,
            result: nil, contact: nil,
            deadline: "", number: "Q", correction: nil, closedText: "已经结束。", fillHref: nil,
            invitation: Invitation(action: "/i", code: "4072"), continueHref: nil,
            errors: FormErrors("invitation", "邀请码不对。")),
    ]
}

extension QuestionnairePage {
    init(
        _ record: QuestionnaireRecord, result: ResultPart? = nil, code: String = "", errors: FormErrors = FormErrors(),
        _ texts: Texts
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
        length = texts.length(of: content)
        voice = texts["questionnaires.voices.\(questionnaire.voice.rawValue)"]
        keeps = texts["questionnaires.keeps"]
        results = texts["questionnaires.results.\(questionnaire.resultsShown.rawValue)"]
        resultsHref = questionnaire.showsResults ? address + "/results" : nil
        self.result = result
        contact = questionnaire.contactPhone.isEmpty ? nil : questionnaire.contactPhone
        deadline =
            texts[
                "consultations.closes_at", ["moment": ChinaTime.deadline(questionnaire.closesAt, in: texts.clock)]]
        number = questionnaire.number
        correction =
            questionnaire.version > 1
            ? texts[
                "questionnaires.corrected",
                [
                    "moment": ChinaTime.minute(questionnaire.versionAt, in: texts.clock),
                    "note": questionnaire.versionNote,
                ]] : nil
        closedText = questionnaire.takesSheets ? nil : texts.whyNoSheet(questionnaire)
        let takes = questionnaire.takesSheets
        fillHref = takes && questionnaire.voice != .code ? address + "/fill" : nil
        invitation = takes && questionnaire.voice == .code ? Invitation(action: address + "/start", code: code) : nil
        continueHref = takes && content.pages.count > 1 ? address + "/continue" : nil
        self.errors = errors
    }
}

extension Texts {
    /// The way back from a page of a questionnaire; nil on its own first page.
    func crumbs(to questionnaire: PublicQuestionnaire?) -> [Crumb] {
        [Crumb(href: "/", text: self["nav.home"]), Crumb(href: "/questionnaires", text: self["nav.questionnaires"])]
            + (questionnaire.map { [Crumb(href: "/questionnaires/\($0.number)", text: $0.title)] } ?? [])
    }

    /// Whoever reads a question and answers it needs about this many seconds.
    private static let secondsForQuestion = 12

    fileprivate func length(of content: Questionnaire) -> String {
        let questions = content.pages.flatMap { $0.groups.flatMap(\.questions) }.count { $0.kind != .information }
        let minutes = max(1, (questions * Self.secondsForQuestion + 30) / 60)
        return self["questionnaires.questions", ["count": questions]]
            + self["questionnaires.minutes", ["count": minutes]]
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

import Participation
import Questionnaires

/// A poll or questionnaire inside the page of a consultation. The choice goes along to the poll's own page, where it is sent: so that a
/// page that everyone gets alike needs no form of its own. With a script both happens in place.
struct PollPart: Sendable {
    let number: String
    let title: String
    let state: String
    let stateText: String
    /// Where it is answered; nil where it cannot be answered here or now.
    let href: String?
    /// Why it takes nothing now.
    let closedText: String?
    let question: Question?
    /// What a poll is, and how often one may answer.
    let what: String
    /// When results can be seen; nil where they stand here.
    let later: String?
    /// As far as it may be seen.
    let result: ResultPart?
    /// Of which moment it is, and why not of this one.
    let shownAt: String?
    let resultsHref: String?

    /// What one can choose here already.
    struct Question: Sendable {
        let text: String
        let name: String
        let action: String
        let options: [Choice]
        /// The choice of something else, with a field for what.
        let other: Other?
        /// A field for a comment on the choice.
        let comment: Field?

        struct Other: Sendable {
            let value: String
            let text: String
            let name: String
        }

        struct Field: Sendable {
            let name: String
            let text: String
        }
    }

    static let samples = [
        PollPart(
            number: "Q-2026-000001-7", title: "村道调查", state: "open", stateText: "正在进行", href: "/q", closedText: nil,
            question: Question(
                text: "先修哪一段？", name: "a.q1", action: "/f", options: [Choice(value: "x", text: "东段", chosen: false)],
                other: Question.Other(value: "_other", text: "其他", name: "a.q1.other"),
                comment: Question.Field(name: "a.q1.comment", text: "为什么")),
            what: "不是投票表决。", later: "结束后公布结果。", result: nil, shownAt: nil,
            resultsHref: "/r"),
        PollPart(
            number: "Q", title: "调查", state: "closed", stateText: "已结束", href: nil, closedText: "已经结束。", question: nil,
            what: "每人一份。", later: nil, result: ResultPart.samples[0], shownAt: "12月2日的数字", resultsHref: nil),
        PollPart(
            number: "Q", title: "调查", state: "open", stateText: "正在进行", href: "/q", closedText: nil, question: nil,
            what: "凭邀请码。", later: nil, result: nil, shownAt: nil, resultsHref: nil),
    ]
}

extension PollPart {
    /// - Parameter result: of a poll, where it may be seen.
    init(_ record: QuestionnaireRecord, result: PollResult?, _ texts: Texts) {
        let questionnaire = record.questionnaire
        (number, title) = (questionnaire.number, questionnaire.title)
        (state, stateText) = (questionnaire.state.rawValue, texts.state(of: questionnaire))
        let address = "/questionnaires/\(number)"
        href = questionnaire.takesSheets ? address : nil
        closedText = questionnaire.takesSheets ? nil : texts.whyNoSheet(questionnaire)
        self.result = result?.part
        shownAt = result?.shownAt
        resultsHref = questionnaire.showsResults ? address + "/results" : nil
        later = result == nil ? texts.results(of: questionnaire) : nil
        what = texts.voice(of: questionnaire)
        guard questionnaire.kind == .poll, questionnaire.takesSheets, questionnaire.isAnsweredAtOnce,
            let first = record.content.questions.first(where: \.isAsked)
        else {
            question = nil
            return
        }
        let name = FieldValues.prefix + first.code
        var (options, other): ([Choice], Question.Other?) = ([], nil)
        switch first.kind {
        // In an order of chance it is shown on its own page: this one is alike for everyone.
        case .single(let single) where !single.isShuffled:
            options = single.options.map { Choice(value: $0.code, text: $0.text, chosen: false) }
            other = single.other.map {
                Question.Other(
                    value: FieldValues.other, text: texts.other($0), name: name + FieldValues.otherSuffix)
            }
        case .yesNo:
            options = [("true", "yes"), ("false", "no")].map {
                Choice(value: $0, text: texts["questionnaires.fill.\($1)"], chosen: false)
            }
        default: break
        }
        question =
            options.isEmpty
            ? nil
            : Question(
                text: first.text, name: name, action: address + "/choice", options: options, other: other,
                comment: first.kind.comment.map {
                    Question.Field(name: name + FieldValues.commentSuffix, text: texts.comment($0))
                })
    }
}

/// The figures of the one question of a poll, for a page that has it.
struct PollResult: Sendable {
    let part: ResultPart
    /// Of which moment they are, and why not of this one; nil where that is not to be said.
    let shownAt: String?
}

extension Crumb {
    /// To where a poll stands in the page of its consultation.
    init(_ consultation: PublicQuestionnaire.Consultation, poll number: String) {
        self.init(href: "/consultations/\(consultation.number)#poll-\(number)", text: consultation.title)
    }
}

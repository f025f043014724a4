import Foundation
import Participation
import Questionnaires

/// One page of a sheet as somebody has sent it: what they typed, what the sheet is with it, and what is to be said about that. All who are
/// asked page by page share it; what is done then is not the same everywhere.
struct FilledPage {
    let code: String
    /// What stands in its fields, also which files came with it.
    let typed: FieldValues
    let wish: SheetWish
    /// All answers with those that were just typed, also where the question is hidden now.
    let answers: Answers
    /// What cannot be read, each beside its field.
    let errors: FormErrors
    /// Those of them that are about words beside what is not chosen: without the page, nobody can be asked about them.
    let doubts: FormErrors
    /// Its answers are those that were just typed, to what is asked with them; `stored` are still those before.
    let sheet: SheetInHand
    /// The codes of the questions that were on the page.
    let expected: Set<String>
    /// The codes of the questions of which was said that their answers go.
    let told: Set<String>
    private let form: FormData

    /// - Parameters:
    ///   - sheet: as it was before.
    ///   - errors: what was wrong with files that came along.
    ///   - leavesOutUnread: drops the answers that cannot be read; else those stay that were there before.
    init(
        _ page: Questionnaire.Page, of sheet: SheetInHand, _ typed: FieldValues, _ form: FormData,
        errors: FormErrors = FormErrors(), leavesOutUnread: Bool = false, _ texts: Texts
    ) {
        let (read, faults) = sheet.answering.read(form: { typed[$0] }, page: page.code)
        let unread: Set<String> = leavesOutUnread ? [] : Set(faults.map(\.question))
        var answers = sheet.stored
        for question in page.questions where !unread.contains(question.code) {
            answers[question.code] = read[question.code]
        }
        var now = sheet
        now.answers = sheet.answering.cleaned(answers).kept
        var all = errors
        all.add(contentsOf: FormErrors(faults, texts))
        (code, self.typed, self.answers, self.errors) = (page.code, typed, answers, all)
        doubts = FormErrors(faults.filter(\.isAboutWords), texts)
        (self.sheet, self.form) = (now, form)
        wish = SheetWish(rawValue: form.string("do")) ?? .next
        (expected, told) = (form.codes("asked"), form.codes("told"))
    }

    /// It was sent in the words of an earlier version.
    var isOld: Bool { form.int("version") != sheet.questionnaire.version }

    /// A correction has to be looked at before what was typed counts as an answer to it.
    var isCorrected: Bool { sheet.isCorrected(since: form, on: code) }

    /// Something else is kept of the page than its form was made from, and than what comes now. What the same tab has kept is no other's.
    var isOvertaken: Bool {
        guard let saved = sheet.saved, form.has("base"), form.string("base") != sheet.sign(of: code) else {
            return false
        }
        let isOwn = !saved.tab.isEmpty && saved.tab == form.string("tab")
        return !isOwn && sheet.sign(of: code, in: answers) != sheet.sign(of: code)
    }

    /// What was answered before, or is now.
    var everAnswered: Answers { answers.merging(sheet.stored) { now, _ in now } }

    /// The questions that nothing asks any more, and that are answered in these.
    func lost(from answers: Answers) -> [Question] {
        let visible = Set(sheet.shown.questions.map(\.code))
        return sheet.content.questions.filter { !visible.contains($0.code) && answers[$0.code] != nil }
    }

    /// An answer has brought questions to the page that were not on it.
    var asksMore: Bool { sheet.asked(on: code).contains { !expected.contains($0) } }

    /// All that is to be said about a page of which something cannot be read, in its order: nobody is to find out one thing after the other.
    /// - Parameter faults: what is wrong with the rest. Of what cannot be read nothing more is said.
    func errors(beside faults: [AnswerFault], _ texts: Texts) -> FormErrors {
        let asked = sheet.content.page(code)?.questions.map(\.code) ?? []
        let unread = Set(errors.items.map { FieldValues.question(of: $0.field) })
        // Of an earlier version: what is asked now has not been seen yet.
        let others = isOld ? [] : faults.filter { !unread.contains($0.question) }
        var all = errors
        all.add(contentsOf: complaints(others, texts))
        return all.inOrder(of: asked)
    }

    /// What is to be said about the page, one for each field. What was not on it yet is asked now, and not complained of.
    func complaints(_ faults: [AnswerFault], _ texts: Texts) -> FormErrors {
        let hasMore = asksMore
        var errors = FormErrors()
        for item in FormErrors(faults, texts).items where errors[field: item.field] == nil {
            let wasAsked = expected.contains { FieldValues.isField(item.field, of: $0) }
            guard !hasMore || wasAsked else { continue }
            errors.add(item.field, item.text)
        }
        return errors
    }
}

/// What somebody wants who leaves a page.
enum SheetWish: String {
    case next, send, back, keep

    /// The page must be right.
    var goesOn: Bool { self == .next || self == .send }
}

extension SheetInHand {
    /// A page was sent in the words of an earlier version, or a correction has changed another one that comes first.
    func isCorrected(since form: FormData, on page: String) -> Bool {
        form.int("version") != questionnaire.version || ![nil, page].contains(changedPage)
    }
}

extension FormData {
    /// The codes in a hidden field, with blanks between.
    func codes(_ field: String) -> Set<String> {
        Set(string(field).split(separator: " ").map(String.init))
    }
}

extension Texts {
    /// Days as people write them.
    fileprivate func parameters(of fault: AnswerFault) -> [String: String] {
        switch fault.kind {
        case .tooEarly(let first): ["first": day(first)]
        case .tooLate(let last): ["last": day(last)]
        default: fault.parameters
        }
    }
}

extension FormErrors {
    /// As their questions stand, what is about none of them last.
    func inOrder(of questions: [String]) -> FormErrors {
        let places = Dictionary(questions.enumerated().map { ($1, $0) }) { first, _ in first }
        let placed = items.enumerated().map { offset, item in
            (place: places[FieldValues.question(of: item.field)] ?? questions.count, offset: offset, item: item)
        }
        return FormErrors(
            placed.sorted { ($0.place, $0.offset) < ($1.place, $1.offset) }.map { ($0.item.field, $0.item.text) })
    }

    /// Each beside its field.
    init(_ faults: [AnswerFault], _ texts: Texts) {
        self.init(
            faults.map { fault in
                let field = FieldValues.prefix + fault.question + (fault.row.map { ".\($0)" } ?? "")
                let sentence = texts["questionnaire-words.\(fault.key)", texts.parameters(of: fault)]
                guard let part = fault.part, !part.isEmpty else { return (field, sentence) }
                return (field, texts["questionnaire-words.answer-in-part", ["part": part, "sentence": sentence]])
            })
    }
}

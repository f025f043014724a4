import Participation
import Questionnaires

/// On which sheets something was written, or with which a file was sent, so that one with a secret in it can be sealed.
struct SheetsToSealPage: Page {
    static let template = "questionnaire-results/sheets-to-seal"

    let title: String
    let crumbs: [Crumb]
    let question: String
    /// What was written; nil for a file.
    let words: String?
    let file: AnswerFilesPage.File?
    let sheets: Filled<Choice>?
    let reasons: [Choice]

    static let samples = [
        SheetsToSealPage(
            title: "写了这句话的答卷", crumbs: [Crumb(href: "/desk", text: "工作台")], question: "还有什么建议", words: "排队太久",
            file: nil, sheets: Filled([Choice(value: "MY-2026-000001-3", text: "MY-2026-000001-3", chosen: true)]),
            reasons: [Choice(value: "secret", text: "疑似涉密", chosen: false)]),
        SheetsToSealPage(
            title: "带有这个文件的答卷", crumbs: [], question: "", words: nil, file: .sample, sheets: nil, reasons: []),
    ]
}

extension SheetsToSealPage {
    init(
        _ source: ResultSource, _ question: Question, _ wording: TextWording, sheets numbers: [String],
        _ words: ResultWords
    ) {
        let list = "\(source.address)/texts?question=\(question.code)&screening=\(wording.screening.rawValue)"
        self.init(
            source, question, title: words.texts["questionnaire_results.wording.title"],
            back: Crumb(href: list, text: words.texts["questionnaire_results.texts.title"]), words: wording.words,
            file: nil, sheets: numbers, words)
    }

    /// - Parameter number: of the sheet with which the file was sent: there is but one.
    init(
        _ source: ResultSource, _ question: Question, _ file: Attachment, sheet number: String, _ words: ResultWords
    ) {
        let list = AnswerFilesPage.address(source, question)
        self.init(
            source, question, title: words.texts["questionnaire_results.files.sheet_title"],
            back: Crumb(href: list, text: words.texts["questionnaire_results.files.title"]), words: nil,
            file: AnswerFilesPage.File(file, sheetHref: nil, words.texts), sheets: [number], words)
    }

    private init(
        _ source: ResultSource, _ question: Question, title: String, back: Crumb, words written: String?,
        file: AnswerFilesPage.File?, sheets numbers: [String], _ words: ResultWords
    ) {
        self.title = title
        crumbs = [Crumb(href: source.address, text: source.title), back]
        self.question = words.text(of: question)
        (self.words, self.file) = (written, file)
        sheets = Filled(numbers.map { Choice(value: $0, text: $0, chosen: numbers.count == 1) })
        reasons = words.texts.sealChoices.map { Choice(value: $0.value, text: $0.text, chosen: false) }
    }
}

extension ResultSource {
    /// Its page at the desk.
    var address: String { "/desk/questionnaires/\(number)" }
}

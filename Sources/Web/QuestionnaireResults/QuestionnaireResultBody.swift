import Foundation
import Participation
import Questionnaires
import Text

/// A published result of a questionnaire or poll: the same words for its public page, for the desk before it goes out, and for those who
/// review and approve it.
struct QuestionnaireResultBody: Sendable {
    /// What was asked in one version, and which sheets belong to it.
    struct Asked: Sendable {
        let heading: String
        let note: String?
        let form: PaperForm
    }

    let purpose: [String]
    /// Who could answer, when, how many did.
    let facts: [Fact]
    let channels: FigureTable?
    let analysis: [String]
    let nextStep: [String]
    let questions: Filled<ResultPart>?
    /// How the figures add up, a sentence each.
    let reckoning: [String]
    let versions: [Asked]

    static let sample = QuestionnaireResultBody(
        purpose: ["了解办事是否方便"], facts: [Fact(label: "答卷", text: "400 份")], channels: .sample, analysis: ["多数人满意。"],
        nextStep: ["增开窗口。"], questions: Filled(ResultPart.samples), reckoning: ["各渠道的答卷加起来是 400 份。"],
        versions: [Asked(heading: "第 1 版", note: "改正一处", form: .sample)])
}

extension QuestionnaireResultBody {
    init(_ it: PublishedContent.QuestionnaireResult, _ texts: Texts) {
        let words = ResultWords(texts: texts, units: it.units)
        func text(_ key: String, _ arguments: [String: any CustomStringConvertible] = [:]) -> String {
            texts["published_results.\(key)", arguments]
        }
        purpose = it.purpose.paragraphs
        let sheets = it.sheets.map { text("sheets", ["count": $0]) } ?? texts["questionnaire_results.too_few"]
        facts = [
            Fact(label: text("facts.unit"), text: it.unit),
            it.whoMayAnswer.isEmpty ? nil : Fact(label: text("facts.who"), text: it.whoMayAnswer),
            Fact(label: text("facts.period"), text: texts.period(from: it.opensAt, to: it.closesAt)),
            Fact(label: text("facts.voice"), text: texts["questionnaires.voices.\(it.voice.rawValue)"]),
            Fact(label: text("facts.sheets"), text: sheets),
            Fact(
                label: text("facts.questions"),
                text: text("question_count", ["count": Set(it.questions.map { Question.whole(of: $0.code) }).count])),
        ].compactMap { $0 }
        channels =
            it.sheets == nil || it.channels.lines.isEmpty
            ? nil
            : FigureTable(
                it.channels, named: texts["questionnaire_results.channels"], title: nil, of: .sheets(.channel), words
            ) { words.known(.channel, $0) }
        analysis = it.analysis.paragraphs
        nextStep = it.nextStep.paragraphs
        let written = Dictionary(it.questions.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        questions = Filled(
            it.sheets == nil
                ? []
                : it.figures.filter { !$0.isUnwritten }.map { figures in
                    let said = written[figures.asked.question.code]
                    return ResultPart(
                        figures, base: it.base, smallest: it.smallestShown, versions: it.versions.count,
                        written: (said?.words ?? []).map {
                            TextWording.Shown(
                                question: figures.asked.question.code, words: $0.text, sheets: $0.sheets ?? 1,
                                blanked: $0.blanked ?? false)
                        }, unshown: said?.unshown ?? 0, read: nil, words)
                })
        let isSeveral = it.versions.last?.asked.questions.contains { $0.kind.form == .multiple } ?? false
        reckoning = [
            it.sheets.map { text("reckoning.channels", ["count": $0]) },
            it.sheets != nil && it.versions.count > 1 ? text("reckoning.versions") : nil, text("reckoning.single"),
            isSeveral ? text("reckoning.multiple_\(it.base.rawValue)") : nil, text("reckoning.unanswered"),
            text("reckoning.rounded"),
            it.smallestShown > 1
                ? texts["questionnaire_results.smallest", ["number": it.smallestShown]] : nil,
            texts["questionnaire_results.meaning"],
        ].compactMap { $0 }
        versions = it.versions.map { version in
            Asked(
                heading: text(
                    version.sheets == nil ? "asked_version_few" : "asked_version",
                    [
                        "version": version.version, "moment": ChinaTime.minute(version.openedAt, in: texts.clock),
                        "count": version.sheets ?? 0,
                    ]), note: version.note.isEmpty ? nil : text("corrected", ["note": version.note]),
                form: PaperForm(version.asked, facts: [], foot: "", texts))
        }
    }
}

extension PublishedContent.QuestionnaireResult {
    /// A row for each answer that could be given, with what its percentage is of. In Chinese for every reader, as the content is.
    func csv(_ chinese: Texts) -> [UInt8] {
        let words = ResultWords(texts: chinese, units: units)
        var file = CSVWriter()
        file.append(["题号", "题目", "行", "回答", "人数", "百分比", "基数", "说明"])
        func text(_ count: Int?) -> String { count.map(String.init) ?? chinese["questionnaire_results.hidden"] }
        file.append(["", "答卷", "", "", text(sheets), "", "", ""])
        for line in channels.lines where sheets != nil {
            file.append(
                [
                    "", "答卷", "", words.known(.channel, line.option), text(line.count), words.share(line.share),
                    text(channels.base), "",
                ])
        }
        // Parts of one question have its number.
        var numbers: [String: Int] = [:]
        for figures in figures {
            let question = figures.asked.question
            let whole = Question.whole(of: question.code)
            let number = numbers[whole] ?? numbers.count + 1
            numbers[whole] = number
            let name = String(number)
            let base = chinese[
                question.kind.form == .multiple && self.base == .answers
                    ? "published_results.base_answers" : "published_results.base_respondents"]
            file.append([name, words.text(of: question), "", "", text(figures.answered), "", "", "回答这道题的人"])
            for part in figures.parts {
                let row = part.line.isEmpty ? "" : words.line(part.line, of: question)
                for line in part.lines + part.classes {
                    file.append([
                        name, words.text(of: question), row, words.option(line.option, of: question), text(line.count),
                        words.share(line.share), text(part.base), base,
                    ])
                }
                if let numbers = part.numbers {
                    file.append([
                        name, words.text(of: question), row, "", String(numbers.sheets), "", "",
                        words.statistics(numbers),
                    ])
                }
            }
        }
        return file.bytes
    }
}

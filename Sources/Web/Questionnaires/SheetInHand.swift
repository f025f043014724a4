import Crypto
import Foundation
import Participation
import Questionnaires

/// The sheet that a visitor is filling in: as it was saved, or as it begins.
struct SheetInHand {
    let record: QuestionnaireRecord
    let id: UUID
    let keeping: SheetKeeping
    let saved: SavedSheet?
    /// All that was typed, also where the question is hidden now: it goes only once that was said.
    let stored: Answers
    /// What is shuffled comes in the same order as long as the sheet is the same.
    let answering: Answering
    /// To what is asked now.
    var answers: Answers {
        didSet { shown = answering.shown(answers) }
    }
    /// What is asked now. Every step asks for it, so it is made once for the same answers.
    private(set) var shown: ShownQuestionnaire

    /// - Parameters:
    ///   - answers: nil for those that were saved.
    ///   - keeping: nil for that of its questionnaire.
    init(
        _ record: QuestionnaireRecord, id: UUID, saved: SavedSheet? = nil, answers: Answers? = nil,
        keeping: SheetKeeping? = nil
    ) {
        var answering = record.answering
        answering.seed = id.seed
        let stored = answers ?? saved.map { Answers(kept: $0.answers, in: record.content) } ?? [:]
        let kept = answering.cleaned(stored).kept
        (self.record, self.id, self.saved) = (record, id, saved)
        (self.stored, self.answering) = (stored, answering)
        self.keeping = keeping ?? record.questionnaire.keeping
        self.answers = kept
        shown = answering.shown(kept)
    }

    /// The same after it was kept: of what was typed there is only what is asked.
    var onceKept: SheetInHand { SheetInHand(record, id: id, saved: saved, answers: answers, keeping: keeping) }

    var questionnaire: PublicQuestionnaire { record.questionnaire }
    var content: Questionnaire { record.content }

    /// The codes of the questions on a page that are asked now and want an answer.
    func asked(on page: String) -> [String] {
        shown.page(page)?.questions.filter(\.isAsked).map(\.code) ?? []
    }

    /// The code of the page after; nil after the last.
    func page(after code: String) -> String? { shown.page(after: code)?.code }

    func page(before code: String) -> String? { shown.page(before: code)?.code }

    /// The first page that a correction has changed since this was kept; nil when it changed nothing that is asked now.
    var changedPage: String? {
        guard isOfEarlierVersion, let changed = saved?.changed else { return nil }
        return shown.pages.first { changed.contains($0.code) }?.code
    }

    /// What was kept answers an earlier version.
    var isOfEarlierVersion: Bool { saved.map { $0.version < questionnaire.version } ?? false }

    /// What stands in the fields of a page: what was answered or, as long as nothing was, what stands there at first.
    func values(on page: String) -> FieldValues {
        let questions = content.page(page)?.questions ?? []
        guard questions.allSatisfy({ answers[$0.code] == nil }) else { return FieldValues(answers) }
        let initial = questions.compactMap { question in question.initial.map { (question.code, $0) } }
        return FieldValues(Dictionary(initial) { first, _ in first })
    }

    /// Stands for what is kept of a page, or of all of them: another one means that it was changed in another tab or on another device.
    /// - Parameter answers: nil for those that were read.
    func sign(of page: String? = nil, in answers: Answers? = nil) -> String {
        let codes = page.map { Set(content.page($0)?.questions.map(\.code) ?? []) }
        let meant = (answers ?? stored).filter { codes?.contains($0.key) ?? true }
        return Hexadecimal.encode(SHA256.hash(data: meant.json()).prefix(8))
    }

    /// A browser without the sheet would get another order, or begin another sheet, when it loads the page again; or what one invited person has
    /// typed would be the draft of the next.
    var isRemembered: Bool {
        keeping != .carried && (content.pages.count > 1 || content.isDrawn || questionnaire.voice == .code)
    }

    /// Nobody has begun it, and its pages are alike for everyone.
    var isBlank: Bool { keeping != .carried && saved == nil && !content.isDrawn }

    /// Nothing comes after its one page: a poll, or a questionnaire of one page in all.
    var isOnePage: Bool {
        content.pages.count <= 1 || questionnaire.kind == .poll && shown.pages.count <= 1
    }

    /// Where a question stands.
    func page(of question: String) -> String? {
        content.pages.first { $0.groups.contains { $0.questions.contains { $0.code == question } } }?.code
    }

    /// As it goes to the door or is kept.
    /// - Parameter units: all of them, where a town is asked for.
    func answered(units: [Participation.Unit] = []) -> AnsweredSheet {
        let town = answering.questions.first { $0.kind == .unit(.towns) && answers[$0.code] != nil }
            .flatMap { question -> String? in
                guard case .text(let code)? = answers[question.code] else { return nil }
                return units.first { $0.code == code }?.name
            }
        // In answer to two questions it is still one.
        var files: [UUID] = []
        for case .files(let ids) in answers.values {
            for id in ids where !files.contains(id) { files.append(id) }
        }
        return AnsweredSheet(
            key: id, questionnaire: questionnaire.number, version: questionnaire.version, answers: answers.json(),
            quotas: content.quotas.isEmpty ? [] : answering.quotas(answering.cleaned(answers).kept), town: town,
            firstPage: saved == nil ? shown.pages.first?.code : nil,
            fileIDs: files)
    }
}

extension UUID {
    /// Of a sheet: draws its orders.
    var seed: UInt64 { Swift.withUnsafeBytes(of: uuid) { $0.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } } }
}

extension Answers {
    /// What was kept of an earlier version, as far as it still answers what is asked now.
    init(kept json: Data, in content: Questionnaire) {
        if let whole = try? Answers(json: json, for: content) {
            self = whole
            return
        }
        let kinds = content.kinds
        let plain = (try? JSONDecoder().decode([String: PlainValue].self, from: json)) ?? [:]
        self = [:]
        for (code, value) in plain { self[code] = kinds[code].flatMap { Answer(value, to: $0) } }
    }
}

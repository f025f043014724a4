import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

/// What somebody sees who fills a sheet in.
extension WebApplication {
    /// - Parameters:
    ///   - notice: why it is here again although nothing is wrong with it.
    ///   - isOvertaken: something else was kept of this page since it was opened, which then stands beside.
    func show(
        _ sheet: SheetInHand, _ page: String, values: FieldValues, errors: FormErrors = FormErrors(),
        notice: String? = nil, isOvertaken: Bool = false, _ context: MinyiContext
    ) async throws -> Response {
        let shown = sheet.answering.shown(sheet.answers, keeping: .page(page))
        guard let questions = shown.page(page)?.questions else { throw Problem.notFound }
        let units = try await units(for: questions)
        let files = try await fileNames(of: sheet, for: questions)
        let setting = QuestionSetting(
            values: values, errors: errors, units: units, files: files, texts: context.texts)
        let isFileGone = questions.contains { question in
            question.kind.form == .file
                && values[FieldValues.prefix + question.code].contains { !$0.isEmpty && files[$0] == nil }
        }
        let word = notice ?? (isFileGone ? context.texts["questionnaires.errors.file_gone"] : nil)
        let elsewhere = isOvertaken ? context.texts.facts(of: sheet.stored, in: questions, units: units) : []
        return privately(
            try pages.render(
                FillPage(
                    sheet, page, shown, setting, carried: carry(sheet), notice: word, isOvertaken: isOvertaken,
                    elsewhere: elsewhere),
                in: context,
                status: isOvertaken ? .conflict : errors.isEmpty ? .ok : .unprocessableContent))
    }

    /// What those who fill it in have called their files, by the ids; nothing where no file is asked for.
    func fileNames(of sheet: SheetInHand, for questions: [Question]) async throws -> [String: String] {
        guard questions.contains(where: { $0.kind.form == .file }) else { return [:] }
        let files = try await Attachment.uploads(formKey: sheet.id, in: pools.public)
        return Dictionary(files.map { ($0.id.uuidString.lowercased(), $0.name) }) { first, _ in first }
    }

    /// Before answers go because nothing asks for them any more.
    func vanishing(_ lost: [Question], _ filled: FilledPage, _ context: MinyiContext) async throws -> Response {
        let (sheet, answers) = (filled.sheet, filled.everAnswered)
        let others = context.form.fields.filter {
            $0.name != ForgeryGuard.field && !$0.name.hasPrefix(FieldValues.prefix)
        }
        let page = VanishingPage(
            title: context.texts["questionnaires.vanishing.title"],
            crumbs: context.texts.crumbs(to: sheet.questionnaire), action: context.visit.path,
            fields: others.map { VanishingPage.Field(name: $0.name, value: $0.value) }
                + filled.typed.values.sorted { $0.key < $1.key }.flatMap { name, values in
                    values.map { VanishingPage.Field(name: name, value: $0) }
                },
            lost: context.texts.facts(
                of: answers, in: sheet.answering.worded(lost, answers),
                units: try await units(for: sheet.content.questions)))
        return privately(try pages.render(page, in: context))
    }

    func units() async throws -> [Participation.Unit] {
        try await pools.public.all(Participation.Unit.all, as: Participation.Unit.self)
    }

    /// All of them, where one of the questions asks for one.
    func units(for questions: [Question]) async throws -> [Participation.Unit] {
        questions.contains { if case .unit = $0.kind { true } else { false } } ? try await units() : []
    }
}

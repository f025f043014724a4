import Documents
import Foundation
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

extension WebApplication {
    /// A questionnaire from a file, and as one. Either way what cannot be carried over is shown first; a second press does it.
    func addQuestionnaireFiles(to desk: RouterGroup<MinyiContext>) {
        desk.post("questionnaires/import") { _, context in try await importQuestionnaire(context) }
        desk.get("questionnaires/:number/export") { _, context -> Response in
            let it = try await deskQuestionnaire(context)
            let lost = try await Self.fileThreads.run { XLSFormWriter(it.content).losses }
            let page = QuestionnaireExportPage(
                it, lostInXLSForm: lost, for: try context.staff, context.texts)
            return try pages.render(page, in: context)
        }
        desk.get("questionnaires/:number/questionnaire.xlsx") { _, context -> Response in
            let it = try await deskQuestionnaire(context)
            return try await Self.fileThreads.run {
                try WrittenFile(
                    "\(it.title).xlsx", contentType: FileKind.xlsx.rawValue,
                    at: { path in
                        try XLSFormWriter(it.content).write(to: path)
                    })
            }.download
        }
        desk.get("questionnaires/:number/questionnaire.yaml") { _, context -> Response in
            let it = try await deskQuestionnaire(context)
            return .download(
                Array(try QuestionnaireYAML.text(of: it.content).utf8), filename: "\(it.title).yaml",
                contentType: "application/yaml; charset=utf-8")
        }
    }

    /// - Parameters:
    ///   - unit: nil where none was chosen.
    ///   - errors: of the form's other fields.
    func readQuestionnaireFile(
        _ form: NewQuestionnairePage.Form, unit: Int?, _ errors: FormErrors, _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        var errors = errors
        guard let sent = context.form.file("file") else {
            errors.add("file", texts["builder.errors.file"])
            return try await newQuestionnairePage(form, errors: errors, context)
        }
        do {
            let bytes = try sent.bytes
            let file = try await Self.read(bytes)
            guard errors.isEmpty, let unit else { return try await newQuestionnairePage(form, errors: errors, context) }
            let upload = try await SheetUpload.store(
                bytes, name: sent.filename, unitID: unit, in: pools.staff, as: context.actor)
            let page = QuestionnaireImportPage(
                file, form: form, unit: unit, upload: upload.id.uuidString.lowercased(), texts)
            return try pages.render(page, in: context)
        } catch let fault as QuestionnaireFile.Fault {
            errors.add("file", texts.sentence(fault))
            return try await newQuestionnairePage(form, errors: errors, context)
        }
    }

    private func importQuestionnaire(_ context: MinyiContext) async throws -> Response {
        let (form, texts) = (NewQuestionnairePage.Form(context.form), context.texts)
        var errors = FormErrors()
        let unit = try await checked(form, &errors, context)
        let upload = try await waiting(context)
        errors.require(upload != nil, "file", texts["builder.errors.file_gone"])
        guard errors.isEmpty, let unit, let upload else {
            return try await newQuestionnairePage(form, errors: errors, context)
        }
        let file = try await Self.read(upload.bytes)
        return try await create(form, file.questionnaire, like: nil, lost: file.unsupported, for: unit, context)
    }

    /// Megabytes of XML take a while: on a thread that may be busy.
    private static func read(_ bytes: [UInt8]) async throws -> QuestionnaireFile {
        try await fileThreads.run { try QuestionnaireFile(reading: bytes) }
    }

    private static let fileThreads = OwnThreads("questionnaires", threads: 1, longestQueue: 20)
}

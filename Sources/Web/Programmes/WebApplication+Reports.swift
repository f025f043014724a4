import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// What units, and the office, report about a programme.
    func addReports(to desk: RouterGroup<MinyiContext>) {
        desk.get("programme/:id/reports/:unit") { _, context in
            let it = try await reporting(context)
            return try reportPage(it, content: it.report?.content ?? it.fresh, context)
        }
        desk.post("programme/:id/reports/:unit") { _, context in try await saveReport(context) }
        desk.post("programme/:id/reports/:unit/refresh") { _, context in try await refreshReport(context) }
        desk.post("programme/:id/reports/:unit/hand-in") { _, context in try await handInReport(context) }
        desk.post("programme/:id/reports/:unit/document") { _, context in try await makeDocument(context) }
        for format in Report.Format.allCases {
            desk.get("programme/:id/reports/:unit/document.\(format.rawValue)") { _, context in
                try await reportDocument(format, context)
            }
        }
    }

    private struct Reporting: Sendable {
        let programme: Programme
        let line: ReportLine
        let report: Report?
        /// As the figures are now.
        let fresh: Report.Content
        let formats: [Report.Format]
        let made: [Report.Document]
    }

    private func reporting(_ context: MinyiContext) async throws -> Reporting {
        let (id, unit) = (try context.number("id"), try context.number("unit"))
        // A paper of the county is in Chinese, whatever language its writer has chosen for the pages.
        return try await pools.staff.read(as: context.actor) { [texts = pages.texts(.chinese)] tx in
            let programme = try tx.one(Programme.with(id: id), as: Programme.self)
            let lines = try tx.all(ReportLine.of(programme: id), as: ReportLine.self)
            guard let line = lines.first(where: { $0.unitID == unit }) else { throw Problem.notFound }
            let writer = ReportWriter(
                programme, try ProgrammeBoard.read(programme: id, tx),
                consultations: try tx.all(ProgrammeConsultation.of(programme: id), as: ProgrammeConsultation.self),
                for: line, texts)
            let report = try tx.first(Report.of(programme: id, unit: unit), as: Report.self)
            return Reporting(
                programme: programme, line: line, report: report, fresh: writer.content,
                formats: try Report.formats(tx),
                made: try report.map { try tx.all(Report.documents(of: $0.id), as: Report.Document.self) } ?? [])
        }
    }

    private func reportPage(
        _ it: Reporting, content: Report.Content, typed: FormData? = nil, notice: String? = nil,
        errors: FormErrors = FormErrors(), status: HTTPResponse.Status = .ok, _ context: MinyiContext
    ) throws -> Response {
        let page = ReportPage(
            it.programme, it.line, it.report, content: content, typed: typed, formats: it.formats, made: it.made,
            for: try context.staff, notice: notice, errors: errors, context.texts)
        return try pages.render(page, in: context, status: status)
    }

    /// The content with the texts of a form. One that is as the figures of an earlier moment made it was not edited by anybody.
    private func typed(_ content: Report.Content, _ form: FormData) -> Report.Content {
        var content = content
        for index in content.sections.indices {
            var section = content.sections[index]
            section.text = form.string("section-\(section.key)")
            let asShown = Report.Section(key: section.key, heading: section.heading, text: section.text)
            if form.optional("made-\(section.key)") == asShown.madeHash { section.text = section.made }
            content.sections[index] = section
        }
        return content
    }

    private func saveReport(_ context: MinyiContext) async throws -> Response {
        let (it, form, texts) = (try await reporting(context), context.form, context.texts)
        let shown = it.report?.content ?? it.fresh
        let content = typed(shown, form)
        let tooLong = content.sections.filter { TextLength.count($0.text) > Report.Content.longestText }
        guard tooLong.isEmpty else {
            let errors = FormErrors(
                tooLong.map { ("section-\($0.key)", texts["reports.too_long", ["heading": $0.heading]]) })
            return try reportPage(
                it, content: shown, typed: form, errors: errors, status: .unprocessableContent, context)
        }
        do {
            try await save(content, of: it, version: form.int("version") ?? 0, context)
        } catch let error as PostgresError where error.constraint == "reports_changed_meanwhile" {
            // What was typed stays in the fields; what stands there now is shown below them.
            return try reportPage(
                it, content: shown, typed: form, notice: texts.refusal(error), status: .conflict, context)
        }
        context.visit.flash(.done, texts["reports.saved"])
        return .seeOther("/desk/programme/\(it.programme.id)/reports/\(it.line.unitID)")
    }

    private func save(
        _ content: Report.Content, of it: Reporting, version: Int, _ context: MinyiContext
    ) async throws {
        try await Report.save(
            content, programme: it.programme.id, unit: it.line.unitID, version: version, in: pools.staff,
            as: context.actor)
    }

    private func refreshReport(_ context: MinyiContext) async throws -> Response {
        let it = try await reporting(context)
        if let report = it.report {
            try await save(report.content.refreshed(by: it.fresh), of: it, version: report.version, context)
            context.visit.flash(.done, context.texts["reports.refreshed"])
        }
        return .seeOther("/desk/programme/\(it.programme.id)/reports/\(it.line.unitID)")
    }

    private func handInReport(_ context: MinyiContext) async throws -> Response {
        let (it, form) = (try await reporting(context), context.form)
        guard let report = it.report else { throw Problem.notFound }
        let handsIn = !form.bool("back")
        try await Report.handIn(
            report.id, version: form.int("version") ?? 0, handsIn, in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts[handsIn ? "reports.handed_in" : "reports.taken_back"])
        return .seeOther("/desk/programme/\(it.programme.id)/reports/\(it.line.unitID)")
    }

    private func makeDocument(_ context: MinyiContext) async throws -> Response {
        let it = try await reporting(context)
        guard let report = it.report, let format = Report.Format(rawValue: context.form.string("format")),
            it.formats.contains(format)
        else { throw Problem.notFound }
        try await Report.ask(for: format, of: report.id, in: pools.staff, as: context.actor)
        return .seeOther("/desk/programme/\(it.programme.id)/reports/\(it.line.unitID)#documents")
    }

    private func reportDocument(_ format: Report.Format, _ context: MinyiContext) async throws -> Response {
        let it = try await reporting(context)
        guard let report = it.report,
            let bytes = try await Report.document(format, of: report.id, in: pools.staff, as: context.actor)
        else { throw Problem.notFound }
        return .download(
            bytes, filename: "\(report.content.title).\(format.rawValue)",
            contentType: format == .pdf ? FileKind.pdf.rawValue : FileKind.docx.rawValue)
    }
}

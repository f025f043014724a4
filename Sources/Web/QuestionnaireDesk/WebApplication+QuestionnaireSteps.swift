import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

extension WebApplication {
    /// The check list, and what becomes of a questionnaire: opened, corrected, suspended, extended, closed.
    func addQuestionnaireSteps(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/:number/check") { _, context in
            try await checkPage(try await deskQuestionnaire(context), context)
        }
        for step in QuestionnaireCheckPage.StepName.allCases {
            desk.post("questionnaires/:number/\(step.rawValue)") { _, context in try await take(step, context) }
        }
    }

    private func checkPage(
        _ it: DeskQuestionnaire, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let (staff, texts) = (try context.staff, context.texts)
        let (versions, sheets) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (try DeskQuestionnaire.versions(of: it.id, tx), try DeskQuestionnaire.sheets(of: it.id, tx))
        }
        let page = QuestionnaireCheckPage(
            it, faults: checkLines(it, versions, texts), versions: versions, sheets: sheets, typed: context.form,
            errors: errors, for: staff, texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// Everything that is wrong: with the questionnaire by itself, and with it as a correction of what was asked so far.
    private func checkLines(
        _ it: DeskQuestionnaire, _ versions: [DeskQuestionnaire.Version], _ texts: Texts
    ) -> [QuestionnaireCheckPage.Line] {
        var lines = QuestionnaireCheck(it.content).faults.map { QuestionnaireCheckPage.Line($0, in: it, texts) }
        if !versions.isEmpty {
            lines += CorrectionFault.all(from: versions.map(\.content), to: it.content).map { fault in
                QuestionnaireCheckPage.Line(
                    href: "\(it.address)/\(fault.kind == .quota ? "quotas" : "questions")/\(fault.code)",
                    place: fault.code,
                    text: texts[
                        "builder.correction.\(fault.kind.rawValue)",
                        ["code": fault.code, "codes": fault.codes.joined(separator: ", ")]], isError: true)
            }
            if it.content.title != it.title {
                lines.append(
                    QuestionnaireCheckPage.Line(
                        href: it.address + "/words", place: texts["builder.forms.words"],
                        text: texts["builder.correction.title"], isError: true))
            }
        }
        if it.state == .preparing, it.whoMayAnswer.isEmpty || it.purpose.isEmpty {
            lines.append(
                QuestionnaireCheckPage.Line(
                    href: it.address + "/settings", place: texts["builder.tabs.settings"],
                    text: texts["builder.check.no_purpose"], isError: false))
        }
        return lines.filter(\.isError) + lines.filter { !$0.isError }
    }

    private func take(_ step: QuestionnaireCheckPage.StepName, _ context: MinyiContext) async throws -> Response {
        let (it, form, texts) = (try await deskQuestionnaire(context), context.form, context.texts)
        let (move, actor, seen) = (MoveQuestionnaire(it.id), context.actor, form.int("version") ?? 0)
        var errors = FormErrors()
        switch step {
        case .open, .correct:
            // What was read must be what is checked here and opened there.
            guard seen == it.contentVersion else { throw Refusal(constraint: "questionnaires_saved_meanwhile") }
            let versions = try await pools.staff.read(as: actor) { try DeskQuestionnaire.versions(of: it.id, $0) }
            let isSound = !checkLines(it, versions, texts).contains(where: \.isError)
            guard isSound else { throw Problem.conflict(texts["builder.not_sound"]) }
            let field = "\(step.rawValue)-confirmed"
            errors.require(form.bool("confirmed"), field, texts["builder.errors.confirm"])
            let note = TextNormalisation.normalised(form.string("note"))
            if step == .correct {
                errors.require(!note.isEmpty, "note", texts["builder.errors.note"])
                errors.require(
                    TextLength.count(note) <= 500, "note",
                    texts[
                        "builder.errors.too_long",
                        ["label": texts["builder.steps.note"], "count": TextLength.count(note) - 500]])
            }
            guard errors.isEmpty else { return try await checkPage(it, errors: errors, context) }
            if step == .open {
                try await move.open(seen: seen, in: pools.staff, as: actor)
            } else {
                try await move.correct(to: it.content, seen: seen, note: note, in: pools.staff, as: actor)
            }
        case .suspend: try await move.suspend(true, in: pools.staff, as: actor)
        case .resume: try await move.suspend(false, in: pools.staff, as: actor)
        case .extend:
            guard let moment = closing(of: it, form, &errors, texts) else {
                return try await checkPage(it, errors: errors, context)
            }
            try await move.extend(to: moment, in: pools.staff, as: actor)
        case .close:
            errors.require(form.bool("confirmed"), "close-confirmed", texts["builder.errors.confirm"])
            guard errors.isEmpty else { return try await checkPage(it, errors: errors, context) }
            try await move.close(in: pools.staff, as: actor)
        }
        context.visit.flash(.done, texts["builder.steps.\(step.rawValue)_done"])
        return .seeOther(it.address + "/check")
    }

    /// When it is to close from now on; nil with what is wrong.
    private func closing(
        of it: DeskQuestionnaire, _ form: FormData, _ errors: inout FormErrors, _ texts: Texts
    ) -> Date? {
        guard let moment = SettingsForm(form).moment("closes_at", "closes_time") else {
            let label = texts["builder.settings.closes_at"]
            errors.add("closes_at", texts["builder.errors.moment", ["label": label]])
            return nil
        }
        errors.require(moment > it.now && moment > it.opensAt, "closes_at", texts["builder.errors.closes_past"])
        return errors.isEmpty ? moment : nil
    }
}

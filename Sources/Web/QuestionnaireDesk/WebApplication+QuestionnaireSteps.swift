import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

extension WebApplication {
    /// The check list, and what becomes of a questionnaire: opened, corrected, suspended, extended, closed, taken
    /// back, deleted.
    func addQuestionnaireSteps(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/:number/check") { _, context in
            try await checkPage(try await deskQuestionnaire(context), context)
        }
        for step in QuestionnaireCheckPage.StepName.allCases {
            desk.post("questionnaires/:number/\(step.rawValue)") { _, context -> Response in
                let it = try await deskQuestionnaire(context)
                do {
                    return try await take(step, it, context)
                } catch {
                    // Somebody else was first. They stay where they were, and see how it is now.
                    guard let refusal = error as? Refusal ?? Refusal(error),
                        refusal.constraint.hasPrefix("questionnaire"), context.texts.has(refusal.key)
                    else { throw error }
                    let now = try await deskQuestionnaire(context)
                    return try await checkPage(now, notice: context.texts[refusal.key], context)
                }
            }
        }
    }

    private func checkPage(
        _ it: DeskQuestionnaire, notice: String? = nil, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let (staff, texts) = (try context.staff, context.texts)
        let asked = try await circumstances(it, context)
        let (sheets, answered, history) = try await pools.staff.read(as: staff.databaseActor) { tx in
            let gone = asked.versions.last.map { it.gone(since: $0) } ?? []
            return (
                try DeskQuestionnaire.sheets(of: it.id, tx), try DeskQuestionnaire.answered(gone, of: it.id, tx),
                try tx.all(QuestionnaireEvent.of(it.id), as: QuestionnaireEvent.self)
            )
        }
        let last = it.isWorkedOn ? asked.versions.last : nil
        let changes = last.map {
            QuestionnaireCheckPage.Change.all(from: $0.content, to: it.content, answered: answered, texts)
        }
        let page = QuestionnaireCheckPage(
            it, faults: checkLines(it, asked, texts), versions: asked.versions, sheets: sheets,
            changes: changes ?? [], history: history, typed: context.form, notice: notice, errors: errors, for: staff,
            texts)
        return try pages.render(
            page, in: context, status: notice != nil ? .conflict : errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// What the check list looks at besides the questionnaire itself.
    private struct Circumstances: Sendable {
        let versions: [DeskQuestionnaire.Version]
        /// Invitation codes with which somebody can answer.
        let codes: Int
        /// What the file it was made of had besides.
        let lost: [QuestionnaireFile.Unsupported]
    }

    private func circumstances(_ it: DeskQuestionnaire, _ context: MinyiContext) async throws -> Circumstances {
        try await pools.staff.read(as: context.actor) { tx in
            let batches = try tx.all(MakeInvitations.Batch.of(questionnaire: it.id), as: MakeInvitations.Batch.self)
            return Circumstances(
                versions: try DeskQuestionnaire.versions(of: it.id, tx),
                codes: batches.map(\.open).reduce(0, +), lost: try ImportLosses.of(it.id, tx))
        }
    }

    /// What stands on the check list.
    func checkLines(_ it: DeskQuestionnaire, _ context: MinyiContext) async throws -> [QuestionnaireCheckPage.Line] {
        checkLines(it, try await circumstances(it, context), context.texts)
    }

    /// Everything that is wrong: with the questionnaire by itself, and with it as a correction of what was asked so far.
    private func checkLines(
        _ it: DeskQuestionnaire, _ asked: Circumstances, _ texts: Texts
    ) -> [QuestionnaireCheckPage.Line] {
        let versions = asked.versions
        var lines = QuestionnaireCheck(it.content).faults.map { QuestionnaireCheckPage.Line($0, in: it, texts) }
        if !versions.isEmpty {
            lines += CorrectionFault.all(from: versions.map(\.content), to: it.content).map { fault in
                QuestionnaireCheckPage.Line(
                    href: "\(it.address)/\(fault.kind == .quota ? "quotas" : "questions")/\(fault.code)",
                    place: texts.place(of: fault, in: it.content),
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
        if it.kind == .poll, it.content.pages.count > 1 || it.content.questions.count(where: \.isAsked) > 1 {
            lines.append(
                QuestionnaireCheckPage.Line(
                    href: it.address, place: texts["builder.tabs.builder"], text: texts["builder.check.poll"],
                    isError: true))
        }
        if it.state == .preparing, it.voice == .code, asked.codes == 0 {
            lines.append(
                QuestionnaireCheckPage.Line(
                    href: it.address + "/invitations", place: texts["builder.tabs.invitations"],
                    text: texts["builder.check.no_codes"], isError: true))
        }
        if it.state == .preparing, it.whoMayAnswer.isEmpty || it.purpose.isEmpty {
            lines.append(
                QuestionnaireCheckPage.Line(
                    href: it.address + "/settings", place: texts["builder.tabs.settings"],
                    text: texts["builder.check.no_purpose"], isError: false))
        }
        if it.state == .preparing {
            lines += asked.lost.map { lost -> QuestionnaireCheckPage.Line in
                QuestionnaireCheckPage.Line(
                    href: it.address, place: texts["builder.check.of_file", ["place": texts.place(lost)]],
                    text: texts.sentence(lost), isError: false)
            }
        }
        if it.voice == .person { lines += personLines(it, texts) }
        return lines.filter(\.isError) + lines.filter { !$0.isError }
    }

    /// What does not go together with verified persons.
    private func personLines(_ it: DeskQuestionnaire, _ texts: Texts) -> [QuestionnaireCheckPage.Line] {
        func line(_ key: String, _ place: String, _ href: String) -> QuestionnaireCheckPage.Line {
            QuestionnaireCheckPage.Line(
                href: it.address + href, place: place, text: texts["builder.persons.\(key)"], isError: true)
        }
        let settings = texts["builder.tabs.settings"]
        var lines: [QuestionnaireCheckPage.Line] = []
        if it.state == .preparing {
            if it.personWay.allowsOpenID, configuration.persons == nil {
                lines.append(line("no_openid", settings, "/settings"))
            }
            if it.personWay.allowsPhone, configuration.phoneCodes == nil {
                lines.append(line("no_phone", settings, "/settings"))
            }
        }
        if it.resultsShown == .live { lines.append(line("live", settings, "/settings")) }
        if it.mostSheets != nil { lines.append(line("most_sheets", settings, "/settings")) }
        lines += it.content.quotas.map {
            line("quota", texts["builder.forms.quota"] + " · " + $0.title, "/quotas/\($0.code)")
        }
        let numbers = PaperForm.numbers(it.content)
        lines += it.content.questions.filter { $0.kind.form == .file }.map {
            let number = texts["builder.question_name", ["number": numbers[$0.code] ?? 0]]
            return line("file", number + " · " + $0.code, "/questions/\($0.code)")
        }
        return lines
    }

    private func take(
        _ step: QuestionnaireCheckPage.StepName, _ it: DeskQuestionnaire, _ context: MinyiContext
    ) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        let (move, actor, seen) = (MoveQuestionnaire(it.id), context.actor, form.int("version") ?? 0)
        var errors = FormErrors()
        let reason = step.reason.map { self.reason($0, form, &errors, texts) } ?? ""
        switch step {
        case .open, .correct:
            // What was read must be what is checked here and opened there.
            guard seen == it.contentVersion else { throw Refusal(constraint: "questionnaires_saved_meanwhile") }
            let asked = try await circumstances(it, context)
            let isSound = !checkLines(it, asked, texts).contains(where: \.isError)
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
                try await move.open(
                    seen: seen, voicesIn: it.voice == .person ? intake.vault : nil,
                    provider: configuration.persons?.realm, in: pools.staff, as: actor)
            } else {
                try await move.correct(to: it.content, seen: seen, note: note, in: pools.staff, as: actor)
            }
        case .suspend:
            guard errors.isEmpty else { return try await checkPage(it, errors: errors, context) }
            try await move.suspend(true, because: reason, in: pools.staff, as: actor)
        case .resume: try await move.suspend(false, in: pools.staff, as: actor)
        case .extend:
            guard let moment = closing(of: it, form, &errors, texts), errors.isEmpty else {
                return try await checkPage(it, errors: errors, context)
            }
            try await move.extend(to: moment, because: reason, in: pools.staff, as: actor)
        case .close, .terminate:
            errors.require(form.bool("confirmed"), "\(step.rawValue)-confirmed", texts["builder.errors.confirm"])
            guard errors.isEmpty else { return try await checkPage(it, errors: errors, context) }
            if step == .close {
                try await move.close(because: reason, in: pools.staff, as: actor)
            } else {
                try await move.terminate(because: reason, in: pools.staff, as: actor)
            }
        case .takeBack: try await move.takeBack(in: pools.staff, as: actor)
        case .drop:
            errors.require(form.bool("confirmed"), "drop-confirmed", texts["builder.errors.confirm"])
            guard errors.isEmpty else { return try await checkPage(it, errors: errors, context) }
            try await move.drop(seen: seen, in: pools.staff, as: actor)
            context.visit.flash(.done, texts["builder.steps.drop_done", ["title": it.title]])
            return .seeOther("/desk/questionnaires")
        }
        let done = step == .open && it.opensAt > it.now ? "open_done_later" : "\(step.rawValue)_done"
        context.visit.flash(.done, texts["builder.steps.\(done)"])
        return .seeOther(it.address + "/check")
    }

    /// Why something is done; with what is wrong.
    func reason(_ field: String, _ form: FormData, _ errors: inout FormErrors, _ texts: Texts) -> String {
        let reason = TextNormalisation.normalised(form.string(field))
        errors.require(!reason.isEmpty, field, texts["builder.errors.reason"])
        let length = TextLength.count(reason)
        errors.require(
            length <= 500, field,
            texts["builder.errors.too_long", ["label": texts["builder.steps.reason"], "count": length - 500]])
        return reason
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

extension Texts {
    /// Where something stands that a correction may not change so.
    fileprivate func place(of fault: CorrectionFault, in content: Questionnaire) -> String {
        if fault.kind == .quota { return way(to: QuestionnairePlace(quota: fault.code), in: content) }
        let place = content.placed.first { $0.question.code == fault.code }?.place
        return place.map { way(to: $0, in: content) } ?? fault.code
    }
}

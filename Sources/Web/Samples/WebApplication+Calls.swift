import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

extension WebApplication {
    /// Calling: the next person, what they answer, and how the call ended.
    func addCalls(to desk: RouterGroup<MinyiContext>) {
        let path: RouterPath = "questionnaires/:number/samples/:id/call"
        desk.get(path) { _, context in
            let (it, sample) = try await sample(context)
            return try await callPage(it, sample, context)
        }
        desk.post("questionnaires/:number/samples/:id/next") { _, context -> Response in
            let (it, sample) = try await sample(context)
            let address = "\(it.address)/samples/\(sample.id)/call"
            guard let taken = try await CallInHand.take(sample: sample.id, in: pools.staff, as: context.actor) else {
                return try await callPage(it, sample, nobody: context.texts["samples.call.nobody"], context)
            }
            guard taken.sample != sample.id else { return .seeOther(address) }
            // One call at a time, also across samples.
            context.visit.flash(.note, context.texts["samples.call.other"])
            return .seeOther("/desk/questionnaires/\(taken.questionnaire)/samples/\(taken.sample)/call")
        }
        desk.post(path) { _, context in try await endCall(context) }
        desk.post("questionnaires/:number/samples/:id/call/save") { _, context -> Response in
            let (it, _) = try await sample(context)
            let typed = try await interview(of: it, context)
            let isKept = try await keep(typed, context)
            return try .json(["text": isKept ? context.texts.kept(typed) : context.texts["samples.call.gone"]])
        }
    }

    /// What stands in the form of an interview.
    private func interview(of it: DeskQuestionnaire, _ context: MinyiContext) async throws -> FilledSheet {
        let (form, versions) = (context.form, try await versions(of: it, context))
        guard let key = UUID(uuidString: form.string("call")) else { throw Problem.badRequest }
        guard let version = versions.first(where: { $0.version == form.int("version") }) ?? versions.last else {
            throw Problem.conflict(context.texts["samples.not_open"])
        }
        return try FilledSheet(key, FieldValues(form), to: version, units: try await unitsToChoose(context))
    }

    private func keep(_ typed: FilledSheet, _ context: MinyiContext) async throws -> Bool {
        try await CallInHand.keep(
            typed.stored.json(), version: typed.version.version, key: typed.key, in: pools.staff, as: context.actor)
    }

    /// - Parameter typed: what was typed just now; else what was kept.
    private func callPage(
        _ it: DeskQuestionnaire, _ sample: Sample, typed: FilledSheet? = nil, form: CallPage.Form = CallPage.Form(),
        errors: FormErrors = FormErrors(), notice: String? = nil, nobody: String? = nil, fullClosing: String? = nil,
        _ context: MinyiContext
    ) async throws -> Response {
        let call = try await CallInHand.find(
            sample: sample.id, vault: intake.vault, in: pools.staff, as: context.actor)
        let units = try await unitsToChoose(context)
        var sheet = typed
        var (notice, fullClosing) = (notice, fullClosing)
        let isConflict = notice != nil
        if sheet == nil, let call {
            let versions = try await versions(of: it, context)
            let kept = versions.first { $0.version == call.version } ?? versions.last
            sheet = try kept.map { version in
                let answers = call.answers.map { Answers(kept: $0, in: version.content) } ?? [:]
                return try FilledSheet(call.key, FieldValues(answers), to: version, units: units)
            }
            // Said as soon as it is known, and not after the last question.
            if let full = try await fullQuota(of: sheet, versions.last, it, context) {
                (notice, fullClosing) = (context.texts["samples.call.full_already"], full.closing)
            }
        }
        let setting = QuestionSetting(
            values: sheet?.values ?? FieldValues([:]), errors: errors, units: units, files: [:], texts: context.texts,
            isReadAloud: true)
        let page = CallPage(
            it, sample, call, form, sheet, isTyped: typed != nil, in: setting, notice: notice, nobody: nobody,
            fullClosing: fullClosing, for: try context.staff)
        let status: HTTPResponse.Status = errors.isEmpty ? isConflict ? .conflict : .ok : .unprocessableContent
        return privately(try pages.render(page, in: context, status: status))
    }

    /// A quota that these answers count for and that has no place left.
    private func fullQuota(
        of sheet: FilledSheet?, _ newest: DeskQuestionnaire.Version?, _ it: DeskQuestionnaire, _ context: MinyiContext
    ) async throws -> Questionnaire.Quota? {
        guard let sheet, let newest, !sheet.quotas.isEmpty else { return nil }
        let taken = try await pools.staff.read(as: context.actor) { try DeskQuestionnaire.quotas(of: it.id, $0) }
        return newest.content.quotas.first { sheet.quotas.contains($0.code) && taken[$0.code] ?? 0 >= $0.most }
    }

    private func endCall(_ context: MinyiContext) async throws -> Response {
        let (it, sample) = try await sample(context)
        let (texts, form) = (context.texts, CallPage.Form(context.form))
        let address = "\(it.address)/samples/\(sample.id)/call"
        let typed = try await interview(of: it, context)
        func gone() -> Response {
            context.visit.flash(.warning, texts["samples.call.gone"])
            return .seeOther(address)
        }
        // Whatever comes next: what was typed is kept first.
        guard try await keep(typed, context) else { return gone() }
        let act = CallInHand.Ending(rawValue: context.form.string("act"))
        if act == nil || act == .done {
            if let doubt = texts.doubt(about: typed, form, isDone: act == .done) {
                var looked = form
                looked.doubts = doubt.codes
                return try await callPage(
                    it, sample, typed: typed, form: looked, errors: doubt.errors, notice: doubt.notice, context)
            }
            if act == .done { return try await complete(typed, form, it, sample, context) }
        }
        guard let ending = act else {
            context.visit.flash(.done, texts["samples.call.kept"])
            return .seeOther(address)
        }
        var agreed: Date?
        if ending == .callBack {
            agreed = ChinaTime.parse(ProcedureForm.moment(form.day, form.time))
            guard let agreed, agreed > it.now, agreed < it.closesAt else {
                let errors = FormErrors("day", texts["samples.call.when"])
                return try await callPage(it, sample, typed: typed, form: form, errors: errors, context)
            }
        }
        let ended = try await CallInHand.end(
            ending, key: typed.key, at: agreed, in: pools.staff, as: context.actor)
        guard let ended else { return gone() }
        context.visit.flash(.done, texts["samples.ended.\(ended.rawValue)"])
        return .seeOther(address)
    }

    /// Sends the sheet through the door of all sheets, and then forgets whose it is.
    private func complete(
        _ typed: FilledSheet, _ form: CallPage.Form, _ it: DeskQuestionnaire, _ sample: Sample, _ context: MinyiContext
    ) async throws -> Response {
        let (texts, actor) = (context.texts, context.actor)
        func again(_ notice: String, fullClosing: String? = nil) async throws -> Response {
            try await callPage(it, sample, typed: typed, form: form, notice: notice, fullClosing: fullClosing, context)
        }
        let sheet = try await answered(typed, of: it, channel: .phone, arrivedOn: ChinaTime.date(it.now), context)
        let outcome = try await intake.accept(sheet, in: pools.staff, as: actor)
        switch outcome.verdict {
        // Stored before, with other answers: pressed, gone back, changed. What was stored first stands.
        case .accepted, .already, .keyReused:
            try await CallInHand.end(.done, key: typed.key, in: pools.staff, as: actor)
            let isEarlier = outcome.verdict == .keyReused
            let said = texts[isEarlier ? "samples.call.first_stands" : "samples.ended.done"]
            let address = "\(it.address)/samples/\(sample.id)/call"
            // With its key gone nothing leads to the sheet any longer: now or never.
            if form.wantsReceipt, let number = outcome.number {
                return try await sheetCounterReceipt(
                    number, of: typed.key, title: texts["samples.call.receipt_title"],
                    lines: [said, texts["samples.call.receipt_lead"]],
                    next: (address, texts["samples.call.receipt_done"]), it, context)
            }
            context.visit.flash(isEarlier ? .note : .done, said)
            return .seeOther(address)
        case .empty: return try await again(texts["builder.entry.errors.empty"])
        case .full, .quota:
            let quota = typed.version.content.quotas.first { $0.code == outcome.quota }
            return try await again(texts["samples.call.full"], fullClosing: quota?.closing ?? "")
        case .changed: return try await again(texts["builder.entry.errors.changed"])
        case .notAllowed: throw Problem.forbidden
        default: return try await again(texts["samples.not_open"])
        }
    }
}

extension Texts {
    /// What an interviewer is to look at before they go on, each beside its field: what is not possible, answers to what is not asked any more,
    /// and, before the end, what was not asked yet. Who will not answer a question need not, once the interviewer has looked; everything else
    /// must be possible.
    /// - Returns: nil when there is nothing, or when they have looked; else also the codes that are then looked at.
    fileprivate func doubt(
        about typed: FilledSheet, _ form: CallPage.Form, isDone: Bool
    ) -> (errors: FormErrors, notice: String?, codes: Set<String>)? {
        // An answer has brought them: they are asked now, and not complained of.
        let more = isDone ? typed.asked.filter { !(form.asked?.contains($0) ?? true) } : []
        let missing = isDone ? typed.missing.filter { !more.contains($0) } : []
        // What hangs on an answer that is not possible is not decided.
        let dropped = typed.faults.isEmpty ? typed.dropped : []
        let codes = Set(dropped + missing)
        let hasLooked = codes.isSubset(of: form.doubts)
        guard !typed.faults.isEmpty || !more.isEmpty || !hasLooked else { return nil }
        var errors = FormErrors(typed.faults, self)
        if !hasLooked {
            for code in dropped { errors.add(FieldValues.prefix + code, self["samples.call.goes"]) }
            for code in missing { errors.add(FieldValues.prefix + code, self["samples.call.missing"]) }
        }
        return (
            errors.inOrder(of: typed.answering.questions.map(\.code)),
            more.isEmpty ? nil : self["samples.call.more"], codes
        )
    }

    /// That what was typed so far is kept, and what of it is not possible.
    fileprivate func kept(_ typed: FilledSheet) -> String {
        let wrong = FormErrors(typed.faults, self).naming(typed.answering.shown(typed.answers).questions, self)
        guard !wrong.isEmpty else { return self["samples.call.saved"] }
        return self["samples.call.saved_but", ["faults": wrong.items.map(\.text).joined(separator: " ")]]
    }
}

import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires

extension WebApplication {
    /// The forms of single pieces, and the buttons that move, double and drop them.
    func addPieces(to desk: RouterGroup<MinyiContext>) {
        for (path, subject) in [("words", PieceForm.Subject.words), ("computed", .computed)] {
            desk.get("questionnaires/:number/\(path)") { _, context in try await pieceForm(subject, context) }
            desk.post("questionnaires/:number/\(path)") { _, context in try await savePiece(subject, context) }
        }
        for kind in ["pages", "groups", "questions", "quotas"] {
            desk.get("questionnaires/:number/\(kind)/:code") { _, context in
                try await pieceForm(try await subject(kind, context), context)
            }
            desk.post("questionnaires/:number/\(kind)/:code") { _, context in
                try await savePiece(try await subject(kind, context), context)
            }
            desk.post("questionnaires/:number/\(kind)/:code/act") { _, context in try await actOn(kind, context) }
        }
        desk.post("questionnaires/:number/pages/new") { _, context -> Response in
            let it = try await workedOnQuestionnaire(context)
            let used = try await usedCodes(it, context)
            try await ChangeContent(it.id).change(in: pools.staff, as: context.actor) {
                $0.addPage(used: used)
                return true
            }
            context.visit.flash(.done, context.texts["builder.page_added"])
            return .seeOther(it.address)
        }
        desk.get("questionnaires/:number/questions/new") { request, context in
            try await newQuestion(try request.query(), context)
        }
        desk.post("questionnaires/:number/questions/new") { _, context in try await addQuestion(context) }
        desk.get("questionnaires/:number/quotas/new") { _, context in
            let it = try await editableQuestionnaire(context)
            let code = it.content.freeCode("quota", used: try await usedCodes(it, context))
            return try newPiecePage(PieceForm(.quota(code)), of: it, context)
        }
        desk.post("questionnaires/:number/quotas/new") { _, context in try await addQuota(context) }
    }

    private func subject(_ kind: String, _ context: MinyiContext) async throws -> PieceForm.Subject {
        let code = try context.text("code")
        switch kind {
        case "pages": return .page(code)
        case "groups": return .group(code)
        case "quotas": return .quota(code)
        default:
            let sent = Question.Kind.Form(rawValue: context.form.string("kind"))
            if let sent { return .question(code, sent) }
            guard let question = try await deskQuestionnaire(context).content.question(code) else {
                throw Problem.notFound
            }
            return .question(code, question.kind.form)
        }
    }

    /// For a form: who may only look is not led into typing what is refused in the end.
    private func editableQuestionnaire(_ context: MinyiContext) async throws -> DeskQuestionnaire {
        let it = try await workedOnQuestionnaire(context)
        guard it.isEditable(by: try context.staff) else { throw Problem.forbidden }
        return it
    }

    // MARK: A piece that is there

    private func pieceForm(_ subject: PieceForm.Subject, _ context: MinyiContext) async throws -> Response {
        let it = try await editableQuestionnaire(context)
        guard let form = PieceForm(subject, in: it.content) else { throw Problem.notFound }
        let faults = PieceFault.all(of: form.subject, in: it.content, context.texts)
        let page = PieceFormPage(form, of: it, seen: it.contentVersion, faults: faults, context.texts)
        return try pages.render(page, in: context)
    }

    private func savePiece(_ subject: PieceForm.Subject, _ context: MinyiContext) async throws -> Response {
        let (it, texts) = (try await workedOnQuestionnaire(context), context.texts)
        let seen = context.form.int("version") ?? 0
        let form = PieceForm(subject, context.form)
        if context.form.has("rekind") {
            return try pages.render(PieceFormPage(form, of: it, seen: seen, texts), in: context)
        }
        if context.form.has("pick_it") { return try pick(for: form, of: it, seen: seen, isNew: false, context) }
        if context.form.has("filter_it") { return try filter(form, of: it, seen: seen, isNew: false, context) }
        var errors = FormErrors()
        let piece = form.piece(asked: try await asked(it, context), errors: &errors, texts)
        let faults = piece.map { PieceFault.all(putting: $0, into: it.content, texts) } ?? []
        guard let piece, faults.isEmpty else {
            let page = PieceFormPage(form, of: it, seen: seen, faults: faults, errors: errors, texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        }
        switch try await ChangeContent(it.id).put(piece, seen: seen, in: pools.staff, as: context.actor) {
        case .saved:
            context.visit.flash(.done, texts["builder.saved"])
            return .seeOther(it.address + (form.subject.anchor.map { "#" + $0 } ?? ""))
        case .meanwhile(let theirs, let version):
            let page = PieceFormPage(
                form, of: it, seen: version, meanwhile: .init(theirs: theirs.map { PieceForm($0) }), texts)
            return try pages.render(page, in: context, status: .conflict)
        }
    }

    /// The same form with a condition that was chosen from a list.
    private func pick(
        for form: PieceForm, of it: DeskQuestionnaire, seen: Int, isNew: Bool, _ context: MinyiContext
    ) throws -> Response {
        let (sent, texts, place) = (context.form, context.texts, PieceForm.Place(context.form) ?? form.place)
        var (changed, errors) = (form, FormErrors())
        let picks = ConditionPicks(for: form.subject, into: place, in: it.content, isOpen: true, texts)
        let (chosen, number) = (sent.string("pick"), sent.string("pick_number"))
        if let formula = picks?.formula(chosen, number: number) {
            changed.add(formula, instead: sent.string("pick_it") == "or")
        } else {
            let (field, key) = chosen.isEmpty ? ("pick", "none") : ("pick_number", "no_number")
            errors.add(field, texts["builder.pick.\(key)"])
        }
        let page = PieceFormPage(
            changed, of: it, seen: seen, isNew: isNew, place: place, picking: sent, errors: errors, texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// The same form with options that hang on what was chosen in an earlier question.
    private func filter(
        _ form: PieceForm, of it: DeskQuestionnaire, seen: Int, isNew: Bool, _ context: MinyiContext
    ) throws -> Response {
        let (sent, texts, place) = (context.form, context.texts, PieceForm.Place(context.form) ?? form.place)
        var (changed, errors) = (form, FormErrors())
        let offered = ConditionPicks.filters(of: form, into: place, in: it.content, texts).map(\.value)
        let earlier = it.content.question(sent.string("earlier"))
        if let field = form.optionsField, let earlier, offered.contains(earlier.code) {
            let isChosen = sent.string("filter_it") != "left"
            if let lines = ChosenBefore(earlier).conditions(in: form[field], isChosen: isChosen) {
                changed[field] = lines
            } else {
                errors.add("earlier", texts["builder.chosen_before.no_equal"])
            }
        } else {
            errors.add("earlier", texts["builder.chosen_before.none"])
        }
        let page = PieceFormPage(changed, of: it, seen: seen, isNew: isNew, place: place, errors: errors, texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// As it was asked so far: answers name its codes.
    private func asked(_ it: DeskQuestionnaire, _ context: MinyiContext) async throws -> [Questionnaire] {
        guard it.state != .preparing else { return [] }
        return try await pools.staff.read(as: context.actor) {
            try DeskQuestionnaire.versions(of: it.id, $0).map(\.content)
        }
    }

    /// What nothing new may be called.
    private func usedCodes(_ it: DeskQuestionnaire, _ context: MinyiContext) async throws -> Set<String> {
        try await pools.staff.read(as: context.actor) { try DeskQuestionnaire.usedCodes(of: it.id, $0) }
    }

    // MARK: A new one

    private func newPiecePage(
        _ form: PieceForm, of it: DeskQuestionnaire, faults: [PieceFault] = [], errors: FormErrors = FormErrors(),
        status: HTTPResponse.Status = .ok, _ context: MinyiContext
    ) throws -> Response {
        let page = PieceFormPage(
            form, of: it, seen: it.contentVersion, isNew: true, place: PieceForm.Place(context.form) ?? form.place,
            faults: faults, errors: errors, context.texts)
        return try pages.render(page, in: context, status: status)
    }

    private func newQuestion(_ query: FormData, _ context: MinyiContext) async throws -> Response {
        let it = try await editableQuestionnaire(context)
        let kind = Question.Kind.Form(rawValue: query.string("kind")) ?? .single
        guard let place = PieceForm.Place(query), it.content.group(place.group) != nil else {
            throw Problem.notFound
        }
        let code = it.content.freeCode("q", used: try await usedCodes(it, context))
        var form = PieceForm(.question(Question(code: code, kind: Question.Kind(kind))))
        form.place = place
        return try newPiecePage(form, of: it, context)
    }

    private func addQuestion(_ context: MinyiContext) async throws -> Response {
        let (it, texts) = (try await workedOnQuestionnaire(context), context.texts)
        let kind = Question.Kind.Form(rawValue: context.form.string("kind")) ?? .single
        let used = try await usedCodes(it, context)
        let (free, own) = (it.content.freeCode("q", used: used), PieceForm(.words, context.form)["code"])
        let form = PieceForm(.question(own.isEmpty ? free : own, kind), context.form)
        if context.form.has("rekind") { return try newPiecePage(form, of: it, context) }
        if context.form.has("pick_it") {
            return try pick(for: form, of: it, seen: it.contentVersion, isNew: true, context)
        }
        if context.form.has("filter_it") {
            return try filter(form, of: it, seen: it.contentVersion, isNew: true, context)
        }
        let (group, after) = (context.form.string("group"), context.form.optional("after"))
        var errors = FormErrors()
        guard case .question(let question)? = form.piece(asked: [], errors: &errors, texts) else {
            return try newPiecePage(form, of: it, errors: errors, status: .unprocessableContent, context)
        }
        var content = it.content
        guard content.add(question, to: group, after: after) else {
            throw Problem.conflict(texts["builder.errors.group_gone"])
        }
        let faults = PieceFault.all(putting: .question(question), into: content, texts)
        if !own.isEmpty, let wrong = texts.fault(ofCode: own, in: content, asked: try await asked(it, context)) {
            errors.add("code", wrong)
        }
        guard faults.isEmpty, errors.isEmpty else {
            return try newPiecePage(
                form, of: it, faults: faults, errors: errors, status: .unprocessableContent, context)
        }
        let added = try await ChangeContent(it.id).change(in: pools.staff, as: context.actor) { content in
            var question = question
            // Somebody may have taken its code meanwhile.
            if own.isEmpty || content.question(own) != nil { question.code = content.freeCode("q", used: used) }
            return content.add(question, to: group, after: after)
        }
        guard added else { throw Problem.conflict(texts["builder.errors.group_gone"]) }
        context.visit.flash(.done, texts["builder.added"])
        // Where the next one is added, too.
        return .seeOther("\(it.address)#\(QuestionnairePart.question(question.code).anchor)")
    }

    private func addQuota(_ context: MinyiContext) async throws -> Response {
        let (it, texts) = (try await workedOnQuestionnaire(context), context.texts)
        let used = try await usedCodes(it, context)
        let form = PieceForm(.quota(it.content.freeCode("quota", used: used)), context.form)
        if context.form.has("pick_it") {
            return try pick(for: form, of: it, seen: it.contentVersion, isNew: true, context)
        }
        var errors = FormErrors()
        let piece = form.piece(asked: [], errors: &errors, texts)
        let faults = piece.map { PieceFault.all(putting: $0, into: it.content, texts) } ?? []
        guard case .quota(let quota)? = piece, faults.isEmpty else {
            return try newPiecePage(
                form, of: it, faults: faults, errors: errors, status: .unprocessableContent, context)
        }
        try await ChangeContent(it.id).change(in: pools.staff, as: context.actor) { content in
            var quota = quota
            quota.code = content.freeCode("quota", used: used)
            return content.put(.quota(quota))
        }
        context.visit.flash(.done, texts["builder.added"])
        return .seeOther("\(it.address)#\(QuestionnairePart.quota(quota.code).anchor)")
    }

    // MARK: Buttons

    /// What one of the buttons beside a part does, or where it was dragged to.
    private func actOn(_ kind: String, _ context: MinyiContext) async throws -> Response {
        let (it, form, texts) = (try await workedOnQuestionnaire(context), context.form, context.texts)
        guard let part = QuestionnairePart(kind: kind, code: try context.text("code")) else { throw Problem.notFound }
        guard it.content.has(part) else { throw Problem.conflict(texts["builder.errors.gone", ["code": part.code]]) }
        let (act, group, after) = (form.string("act"), form.string("group"), form.optional("after"))
        let used = ["duplicate", "group"].contains(act) ? try await usedCodes(it, context) : []
        let done = try await ChangeContent(it.id).change(in: pools.staff, as: context.actor) { content in
            switch (act, part) {
            case ("up", _): content.move(part, by: -1)
            case ("down", _): content.move(part, by: 1)
            case ("drop", _): content.drop(part)
            case ("duplicate", .question(let code)): content.duplicate(code, used: used) != nil
            case ("group", .page(let code)): content.addGroup(to: code, used: used) != nil
            case ("", .question(let code)) where !group.isEmpty: content.move(code, to: group, after: after)
            default: false
            }
        }
        let key = act.isEmpty ? "moved" : act
        if done, texts.has("builder.did.\(key)") {
            context.visit.flash(.done, texts["builder.did.\(key)", ["code": part.code]])
        } else if !done {
            let isMove = ["up", "down", ""].contains(act)
            context.visit.flash(.note, texts[isMove ? "builder.not_moved" : "builder.not_done"])
        }
        guard act == "drop", done else { return .seeOther("\(it.address)#\(part.anchor)") }
        return .seeOther(
            "\(it.address)?kind=\(part.kind)&dropped=\(part.code)&version=\(it.contentVersion)")
    }
}

extension Texts {
    /// Why a new question cannot be called so; nil where it can.
    /// - Parameters:
    ///   - content: with the question.
    ///   - asked: as it was asked so far; what was answered then is not joined with answers to another question.
    fileprivate func fault(ofCode code: String, in content: Questionnaire, asked: [Questionnaire]) -> String? {
        // The form of a new one has this address.
        guard code != "new" else { return self["questionnaire-words.check-reserved-code", ["code": code]] }
        let wrong: [QuestionnaireFault.Kind] = [.code(code), .reservedCode(code), .duplicateCode(code)]
        if let fault = QuestionnaireCheck(content).faults.first(where: { wrong.contains($0.kind) }) {
            return sentence(fault)
        }
        return asked.contains { $0.question(code) != nil } ? self["builder.errors.code_asked", ["code": code]] : nil
    }
}

extension PieceForm {
    /// The form of a piece that is there; nil where it is not.
    init?(_ subject: Subject, in content: Questionnaire) {
        let piece: QuestionnairePiece? =
            switch subject {
            case .words: content.piece(like: .words(title: "", introduction: "", closing: ""))
            case .computed: content.piece(like: .computed([]))
            case .page(let code): content.page(code).flatMap { content.piece(like: .page($0)) }
            case .group(let code): content.group(code).flatMap { content.piece(like: .group($0)) }
            case .question(let code, _): content.question(code).map { .question($0) }
            case .quota(let code): content.quotas.first { $0.code == code }.map { .quota($0) }
            }
        guard let piece else { return nil }
        self.init(piece)
    }
}

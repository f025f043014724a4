import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// What casework is prepared with: texts to begin replies with, and who is responsible for what.
    func addCaseTables(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("reply-templates") { _, context in try await replyTemplates(context) }
        desk.post("reply-templates") { _, context in try await saveReplyTemplate(context) }
        desk.post("reply-templates/:id/removal") { _, context -> Response in
            try await ReplyTemplate.remove(
                try context.number("id"), in: pools.staff, as: try context.staff.databaseActor)
            context.visit.flash(.done, context.texts["casework.templates.removed"])
            return .seeOther("/desk/reply-templates")
        }
        desk.get("responsibilities") { _, context in try await responsibilities(context) }
        desk.post("responsibilities") { _, context in try await addResponsibilities(context) }
        desk.post("responsibilities/:id/removal") { _, context -> Response in
            try await Responsibility.remove(
                try context.number("id"), in: pools.staff, as: try context.staff.databaseActor)
            context.visit.flash(.done, context.texts["casework.responsibilities.removed"])
            return .seeOther("/desk/responsibilities")
        }
    }

    private func replyTemplates(_ context: MinyiContext, errors: FormErrors = FormErrors()) async throws -> Response {
        let staff = try context.staff
        let (templates, units) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (try tx.all(ReplyTemplate.all, as: ReplyTemplate.self), try tx.all(Unit.all, as: Unit.self))
        }
        let page = ReplyTemplatesPage(
            templates, units: units, for: staff, typed: context.form, errors: errors, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func saveReplyTemplate(_ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        let (name, body) = (TextNormalisation.normalised(form.string("name")), form.string("body"))
        var errors = FormErrors()
        let (longestName, longestBody) = (ReplyTemplate.longestName, ReplyTemplate.longestBody)
        errors.require(
            (1...longestName).contains(TextLength.count(name)), "name", texts["casework.templates.errors.name"])
        errors.require(
            (1...longestBody).contains(TextLength.count(body)), "body", texts["casework.templates.errors.body"])
        errors.require(form.int("unit") != nil, "unit", texts["casework.errors.unit"])
        guard errors.isEmpty, let unit = form.int("unit") else {
            return try await replyTemplates(context, errors: errors)
        }
        try await ReplyTemplate.save(
            name: name, body: body, about: ReplyTemplate.Matter(rawValue: form.string("about")) ?? .message,
            unitID: unit,
            in: pools.staff, as: try context.staff.databaseActor)
        context.visit.flash(.done, texts["casework.templates.saved", ["name": name]])
        return .seeOther("/desk/reply-templates")
    }

    private func responsibilities(_ context: MinyiContext, errors: FormErrors = FormErrors()) async throws -> Response {
        let staff = try context.staff
        let (all, units) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (try tx.all(Responsibility.all, as: Responsibility.self), try tx.all(Unit.all, as: Unit.self))
        }
        let page = ResponsibilitiesPage(
            all, units: units, mayChange: staff.has(.administrator), typed: context.form, errors: errors, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func addResponsibilities(_ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        let words = TextNormalisation.normalised(form.string("words"))
            .split { " \n、,，;；".contains($0) }.map(String.init)
        var errors = FormErrors()
        errors.require(form.int("unit") != nil, "unit", texts["casework.errors.unit"])
        errors.require(
            (1...100).contains(words.count) && words.allSatisfy { (2...40).contains(TextLength.count($0)) }, "words",
            texts["casework.responsibilities.errors.words"])
        guard errors.isEmpty, let unit = form.int("unit") else {
            return try await responsibilities(context, errors: errors)
        }
        try await Responsibility.add(
            words, Responsibility.Kind(rawValue: form.string("kind")) ?? .matter,
            topic: CaseTenant.having(form.string("topic")).map { _ in form.string("topic") }, unitID: unit,
            in: pools.staff,
            as: try context.staff.databaseActor)
        context.visit.flash(.done, texts["casework.responsibilities.added", ["count": words.count]])
        return .seeOther("/desk/responsibilities")
    }
}

import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// The workbench: a list, one opinion, and what is done with many at once.
    func addWorkbench(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("procedures/:number/workbench") { request, context in
            try await workbench(try request.query(), context)
        }
        desk.post("procedures/:number/workbench") { request, context in try await treatOpinions(request, context) }
        desk.post("procedures/:number/workbench/undo") { request, context -> Response in
            try await undoAnswers(context)
            let query = try request.query()
            return .seeOther(try bench(context) + WorkbenchFilter(query).query(after: query.after))
        }
        desk.get("opinions/:id") { request, context -> Response in
            let query = try request.query()
            return try await opinionPage(try await opinion(query, context), query, context)
        }
        desk.post("opinions/:id/answer") { request, context in try await answerOpinion(request, context) }
        desk.post("opinions/:id/undo") { request, context -> Response in
            try await undoAnswers(context)
            return .seeOther(try opinionAddress(request, context))
        }
        addViews(to: desk)
        desk.post("opinions/:id/look") { _, context -> Response in
            let others = try await OpinionLook.note(
                try context.number("id"), stays: !context.form.bool("leaves"), in: pools.staff,
                as: try context.staff.databaseActor)
            let note = others.map { context.texts["workbench.looking", ["names": $0]] } ?? ""
            return try .json(["note": note])
        }
        desk.post("opinions/:id/group") { request, context in try await changeGroup(request, context) }
    }

    private func bench(_ context: MinyiContext) throws -> String {
        "/desk/procedures/\(URLEncodedFields.encode(try context.text("number")))/workbench"
    }

    func opinionAddress(_ request: Request, _ context: MinyiContext) throws -> String {
        "/desk/opinions/\(try context.number("id"))" + WorkbenchFilter(try request.query()).query()
    }

    // MARK: Many

    private func workbench(
        _ query: FormData, typed: WorkbenchPage.Typed = .init(), _ context: MinyiContext
    ) async throws -> Response {
        let (staff, filter) = (try context.staff, WorkbenchFilter(query))
        guard
            let found = try await Workbench.read(
                filter, of: try context.text("number"), after: query.after, in: pools.staff, as: staff.databaseActor)
        else { throw Problem.notFound }
        let page = WorkbenchPage(
            found, filter: filter, after: query.after, done: try await answeringStep(query, context), staff: staff,
            typed: typed, context.texts)
        return try pages.render(page, in: context, status: typed.errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func treatOpinions(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (form, texts, query) = (context.form, context.texts, try request.query())
        let actor = try context.staff.databaseActor
        let read = form.strings("opinions").compactMap(AnswerOpinions.Read.init(field:))
        var typed = WorkbenchPage.Typed(picked: Set(read.map(\.id)))
        if read.isEmpty { typed.errors.add("opinions", texts["submissions.errors.none_ticked"]) }
        let back = try bench(context) + WorkbenchFilter(query).query(after: query.after)
        do {
            if form.string("action") == "join" {
                if read.count < 2 { typed.errors = FormErrors("opinions", texts["workbench.errors.two"]) }
                guard typed.errors.isEmpty else { return try await workbench(query, typed: typed, context) }
                let group = try await OpinionGroup.join(read.map(\.id), in: pools.staff, as: actor)
                context.visit.flash(.done, texts["workbench.joined", ["count": group.size]])
                return .seeOther(back)
            }
            let answer = Answer(form)
            typed.answer = answer
            typed.errors.add(contentsOf: AnswerFields.errors(answer.faults, suffix: "many", texts))
            guard typed.errors.isEmpty else { return try await workbench(query, typed: typed, context) }
            let batch = UUID(uuidString: form.string("batch")) ?? UUID()
            try await AnswerOpinions(answer, to: read, batch: batch)(in: pools.staff, as: actor)
            return .seeOther(back + "&done=\(batch.uuidString.lowercased())")
        } catch let error as PostgresError where Self.isAboutOpinions(error) {
            // The list is read again, so that it shows what holds now; what was typed and ticked is still there.
            typed.errors = FormErrors("opinions", texts.refusal(error) ?? "")
            return try await workbench(query, typed: typed, context)
        }
    }

    private static func isAboutOpinions(_ error: PostgresError) -> Bool {
        [
            "opinions_changed_meanwhile", "opinions_divided_meanwhile", "opinion_groups_changed_meanwhile",
            "opinion_groups_one_passage", "opinions_linked_adopted",
            "dispositions_not_withdrawn",
        ].contains(error.constraint ?? "")
    }

    private func undoAnswers(_ context: MinyiContext) async throws {
        guard let batch = UUID(uuidString: context.form.string("batch")) else { throw Problem.badRequest }
        let undone = try await AnswerOpinions.undo(batch, in: pools.staff, as: try context.staff.databaseActor)
        context.visit.flash(.done, context.texts["workbench.undone", ["count": undone]])
    }

    /// The step named in the address after it was taken.
    private func answeringStep(_ query: FormData, _ context: MinyiContext) async throws -> AnsweringStep? {
        guard let batch = UUID(uuidString: query.string("done")) else { return nil }
        return try await AnsweringStep.find(batch, in: pools.staff, as: try context.staff.databaseActor)
    }

    // MARK: One

    func opinion(
        _ query: FormData, passing group: Int? = nil, _ context: MinyiContext
    ) async throws -> OpinionFile {
        guard
            let file = try await OpinionFile.find(
                try context.number("id"), in: WorkbenchFilter(query), passing: group, in: pools.staff,
                as: try context.staff.databaseActor)
        else { throw Problem.notFound }
        return file
    }

    func opinionPage(
        _ file: OpinionFile, _ query: FormData, typed: OpinionPage.Typed = .init(), _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        let (views, units) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (
                try tx.all(OpinionView.of(opinions: [file.line.id]), as: OpinionView.self),
                try tx.all(Participation.Unit.all, as: Participation.Unit.self)
            )
        }
        let page = OpinionPage(
            file, views: views, units: units, filter: WorkbenchFilter(query), adopted: query.int("adopt"),
            done: try await answeringStep(query, context), staff: staff, typed: typed, context.texts)
        return try pages.render(page, in: context, status: typed.errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func answerOpinion(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (form, texts, query) = (context.form, context.texts, try request.query())
        let file = try await opinion(query, context)
        let answer = Answer(form)
        var typed = OpinionPage.Typed(answer: answer, wholeGroup: form.string("scope") == "group")
        typed.errors = AnswerFields.errors(answer.faults, suffix: "one", texts)
        guard let version = form.version("version") else { throw Problem.badRequest }
        guard typed.errors.isEmpty else { return try await opinionPage(file, query, typed: typed, context) }
        let batch = UUID(uuidString: form.string("batch")) ?? UUID()
        let actor = try context.staff.databaseActor
        do {
            if typed.wholeGroup {
                guard let group = form.int("group"), let seen = form.version("group_version") else {
                    throw Problem.badRequest
                }
                _ = try await AnswerOpinions.group(
                    group, version: seen, with: answer, batch: batch, in: pools.staff, as: actor)
            } else {
                try await AnswerOpinions(answer, to: [.init(id: file.line.id, version: version)], batch: batch)(
                    in: pools.staff, as: actor)
            }
        } catch let error as PostgresError where Self.isAboutOpinions(error) {
            // Both: what a colleague has answered, and what was typed here.
            let now = try await opinion(query, context)
            typed.errors = FormErrors(
                "reason-one", (now.line.version != version ? texts.meanwhile(now) : nil) ?? texts.refusal(error) ?? "")
            return try await opinionPage(now, query, typed: typed, context)
        }
        let filter = WorkbenchFilter(query).query()
        let next =
            form.string("then") == "next"
            ? try await opinion(query, passing: typed.wholeGroup ? file.line.groupID : nil, context).next : nil
        return .seeOther("/desk/opinions/\(next ?? file.line.id)\(filter)&done=\(batch.uuidString.lowercased())")
    }

    private func changeGroup(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (texts, actor) = (context.texts, try context.staff.databaseActor)
        let file = try await opinion(try request.query(), context)
        switch (context.form.string("action"), file.group) {
        case ("take_out", .some):
            try await OpinionGroup.takeOut(file.line.id, in: pools.staff, as: actor)
            context.visit.flash(.done, texts["workbench.taken_out"])
        case ("dissolve", let group?):
            let count = try await OpinionGroup.dissolve(group.id, in: pools.staff, as: actor)
            context.visit.flash(.done, texts["workbench.dissolved", ["count": count]])
        default: throw Problem.badRequest
        }
        return .seeOther(try opinionAddress(request, context))
    }
}

extension Texts {
    /// Who has answered last, when and how; nil where nobody has.
    fileprivate func meanwhile(_ now: OpinionFile) -> String? {
        guard let answer = now.current else { return nil }
        return self[
            "workbench.meanwhile_by",
            [
                "name": answer.answeredBy, "moment": ChinaTime.minute(answer.answeredAt, in: clock),
                "outcome": outcome(answer.outcome.rawValue),
            ]]
    }
}

extension FormData {
    fileprivate var after: Int { max(0, int("after") ?? 0) }

    /// Of something that was read; nil for what no version can be.
    func version(_ name: String) -> Int? { int(name).flatMap(Int32.init(exactly:)).map(Int.init) }
}

extension AnswerOpinions.Read {
    /// `ID.VERSION`, as a list has it.
    init?(field: String) {
        let parts = field.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = parts.first.flatMap({ Int($0) }),
            let version = parts.last.flatMap({ Int32($0) })
        else { return nil }
        self.init(id: id, version: Int(version))
    }
}

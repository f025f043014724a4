import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// A passage at an address that stays, and what can be done with it while its edition is worked on.
    func addPassages(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("drafts/passages/:id") { request, context in
            try await passagePage(looking: try request.query().string("q"), context)
        }
        desk.post("drafts/passages/:id") { _, context in try await savePassage(context) }
        desk.post("drafts/passages/:id/drop") { _, context in try await dropPassage(context) }
        desk.post("drafts/passages/:id/move") { _, context in try await movePassage(context) }
        desk.get("drafts/passages/:id/split") { _, context in
            let file = try await workedOn(context)
            return try splitPage(file, [file.passage.cells, file.passage.cells], FormErrors(), context)
        }
        desk.post("drafts/passages/:id/split") { _, context in try await splitPassage(context) }
        desk.get("drafts/passages/:id/merge") { request, context in
            try await mergePage(with: try request.query().int("with"), context)
        }
        desk.post("drafts/passages/:id/merge") { _, context in try await mergePassages(context) }
        desk.post("drafts/passages/:id/opinions") { _, context in try await linkOpinions(context) }
    }

    private func file(looking text: String = "", _ context: MinyiContext) async throws -> PassageFile {
        try await PassageFile.load(
            try context.number("id"), looking: String(text.unicodeScalars.prefix(100)), in: pools.staff,
            as: context.actor)
    }

    private func workedOn(_ context: MinyiContext) async throws -> PassageFile {
        let file = try await file(context)
        guard file.edition.isWorkedOn else { throw Refusal(constraint: "editions_frozen") }
        return file
    }

    private func fields(_ file: PassageFile) -> [PassageField] {
        PassageField.all(of: file.draft.kind, extraColumns: file.edition.extraColumns)
    }

    private func passagePage(looking text: String, _ context: MinyiContext) async throws -> Response {
        let file = try await file(looking: text, context)
        let page = PassagePage(file, mayEdit: mayEdit(file, try context.staff), looking: text, context.texts)
        return try pages.render(page, in: context)
    }

    private func mayEdit(_ file: PassageFile, _ staff: StaffActor) -> Bool {
        staff.has(.organiser, in: [file.draft.unitID])
    }

    private func seeOther(_ file: PassageFile, _ key: String, _ context: MinyiContext) -> Response {
        context.visit.flash(.done, context.texts["editions.\(key)"])
        return .seeOther("/desk/drafts/\(file.draft.id)/editions/\(file.edition.ordinal)#row-\(file.passage.position)")
    }

    private func savePassage(_ context: MinyiContext) async throws -> Response {
        let (file, texts) = (try await workedOn(context), context.texts)
        var errors = FormErrors()
        let cells = PassageCells(context.form, fields(file), errors: &errors, texts)
        let mayEdit = mayEdit(file, try context.staff)
        guard errors.isEmpty else {
            let page = PassagePage(
                file, mayEdit: mayEdit, looking: "", typed: cells, seen: context.form.int("version"), errors: errors,
                texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        }
        let version = context.form.int("version") ?? 0
        switch try await ChangePassage(file.passage.id, version: version).save(
            cells, in: pools.staff, as: context.actor)
        {
        case .version:
            context.visit.flash(.done, texts["editions.saved"])
            return .seeOther("/desk/drafts/passages/\(file.passage.id)")
        case .meanwhile(let both):
            let page = PassagePage(
                file, mayEdit: mayEdit, looking: "", typed: both.merged, meanwhile: both, texts)
            return try pages.render(page, in: context, status: .conflict)
        }
    }

    private func dropPassage(_ context: MinyiContext) async throws -> Response {
        let file = try await workedOn(context)
        try await ChangePassage(file.passage.id, version: context.form.int("version") ?? 0)
            .drop(in: pools.staff, as: context.actor)
        return seeOther(file, "dropped", context)
    }

    /// After the row with the position that was typed; 0 is the head.
    private func movePassage(_ context: MinyiContext) async throws -> Response {
        let (file, texts) = (try await workedOn(context), context.texts)
        let wanted = context.form.int("after")
        let other = try await passage(at: wanted ?? -1, in: file, context)?.id
        guard wanted == 0 || other != nil else {
            let page = PassagePage(
                file, mayEdit: mayEdit(file, try context.staff), looking: "",
                errors: FormErrors("after", texts["editions.errors.no_such_row"]), texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        }
        if other != file.passage.id {
            try await ChangePassage(file.passage.id, version: context.form.int("version") ?? 0)
                .move(after: other, in: pools.staff, as: context.actor)
        }
        context.visit.flash(.done, texts["editions.moved"])
        return .seeOther("/desk/drafts/passages/\(file.passage.id)")
    }

    // MARK: Split and merge

    private func splitPage(
        _ file: PassageFile, _ parts: [PassageCells], _ errors: FormErrors, _ context: MinyiContext
    ) throws -> Response {
        let (texts, fields) = (context.texts, fields(file))
        let address = "/desk/drafts/passages/\(file.passage.id)"
        let page = PassagePartsPage(
            "split", of: file.draft, in: file.edition, action: address + "/split", back: address,
            hidden: [("version", context.form.int("version") ?? file.passage.version)],
            parts: parts.enumerated().map { index, cells in
                (
                    texts["editions.split.part", ["number": index + 1]],
                    PassageForm(cells, fields, prefix: "part\(index + 1)_", errors: errors, texts)
                )
            }, errors: errors, texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func splitPassage(_ context: MinyiContext) async throws -> Response {
        let file = try await workedOn(context)
        var errors = FormErrors()
        let parts = ["part1_", "part2_"].map {
            PassageCells(context.form, fields(file), prefix: $0, errors: &errors, context.texts)
        }
        guard errors.isEmpty else { return try splitPage(file, parts, errors, context) }
        try await ChangePassage(file.passage.id, version: context.form.int("version") ?? 0)
            .split(into: parts, in: pools.staff, as: context.actor)
        return seeOther(file, "split.done", context)
    }

    /// - Parameter position: of the passage to join with; the one after this where none is given.
    private func mergePage(
        with position: Int?, typed: PassageCells? = nil, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let (file, texts) = (try await workedOn(context), context.texts)
        let other = try await passage(at: position ?? file.passage.position + 1, in: file, context)
        guard let other, other.id != file.passage.id else {
            throw Problem.conflict(texts["editions.errors.no_such_row"])
        }
        let address = "/desk/drafts/passages/\(file.passage.id)"
        let cells = typed ?? .joined([file.passage.cells, other.cells])
        let page = PassagePartsPage(
            "merge", of: file.draft, in: file.edition, action: address + "/merge", back: address,
            hidden: [
                ("version", context.form.int("version") ?? file.passage.version), ("other", other.id),
                ("other_version", context.form.int("other_version") ?? other.version),
                ("with", other.position),
            ], other: .init(value: other.position, action: address + "/merge"),
            parts: [
                (
                    texts[
                        "editions.merge.heading", ["first": texts.place(file.passage), "second": texts.place(other)]],
                    PassageForm(cells, fields(file), errors: errors, texts)
                )
            ], errors: errors, texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func passage(at position: Int, in file: PassageFile, _ context: MinyiContext) async throws -> Passage? {
        try await pools.staff.read(as: context.actor) { tx in
            try tx.first(Passage.at(position, of: file.edition.id), as: Passage.self)
        }
    }

    private func mergePassages(_ context: MinyiContext) async throws -> Response {
        let (file, form) = (try await workedOn(context), context.form)
        var errors = FormErrors()
        let cells = PassageCells(form, fields(file), errors: &errors, context.texts)
        guard errors.isEmpty else {
            return try await mergePage(with: form.int("with"), typed: cells, errors: errors, context)
        }
        try await ChangePassage(file.passage.id, version: form.int("version") ?? 0).merge(
            ChangePassage(form.int("other") ?? 0, version: form.int("other_version") ?? 0), saying: cells,
            in: pools.staff, as: context.actor)
        return seeOther(file, "merge.done", context)
    }

    // MARK: Opinions

    private func linkOpinions(_ context: MinyiContext) async throws -> Response {
        let (file, form) = (try await file(context), context.form)
        guard let edition = file.changedIn else { throw Problem.notFound }
        try await LinkOpinions(passage: file.passage.id, edition: edition.id)(
            shown: Array(Set(form.ints("shown").prefix(200))).sorted(), chosen: Set(form.ints("opinion")),
            in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["editions.linked"])
        return .seeOther("/desk/drafts/passages/\(file.passage.id)#opinions")
    }
}

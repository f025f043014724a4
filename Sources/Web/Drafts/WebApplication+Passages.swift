import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// A passage at an address that stays, and what can be done with it while its edition is worked on.
    func addPassages(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("drafts/passages/:id") { request, context in
            let query = try request.query()
            let search = LinkableOpinion.Search(
                text: String(query.string("q").unicodeScalars.prefix(100)), showsAll: query.string("all") == "1",
                wanted: query.int("opinion"))
            return try await passagePage(search, context)
        }
        desk.get("drafts/opinions/:id") { _, context in try await whereToLink(context) }
        desk.post("drafts/passages/:id") { _, context in try await savePassage(context) }
        desk.post("drafts/passages/:id/drop") { _, context in try await dropPassage(context) }
        desk.post("drafts/passages/:id/move") { _, context in try await movePassage(context) }
        desk.get("drafts/passages/:id/split") { _, context in
            let file = try await workedOn(context)
            return try splitPage(file, [file.passage.cells, file.passage.cells], FormErrors(), context)
        }
        desk.post("drafts/passages/:id/split") { _, context in try await splitPassage(context) }
        desk.get("drafts/passages/:id/merge") { request, context in
            let label = FormData.plainDigits(try request.query().string("with"))
            return try await mergePage(with: label.isEmpty ? nil : label, context)
        }
        desk.post("drafts/passages/:id/merge") { _, context in try await mergePassages(context) }
        desk.post("drafts/passages/:id/opinions") { _, context in try await linkOpinions(context) }
    }

    /// - Throws: `Problem.gone` for one that was dropped, with who did it and when.
    private func file(
        _ context: MinyiContext, linking search: LinkableOpinion.Search = .init()
    ) async throws -> PassageFile {
        do {
            return try await PassageFile.load(
                try context.number("id"), search, in: pools.staff, as: context.actor)
        } catch let missing as NoRow {
            guard let change = try await dropping(context) else { throw missing }
            throw Problem(
                .gone, .gone,
                text: context.texts[
                    "editions.gone", ["by": change.by, "at": ChinaTime.minute(change.at, in: context.texts.clock)]])
        }
    }

    private func dropping(_ context: MinyiContext) async throws -> PassageChange? {
        let id = try context.number("id")
        return try await pools.staff.read(as: context.actor) { tx in
            try tx.first(PassageChange.dropping(passage: id), as: PassageChange.self)
        }
    }

    private func workedOn(_ context: MinyiContext) async throws -> PassageFile {
        let file = try await file(context)
        guard file.edition.isWorkedOn else { throw Refusal(constraint: "editions_frozen") }
        return file
    }

    private func fields(_ file: PassageFile) -> [PassageField] {
        PassageField.all(of: file.draft.kind, extraColumns: file.edition.extraColumns)
    }

    private func passagePage(_ search: LinkableOpinion.Search, _ context: MinyiContext) async throws -> Response {
        let file = try await file(context, linking: search)
        let page = PassagePage(file, mayEdit: mayEdit(file, try context.staff), search, context.texts)
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
        // Who may not change it is not asked to mend it either; the database refuses.
        guard errors.isEmpty || !mayEdit else {
            let page = PassagePage(
                file, mayEdit: mayEdit, typed: cells, seen: context.form.int("version"), errors: errors,
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
                file, mayEdit: mayEdit, typed: both.merged, meanwhile: both, texts)
            return try pages.render(page, in: context, status: .conflict)
        }
    }

    private func dropPassage(_ context: MinyiContext) async throws -> Response {
        let texts = context.texts
        func history(_ draft: Int, _ ordinal: Int) -> Response {
            .seeOther("/desk/drafts/\(draft)/editions/\(ordinal)/history")
        }
        // A second press of a page that is still open.
        if let change = try await dropping(context), try await isGone(context) {
            context.visit.flash(
                .note, texts["editions.gone", ["by": change.by, "at": ChinaTime.minute(change.at, in: texts.clock)]])
            return history(change.draftID, change.ordinal)
        }
        let file = try await workedOn(context)
        try await ChangePassage(file.passage.id, version: context.form.int("version") ?? 0)
            .drop(in: pools.staff, as: context.actor)
        context.visit.flash(.done, texts["editions.dropped"])
        return history(file.draft.id, file.edition.ordinal)
    }

    private func isGone(_ context: MinyiContext) async throws -> Bool {
        let id = try context.number("id")
        return try await pools.staff.read(as: context.actor) { tx in
            try tx.first(Passage.with(id: id), as: Passage.self) == nil
        }
    }

    /// After the row whose number was typed; 0 is the head.
    private func movePassage(_ context: MinyiContext) async throws -> Response {
        let (file, texts) = (try await workedOn(context), context.texts)
        let wanted = FormData.plainDigits(context.form.string("after"))
        let other = try await passage(called: wanted, in: file, "after", context)
        guard wanted == "0" || other.passage != nil else {
            let page = PassagePage(
                file, mayEdit: mayEdit(file, try context.staff), errors: other.errors, texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        }
        if other.passage?.id != file.passage.id {
            try await ChangePassage(file.passage.id, version: context.form.int("version") ?? 0)
                .move(after: wanted == "0" ? nil : other.passage?.id, in: pools.staff, as: context.actor)
        }
        context.visit.flash(.done, texts["editions.moved"])
        return .seeOther("/desk/drafts/passages/\(file.passage.id)")
    }

    /// The passage of the same edition that a number means, or what is wrong with the number.
    private func passage(
        called text: String, in file: PassageFile, _ field: String, _ context: MinyiContext
    ) async throws -> (passage: Passage?, errors: FormErrors, labels: PassageLabels) {
        let passages = try await pools.staff.read(as: context.actor) { tx in
            try tx.all(Passage.of(edition: file.edition.id), as: Passage.self)
        }
        let labels = PassageLabels(passages)
        if let position = labels.position(of: text) { return (passages[position - 1], FormErrors(), labels) }
        let error = context.texts.noSuchPassage(text, labels)
        return (nil, FormErrors(field, error), labels)
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
        if errors.isEmpty, parts.first == parts.last {
            let words: PassageField = file.draft.kind == .text ? .text : .column(.contentElements)
            errors.add("part2_" + words.formName(at: 0), context.texts["editions.errors.parts_alike"])
        }
        guard errors.isEmpty else { return try splitPage(file, parts, errors, context) }
        try await ChangePassage(file.passage.id, version: context.form.int("version") ?? 0)
            .split(into: parts, in: pools.staff, as: context.actor)
        return seeOther(file, "split.done", context)
    }

    /// - Parameter label: of the passage to join with; the one after this where none is given.
    private func mergePage(
        with label: String?, typed: PassageCells? = nil, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let (file, texts) = (try await workedOn(context), context.texts)
        var errors = errors
        let wanted = try await passage(called: label ?? "", in: file, "with", context)
        if label != nil, wanted.passage == nil { errors.add(contentsOf: wanted.errors) }
        let next = try await pools.staff.read(as: context.actor) { [after = file.next ?? file.previous] tx in
            try after.flatMap { try tx.first(Passage.with(id: $0), as: Passage.self) }
        }
        guard let other = wanted.passage ?? next, other.id != file.passage.id else {
            throw Problem.conflict(texts["editions.errors.no_other_row"])
        }
        let address = "/desk/drafts/passages/\(file.passage.id)"
        let cells = typed ?? .joined([file.passage.cells, other.cells])
        let page = PassagePartsPage(
            "merge", of: file.draft, in: file.edition, action: address + "/merge", back: address,
            hidden: [
                ("version", context.form.int("version") ?? file.passage.version), ("other", other.id),
                ("other_version", context.form.int("other_version") ?? other.version),
            ], other: .init(value: label ?? wanted.labels[other.position], action: address + "/merge"),
            parts: [
                (
                    texts[
                        "editions.merge.heading", ["first": texts.place(file.passage), "second": texts.place(other)]],
                    PassageForm(cells, fields(file), errors: errors, texts)
                )
            ], errors: errors, texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func mergePassages(_ context: MinyiContext) async throws -> Response {
        let (file, form) = (try await workedOn(context), context.form)
        var errors = FormErrors()
        let cells = PassageCells(form, fields(file), errors: &errors, context.texts)
        guard errors.isEmpty else {
            let label = try await pools.staff.read(as: context.actor) { [other = form.int("other") ?? 0] tx in
                let position = try tx.first(Passage.with(id: other), as: Passage.self)?.position
                return position.map { "#\($0)" }
            }
            return try await mergePage(with: label, typed: cells, errors: errors, context)
        }
        try await ChangePassage(file.passage.id, version: form.int("version") ?? 0).merge(
            ChangePassage(form.int("other") ?? 0, version: form.int("other_version") ?? 0), saying: cells,
            in: pools.staff, as: context.actor)
        return seeOther(file, "merge.done", context)
    }

    // MARK: Opinions

    /// From an opinion to what has become of its passage in the newest edition, with the opinion chosen there.
    private func whereToLink(_ context: MinyiContext) async throws -> Response {
        let id = try context.number("id")
        let opinion = try await pools.staff.read(as: context.actor) { tx in
            try tx.one(OpinionToLink.with(id: id), as: OpinionToLink.self)
        }
        let draft = "/desk/drafts/\(opinion.draftID)"
        guard let ordinal = opinion.laterOrdinal else {
            context.visit.flash(.note, context.texts["editions.linkable.no_later"])
            return .seeOther(draft)
        }
        return .seeOther(
            opinion.passageID.map { "/desk/drafts/passages/\($0)?opinion=\(id)#opinions" }
                ?? "\(draft)/editions/\(ordinal)?opinion=\(id)")
    }

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

import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Editions that are worked on: passage by passage or in a grid; what changed between editions, and where passages come from.
    func addEditions(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.post("drafts/:id/editions/begin") { _, context in try await beginEdition(context) }
        desk.get("drafts/:id/editions/:ordinal/grid") { request, context in
            let (draft, edition, passages) = try await working(context)
            let page = GridPage(
                edition, of: draft, passages: passages, page: try request.query().int("page") ?? 0, context.texts)
            return try pages.render(page, in: context)
        }
        desk.post("drafts/:id/editions/:ordinal/grid") { _, context in try await saveGrid(context) }
        desk.get("drafts/:id/editions/:ordinal/history") { _, context in try await editionHistory(context) }
        desk.post("drafts/:id/editions/:ordinal/changes/:change/back") { _, context in try await takeBack(context) }
        desk.post("drafts/:id/editions/:ordinal/renumber") { _, context in try await renumber(context) }
        desk.get("drafts/:id/editions/:ordinal/rows/new") { request, context in
            try await newPassagePage(after: try request.query().int("after"), context)
        }
        desk.post("drafts/:id/editions/:ordinal/rows/new") { _, context in try await addPassage(context) }
        desk.get("drafts/:id/editions/:ordinal/lineage") { _, context in try await lineagePage(context) }
        desk.post("drafts/:id/editions/:ordinal/lineage") { _, context in try await setLineage(context) }
        desk.get("drafts/:id/changes/:from/:to") { request, context in
            try await deskRedline(onlyChanged: try request.query().string("rows") != "all", context)
        }
    }

    /// An edition with its draft and passages; anyone who may see it.
    private func edition(_ context: MinyiContext) async throws -> (Draft, Edition, [Passage]) {
        let (id, ordinal) = (try context.number("id"), try context.number("ordinal"))
        return try await pools.staff.read(as: context.actor) { tx in
            let edition = try tx.one(Edition.with(draft: id, ordinal: ordinal), as: Edition.self)
            return (
                try tx.one(Draft.with(id: id), as: Draft.self), edition,
                try tx.all(Passage.of(edition: edition.id), as: Passage.self)
            )
        }
    }

    /// One that can be changed now.
    private func working(_ context: MinyiContext) async throws -> (Draft, Edition, [Passage]) {
        let found = try await edition(context)
        guard found.1.isWorkedOn else { throw Refusal(constraint: "editions_frozen") }
        return found
    }

    private func beginEdition(_ context: MinyiContext) async throws -> Response {
        let (texts, draft) = (context.texts, try context.number("id"))
        guard let stage = Edition.Stage(rawValue: context.form.string("stage")) else {
            throw Problem.conflict(texts["drafts.errors.stage"])
        }
        let note = TextNormalisation.normalised(context.form.string("note"))
        guard TextLength.count(note) <= EditionForm.longestNote else {
            throw Problem.conflict(texts["drafts.errors.note", ["limit": EditionForm.longestNote]])
        }
        let made = try await BeginEdition(of: draft, stage: stage, note: note)(in: pools.staff, as: context.actor)
        let edition = try await pools.staff.read(as: context.actor) {
            try $0.one(Edition.with(id: made), as: Edition.self)
        }
        context.visit.flash(.done, texts["editions.begun", ["ordinal": edition.ordinal]])
        return .seeOther("/desk/drafts/\(draft)/editions/\(edition.ordinal)")
    }

    // MARK: The grid

    private func saveGrid(_ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        let (draft, edition, passages) = try await working(context)
        let fields = PassageField.all(of: draft.kind, extraColumns: edition.extraColumns)
        var errors = FormErrors()
        let ids = Set(form.ints("passage").prefix(GridPage.pageLength))
        let names = Dictionary(passages.map { ($0.id, texts.place($0)) }) { $1 }
        let rows = ids.sorted().map { id in
            ChangeRows.Row(
                ChangePassage(id, version: form.int("p\(id)_version") ?? 0),
                cells: PassageCells(
                    form, fields, prefix: "p\(id)_", place: names[id], errors: &errors, texts))
        }
        let page = form.int("page") ?? 0
        let typed = Dictionary(rows.map { ($0.change.id, $0) }) { $1 }
        guard errors.isEmpty else {
            let page = GridPage(
                edition, of: draft, passages: passages, page: page, typed: typed, errors: errors, texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        }
        let saved = try await ChangeRows(rows, of: edition.id)(in: pools.staff, as: context.actor)
        guard saved.meanwhile.isEmpty, saved.gone.isEmpty else {
            let now = try await self.edition(context).2
            let page = GridPage(edition, of: draft, passages: now, page: page, saved: saved, texts)
            return try pages.render(page, in: context, status: .conflict)
        }
        context.visit.flash(.done, texts["editions.grid.saved", ["count": saved.changed]])
        return .seeOther("/desk/drafts/\(draft.id)/editions/\(edition.ordinal)/grid?page=\(page)")
    }

    private func editionHistory(_ context: MinyiContext) async throws -> Response {
        let (draft, edition, _) = try await edition(context)
        let changes = try await pools.staff.read(as: context.actor) {
            try $0.all(PassageChange.of(edition: edition.id), as: PassageChange.self)
        }
        return try pages.render(
            EditionHistoryPage(
                edition, of: draft, changes: changes, mayEdit: try context.staff.has(.organiser, in: [draft.unitID]),
                context.texts), in: context)
    }

    private func takeBack(_ context: MinyiContext) async throws -> Response {
        let (draft, edition, _) = try await working(context)
        let change = try context.number("change")
        let made = try await ChangePassage.restore(change, in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["editions.take_back.done"])
        let restored = try await pools.staff.read(as: context.actor) {
            try $0.one(Passage.with(id: made), as: Passage.self)
        }
        return .seeOther("/desk/drafts/\(draft.id)/editions/\(edition.ordinal)#row-\(restored.position)")
    }

    private func renumber(_ context: MinyiContext) async throws -> Response {
        let (draft, edition, _) = try await working(context)
        let count = try await ChangePassage.renumber(edition.id, in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["editions.renumber.done", ["count": count]])
        return .seeOther("/desk/drafts/\(draft.id)/editions/\(edition.ordinal)")
    }

    // MARK: A new passage

    private func newPassagePage(after: Int?, _ context: MinyiContext) async throws -> Response {
        let (draft, edition, passages) = try await working(context)
        var cells = PassageCells()
        // Of a row its neighbour's first level is likely right.
        if let neighbour = passages.first(where: { $0.id == after }) { cells[.level1] = neighbour.level1 }
        return try addPage(cells, after: after, draft, edition, FormErrors(), context)
    }

    private func addPage(
        _ cells: PassageCells, after: Int?, _ draft: Draft, _ edition: Edition, _ errors: FormErrors,
        _ context: MinyiContext
    ) throws -> Response {
        let address = "/desk/drafts/\(draft.id)/editions/\(edition.ordinal)"
        let fields = PassageField.all(of: draft.kind, extraColumns: edition.extraColumns)
        let page = PassagePartsPage(
            "add", of: draft, in: edition, action: address + "/rows/new",
            back: after.map { "/desk/drafts/passages/\($0)" } ?? address, hidden: after.map { [("after", $0)] } ?? [],
            parts: [(nil, PassageForm(cells, fields, errors: errors, context.texts))], errors: errors, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func addPassage(_ context: MinyiContext) async throws -> Response {
        let (draft, edition, passages) = try await working(context)
        let after = context.form.int("after")
        var errors = FormErrors()
        let fields = PassageField.all(of: draft.kind, extraColumns: edition.extraColumns)
        let cells = PassageCells(context.form, fields, errors: &errors, context.texts)
        guard errors.isEmpty else { return try addPage(cells, after: after, draft, edition, errors, context) }
        // The one it was to follow may be gone by now: then it stands at the end.
        let neighbour = after.map { wanted in
            passages.contains { $0.id == wanted } ? wanted : passages.last?.id ?? wanted
        }
        let made = try await ChangePassage.add(
            cells, to: edition.id, after: neighbour, in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["editions.add.done"])
        return .seeOther("/desk/drafts/passages/\(made)")
    }

    // MARK: Between editions

    private func deskRedline(onlyChanged: Bool, _ context: MinyiContext) async throws -> Response {
        let (id, from, to) = (try context.number("id"), try context.number("from"), try context.number("to"))
        guard from < to else { throw Problem.notFound }
        let texts = context.texts
        let (draft, redline, old, new) = try await pools.staff.read(as: context.actor, deadline: .seconds(30)) { tx in
            let old = try tx.one(Edition.with(draft: id, ordinal: from), as: Edition.self)
            let new = try tx.one(Edition.with(draft: id, ordinal: to), as: Edition.self)
            return (
                try tx.one(Draft.with(id: id), as: Draft.self), try EditionRedline.read(from: old, to: new, tx),
                try tx.all(Passage.of(edition: old.id), as: Passage.self),
                try tx.all(Passage.of(edition: new.id), as: Passage.self)
            )
        }
        let address = "/desk/drafts/\(draft.id)"
        func href(_ passages: [Passage]) -> (Int) -> String? {
            { passages.indices.contains($0 - 1) ? "/desk/drafts/passages/\(passages[$0 - 1].id)" : nil }
        }
        let setting = RedlinePage.Setting(
            title: texts["editions.redline.title"],
            crumbs: [
                Crumb(href: "/desk/drafts", text: texts["drafts.title"]), Crumb(href: address, text: draft.title),
            ], lead: texts["editions.redline.lead", ["from": from, "to": to]],
            address: "\(address)/changes/\(from)/\(to)", onlyChanged: onlyChanged, back: "\(address)/editions/\(to)",
            backText: texts["editions.redline.to_edition"], href: href(new), oldHref: href(old))
        return try pages.render(RedlinePage(redline, setting, texts), in: context)
    }

    private func lineagePage(
        typed: [Int: String] = [:], errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let (draft, edition, _) = try await edition(context)
        // All of one moment: the comparison names rows by their places.
        let (redline, passages, before, confirmed) = try await pools.staff.read(
            as: context.actor, isolation: .repeatableRead, deadline: .seconds(30)
        ) { tx in
            let before = try tx.one(Edition.with(draft: draft.id, ordinal: edition.ordinal - 1), as: Edition.self)
            return (
                try EditionRedline.read(from: before, to: edition, tx),
                try tx.all(Passage.of(edition: edition.id), as: Passage.self),
                try tx.all(Passage.of(edition: before.id), as: Passage.self),
                try tx.first(SetOrigins.Confirmed.of(edition), as: SetOrigins.Confirmed.self)
            )
        }
        let page = LineagePage(
            edition, of: draft, redline: redline, passages: passages, before: before, confirmed: confirmed,
            typed: typed, mayEdit: try context.staff.has(.organiser), errors: errors, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func setLineage(_ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        let (draft, edition, passages) = try await working(context)
        let before = try await pools.staff.read(as: context.actor) { tx in
            let before = try tx.one(Edition.with(draft: draft.id, ordinal: edition.ordinal - 1), as: Edition.self)
            return try tx.all(Passage.of(edition: before.id), as: Passage.self)
        }
        let labels = PassageLabels(before)
        var (errors, positions, typed) = (FormErrors(), [Int: [Int]](), [Int: String]())
        for passage in passages where form.has("from-\(passage.id)") {
            let text = FormData.plainDigits(form.string("from-\(passage.id)"))
            // Left alone: what a colleague corrected since the page was opened stays.
            if form.has("was-\(passage.id)"), text == FormData.plainDigits(form.string("was-\(passage.id)")) {
                continue
            }
            typed[passage.id] = text
            // What means no row is told: only an empty field says that a row is new.
            let parts = text.split { "、，,;；".contains($0) || $0.isWhitespace }.map(String.init)
            if let wrong = parts.first(where: { labels.position(of: $0) == nil }) {
                errors.add(
                    "from-\(passage.id)",
                    texts[
                        "editions.errors.in_row",
                        ["row": texts.place(passage), "text": texts.noSuchOrigin(wrong, labels)]])
            }
            positions[passage.id] = Set(parts.compactMap(labels.position)).sorted()
        }
        guard errors.isEmpty else { return try await lineagePage(typed: typed, errors: errors, context) }
        do {
            try await SetOrigins(of: edition, positions: positions)(in: pools.staff, as: context.actor)
        } catch let unclear as SetOrigins.Contradiction {
            let errors = FormErrors(unclear.passages.map { ("from-\($0)", texts["editions.lineage.unclear"]) })
            return try await lineagePage(typed: typed, errors: errors, context)
        }
        context.visit.flash(.done, texts["editions.lineage.saved"])
        return .seeOther("/desk/drafts/\(draft.id)/editions/\(edition.ordinal)/lineage")
    }
}

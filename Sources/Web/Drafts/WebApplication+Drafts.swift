import Foundation
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// Drafts: what there is, and the ways in.
    func addDrafts(to router: Router<MinyiContext>) {
        let desk = desk(router)
        addDirectoryImport(to: desk)
        addTextImport(to: desk)
        desk.get("drafts") { _, context in try await draftList(context) }
        desk.get("drafts/:id") { _, context in try await draftPage(context) }
        desk.get("drafts/:id/editions/:ordinal") { request, context in try await editionPage(request, context) }
    }

    // MARK: What there is

    private func draftList(_ context: MinyiContext) async throws -> Response {
        let staff = try context.staff
        let drafts = try await pools.staff.read(as: staff.databaseActor) { try $0.all(Draft.all, as: Draft.self) }
        return try pages.render(
            DraftListPage(drafts, mayImport: staff.has(.organiser), context.texts), in: context)
    }

    private func draftPage(_ context: MinyiContext) async throws -> Response {
        let staff = try context.staff
        let id = try context.number("id")
        let (draft, editions, procedures) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (
                try tx.one(Draft.with(id: id), as: Draft.self), try tx.all(Edition.of(draft: id), as: Edition.self),
                try tx.all(Procedure.of(draft: id), as: Procedure.self)
            )
        }
        let page = DraftPage(
            draft, editions: editions, procedures: procedures, mayImport: staff.has(.organiser), context.texts)
        return try pages.render(page, in: context)
    }

    private func editionPage(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let staff = try context.staff
        let (id, ordinal) = (try context.number("id"), try context.number("ordinal"))
        let query = try request.query()
        let filter = DraftTable.Filter(
            text: String(query.string("q").unicodeScalars.prefix(100)), level1: query.string("level1"))
        let opinion = query.int("opinion")
        let (draft, edition, passages, confirmed, linking) = try await pools.staff.read(as: staff.databaseActor) { tx in
            let edition = try tx.one(Edition.with(draft: id, ordinal: ordinal), as: Edition.self)
            let linking = try opinion.flatMap { try tx.first(OpinionToLink.with(id: $0), as: OpinionToLink.self) }
            return (
                try tx.one(Draft.with(id: id), as: Draft.self), edition,
                try tx.all(Passage.of(edition: edition.id), as: Passage.self),
                try tx.first(SetOrigins.Confirmed.of(edition), as: SetOrigins.Confirmed.self),
                linking.flatMap { $0.draftID == id ? $0 : nil }
            )
        }
        let page = EditionPage(
            edition, of: draft, passages: passages, filter: filter, page: min(max(0, query.int("page") ?? 0), 1000),
            mayAsk: staff.has(.organiser), confirmed: confirmed, linking: linking, context.texts)
        return try pages.render(page, in: context)
    }

    func draft(_ context: MinyiContext) async throws -> Draft {
        let id = try context.number("id")
        return try await pools.staff.read(as: context.actor) { try $0.one(Draft.with(id: id), as: Draft.self) }
    }

    /// The units that exist and that a colleague works for.
    func unitsToOrganise(for staff: StaffActor) async throws -> [Participation.Unit] {
        try await pools.staff.read(as: staff.databaseActor) {
            try $0.all(Participation.Unit.all, as: Participation.Unit.self)
        }
        .filter { $0.validUntil == nil && staff.unitsToOrganise.contains($0.id) }
    }
}

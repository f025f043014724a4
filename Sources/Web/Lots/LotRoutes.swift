import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation
import Postgres

enum LotPages {
    static let all: [any Page.Type] = [
        LotPage.self, HowLotsWorkPage.self, LotDeskPage.self, ListDeskPage.self, MaterialsPage.self,
    ]
}

extension WebApplication {
    func addLots(to router: Router<MinyiContext>) {
        // It lies beside `web`; it is shown and handed out as it is.
        let script = FileManager.default.contents(atPath: configuration.root + "/../ops/lot/verify_lot.py").map(
            Array.init)
        router.get("/hearings/:number/lot") { request, context -> Response in
            let number = try context.text("number")
            do {
                return try await publicPages.page(
                    "/hearings/\(number)/lot", about: .gathering(number), request, context
                ) { context in
                    guard let page = LotPage(try await lots(of: number), context.texts) else { throw Problem.notFound }
                    return try pages.render(page, in: context)
                }
            } catch let problem as Problem where problem.reason == .notFound {
                // Whoever guesses the address, or comes too early, finds the hearing.
                guard try await gatherings.record(number)?.gathering.kind == .hearing else { throw problem }
                return .seeOther("/hearings/\(number)")
            }
        }
        router.get("/hearings/:number/lot.json") { request, context -> Response in
            let (number, wanted) = (try context.text("number"), try request.query().int("lot"))
            // Ten thousand numbers are not read and checked anew for everybody who asks for them.
            return try await publicPages.page(
                "/hearings/\(number)/lot.json" + (wanted.map { "?lot=\($0)" } ?? ""), about: .gathering(number),
                isOneOfMany: true, request, context
            ) { _ in
                let lots = try await lots(of: number)
                guard let found = wanted.map({ id in lots.first { $0.id == id } }) ?? lots.first else {
                    throw Problem.notFound
                }
                return .download(
                    found.json, filename: "\(found.lot.hearing)-lot.json",
                    contentType: "application/json; charset=utf-8")
            }
        }
        router.get("/how-lots-work") { request, context -> Response in
            try await publicPages.page("/how-lots-work", about: .site, request, context) { context in
                let page = HowLotsWorkPage(
                    title: context.texts["lots.how.title"], script: script.map { String(decoding: $0, as: UTF8.self) })
                return try pages.render(page, in: context)
            }
        }
        router.get("/verify_lot.py") { _, _ -> Response in
            guard let script else { throw Problem.notFound }
            return .download(script, filename: "verify_lot.py", contentType: "text/x-python; charset=utf-8")
        }
        router.get("/hearings/:number/materials/:id") { _, context -> Response in try await material(context) }
        let desk = desk(router)
        addLotDesk(to: desk)
        addParticipants(to: desk)
    }

    private func lots(of number: String) async throws -> [PublicLot] {
        try await pools.public.all(PublicLot.of(hearing: number), as: PublicLot.self)
    }

    /// A material, for who has opened the receipt of a registration that has a seat.
    private func material(_ context: MinyiContext) async throws -> Response {
        let (id, database) = (try context.number("id"), pools.public)
        for entry in receiptCookie(context).entries {
            let mac = intake.codes.mac(entry.code)
            let found = try await database.all(
                ParticipantMaterial.all(entry.number, mac: mac), as: ParticipantMaterial.self)
            guard let file = found.first(where: { $0.id == id })?.file else { continue }
            return .download(file, as: file.givenName) {
                try await ParticipantMaterial.chunk($0, of: id, entry.number, mac: mac, in: database)
            }
        }
        return .seeOther("/receipts")
    }

    /// The hearing in the path, where the member of staff may see it.
    /// - Parameter orForum: also a forum, which has materials and no lot.
    func lotHearing(orForum: Bool = false, _ context: MinyiContext) async throws -> LotHearing {
        let number = try context.text("number")
        let found = try await pools.staff.read(as: try context.staff.databaseActor) {
            try $0.first(LotHearing.with(number: number), as: LotHearing.self)
        }
        guard let found, orForum || found.kind == .hearing else { throw Problem.notFound }
        return found
    }

    /// The scan that was chosen now, or with an earlier press: a page cannot hand a file back, so it is stored before anything
    /// is asked.
    func keptScan(
        _ field: String = "scan", of hearing: LotHearing, _ errors: inout FormErrors, _ context: MinyiContext
    ) async throws -> Attachment? {
        let staff = try context.staff
        var id = UUID(uuidString: context.form.string("\(field)_kept"))
        if let file = context.form.file(field) {
            do {
                id = try await Attachment.store(
                    try file.bytes, name: file.filename, for: hearing.unitIDs.filter(staff.unitIDs.contains),
                    in: pools.staff, as: staff.databaseActor)
            } catch let refused as Attachment.Refused {
                errors.add(field, context.texts["attachments.\(refused.rawValue)"])
            }
        }
        guard let id else { return nil }
        return try await Attachment.find(id, in: pools.staff, as: staff.databaseActor)
    }
}

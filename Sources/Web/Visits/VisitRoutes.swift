import Documents
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation
import Postgres

enum VisitPages {
    static let all: [any Page.Type] = [FieldPage.self, RoundPage.self]
}

extension WebApplication {
    func addVisits(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("visits/:number/field") { _, context -> Response in
            try await fieldPage(try await visit(context), FieldForm(), context)
        }
        desk.get("visits/:number/token") { _, context -> Response in try .json(OutboxToken(context)) }
        desk.post("visits/:number/notes") { request, context -> Response in
            let it = try await visit(context)
            return request.asksForJSON
                ? try await takeNotes(of: it, context) : try await takeNote(of: it, context)
        }
        desk.post("visits/:number/photos") { request, context -> Response in
            try await takePhoto(of: try await visit(context), answersJSON: request.asksForJSON, context)
        }
        desk.post("visits/:number/photos/:key/remove") { _, context -> Response in
            let it = try await visit(context)
            guard let key = UUID(uuidString: try context.text("key")) else { throw Problem.notFound }
            try await GatheringPhoto.remove(key, in: pools.staff, as: context.staff.databaseActor)
            context.visit.flash(.done, context.texts["visits.field.photo_removed"])
            return .seeOther("/desk/visits/\(it.number)/field")
        }
        router.get("/visits/:number/photos/:key") { _, context -> Response in try await publicPhoto(context) }
        router.get("/forums/:number/photos/:key") { _, context -> Response in try await publicPhoto(context) }
        addRounds(to: desk)
        addCorrections(to: desk)
    }

    /// A visit, or a forum for its pictures, as this member of staff may see it.
    private func visit(_ context: MinyiContext) async throws -> Gathering {
        let number = try context.text("number")
        let found = try await pools.staff.read(as: context.staff.databaseActor) {
            try $0.first(Gathering.with(number: number), as: Gathering.self)
        }
        guard let found, found.kind != .hearing else { throw Problem.notFound }
        return found
    }

    private func fieldPage(
        _ it: Gathering, _ form: FieldForm, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let actor = try context.staff.databaseActor
        let (counts, photos) = try await pools.staff.read(as: actor) { tx in
            (
                try tx.one(FieldCounts.of(gathering: it.id), as: FieldCounts.self),
                try tx.all(GatheringPhoto.of(gathering: it.id), as: GatheringPhoto.self)
            )
        }
        let page = FieldPage(
            it, counts: counts, photos: photos, keeper: try context.staff.staffID, typed: form, errors: errors,
            context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func take(_ notes: [FieldNote], of it: Gathering, _ context: MinyiContext) async throws
        -> [TakeFieldNotes.Outcome]
    {
        try await TakeFieldNotes(gatheringID: it.id, notes: notes)(
            vault: intake.vault, codes: intake.codes, in: pools.staff, as: context.staff.databaseActor)
    }

    /// One note, from a browser without the script.
    private func takeNote(of it: Gathering, _ context: MinyiContext) async throws -> Response {
        var form = FieldForm(context.form)
        let outcomes = try await take([form.note(at: it.now)], of: it, context)
        if let fault = outcomes.first?.fault {
            // Sent before with other words, perhaps of somebody else: the next press sends it as a new one.
            if fault == .changed { (form.key, form.person) = (UUID(), UUID()) }
            let errors = FormErrors(fault.field, fault.sentence(context.texts))
            return try await fieldPage(it, form, errors: errors, context)
        }
        context.visit.flash(.done, context.texts["visits.field.kept"])
        return .seeOther("/desk/visits/\(it.number)/field")
    }

    private struct Sent: Encodable {
        struct Outcome: Encodable {
            let key: String
            let taken: Bool
            let note: String
            /// The visit takes no more: it stays to be kept otherwise.
            let over: Bool
        }
        let outcomes: [Outcome]
        /// What the server has now, in words.
        let stored: String
    }

    private func stored(_ it: Gathering, _ context: MinyiContext) async throws -> String {
        try await pools.staff.read(as: context.staff.databaseActor) {
            try $0.one(FieldCounts.of(gathering: it.id), as: FieldCounts.self)
        }.words(context.texts)
    }

    /// Those that waited in a phone.
    private func takeNotes(of it: Gathering, _ context: MinyiContext) async throws -> Response {
        guard let notes = try? FieldNote.list(json: context.form.jsonList("notes")) else { throw Problem.badRequest }
        let outcomes = try await take(notes, of: it, context)
        return try .json(
            Sent(
                outcomes: outcomes.map {
                    Sent.Outcome(
                        key: $0.key.uuidString.lowercased(), taken: $0.fault == nil,
                        note: $0.fault?.sentence(context.texts) ?? "", over: $0.fault == .over)
                }, stored: try await stored(it, context)))
    }

    private struct PhotoRefused: Encodable {
        let note: String
        let over: Bool
    }

    private func takePhoto(of it: Gathering, answersJSON: Bool, _ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        var (errors, isOver) = (FormErrors(), false)
        let file = form.file("photo").flatMap { $0.size > 0 ? $0 : nil }
        errors.require(file != nil, "photo", texts["visits.errors.photo"])
        if let file, errors.isEmpty {
            let taken = try? Date(
                form.string("taken_at"), strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            do {
                try await GatheringPhoto.store(
                    try file.bytes, key: UUID(uuidString: form.string("key")) ?? UUID(),
                    caption: form.string("caption"),
                    showsPeople: !form.has("nobody"), consents: form.has("consents"), takenAt: taken ?? it.now,
                    of: (it.id, it.unitIDs), vault: intake.vault, in: pools.staff, as: context.staff.databaseActor)
            } catch let fault as GatheringPhoto.CaptionFault {
                errors.add("caption", texts["visits.captions.\(fault.rawValue)"])
            } catch let refused as Attachment.Refused {
                let isOther = refused == .unknownType
                errors.add("photo", texts[isOther ? "visits.errors.kind" : "attachments.\(refused.rawValue)"])
            } catch {
                guard let sentence = texts.refusal(error) else { throw error }
                errors.add("photo", sentence)
                isOver = Refusal(error)?.constraint == "gathering_photos_over"
            }
        }
        guard errors.isEmpty else {
            if answersJSON {
                var answer = try Response.json(
                    PhotoRefused(note: errors.items.map(\.text).joined(separator: " "), over: isOver))
                answer.status = .unprocessableContent
                return answer
            }
            return try await fieldPage(it, FieldForm(form), errors: errors, context)
        }
        if answersJSON { return try .json(["outcome": "stored", "stored": try await stored(it, context)]) }
        context.visit.flash(.done, texts["visits.field.photo_kept"])
        return .seeOther("/desk/visits/\(it.number)/field")
    }

    /// A picture of a published record.
    private func publicPhoto(_ context: MinyiContext) async throws -> Response {
        let number = try context.text("number")
        guard let key = UUID(uuidString: try context.text("key")) else { throw Problem.notFound }
        let database = pools.public
        let kind = try await database.read {
            try $0.value(GatheringPhoto.Public.type(number, key), as: String?.self)
        }
        guard let kind else { throw Problem.notFound }
        let body = ResponseBody { writer in
            var ordinal = 0
            while let bytes = try await database.read({ [ordinal] tx in
                try tx.value(GatheringPhoto.Public.chunk(number, key, ordinal), as: [UInt8]?.self)
            }) {
                try await writer.write(ByteBuffer(bytes: bytes))
                ordinal += 1
            }
            try await writer.finish(nil)
        }
        // It may be sealed at any time.
        return Response(status: .ok, headers: [.contentType: kind, .cacheControl: "no-store"], body: body)
    }
}

extension Request {
    /// Sent by a script of ours, which reads the answer.
    fileprivate var asksForJSON: Bool { headers[.accept] == "application/json" }
}

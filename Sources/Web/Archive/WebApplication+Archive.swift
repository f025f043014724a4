import Documents
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation
import Postgres

extension WebApplication {
    /// The ledger of opinions and the file of a procedure.
    func addArchive(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("procedures/:number/file") { _, context in try await procedureFilePage(context) }
        desk.post("procedures/:number/file") { _, context in try await requestProcedureFile(context) }
        desk.post("procedures/:number/file/:id") { _, context in try await takeProcedureFile(context) }
        for format in LedgerSheet.Format.allCases {
            desk.post("procedures/:number/ledger.\(format.rawValue)") { _, context in
                try await ledger(format, context)
            }
        }
    }

    private func overview(_ context: MinyiContext) async throws -> ProcedureHeading {
        let found = try await ProcedureHeading.find(
            number: try context.text("number"), in: pools.staff, as: context.actor)
        guard let found else { throw Problem.notFound }
        return found
    }

    private func procedureFilePage(_ context: MinyiContext) async throws -> Response {
        let (it, staff) = (try await overview(context), try context.staff)
        let files = try await pools.staff.read(as: staff.databaseActor) {
            try $0.all(ProcedureFile.of(procedure: it.id), as: ProcedureFile.self)
        }
        return try pages.render(ProcedureFilePage(it, files: files, for: staff, context.texts), in: context)
    }

    private func requestProcedureFile(_ context: MinyiContext) async throws -> Response {
        let it = try await overview(context)
        guard let term = ProcedureFile.Term(rawValue: context.form.string("term")) else { throw Problem.badRequest }
        _ = try await ProcedureFile.request(procedureID: it.id, term: term, in: pools.staff, as: context.actor)
        return .seeOther("/desk/procedures/\(it.number)/file")
    }

    /// Who takes it is on record first; so it is a form and no link.
    private func takeProcedureFile(_ context: MinyiContext) async throws -> Response {
        let (it, id, actor) = (try await overview(context), try context.number("id"), context.actor)
        let file = try await pools.staff.read(as: actor) {
            try $0.one(ProcedureFile.with(id: id), as: ProcedureFile.self)
        }
        guard file.procedureID == it.id, let size = file.size else { throw Problem.notFound }
        try await ProcedureFile.noteTaken(id, in: pools.staff, as: actor)
        let staff = pools.staff
        let body = ResponseBody(contentLength: size) { writer in
            var ordinal = 0
            while let bytes = try await ProcedureFile.chunk(ordinal, of: id, in: staff, as: actor) {
                try await writer.write(ByteBuffer(bytes: bytes))
                ordinal += 1
            }
            try await writer.finish(nil)
        }
        var response = Response.download(body, filename: "\(it.number).zip", contentType: "application/zip")
        response.headers[.cacheControl] = "no-store"
        return response
    }

    // MARK: The ledger

    /// Who takes it is on record, as with the file: it holds what everybody said.
    private func ledger(_ format: LedgerSheet.Format, _ context: MinyiContext) async throws -> Response {
        let (it, texts) = (try await overview(context), context.texts)
        let sheet = LedgerSheet(
            name: "\(it.number) \(texts["archive.parts.ledger"])", heading: OpinionLedger.heading { texts[$0] })
        try await ProcedureFile.noteLedgerTaken(
            procedureID: it.id, as: format.rawValue, in: pools.staff, as: context.actor)
        do {
            return try await Self.ledgers.pass {
                try await pools.staff.read(as: context.actor, isolation: .repeatableRead, deadline: .seconds(300)) {
                    tx in
                    try sheet.file(as: format) { add in
                        try OpinionLedger.each(procedureID: it.id, tx, words: { texts[$0] }, add)
                    }
                }
            }.download
        } catch is SheetWriter.Full {
            throw Problem(
                .unprocessableContent, .badRequest,
                text: texts["archive.too_many", ["count": SheetWriter.Full.mostRows]])
        }
    }

    /// Long ones hold a connection for half a minute: two at a time leave the desk the others.
    private static let ledgers = Turnstile(atOnce: 2, longestQueue: 20)
}

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation

/// `/api/v1`: what programs send and read. Described in `web/openapi.json`, which a test holds against the routes.
///
/// No cookie is read below `/api`, so a request carries nothing that a browser adds by itself and there is nothing to
/// forge: no token is asked for. A page of another site cannot send `application/json` without asking first, and as nothing
/// here answers such a question (no CORS), browsers do not let it.
extension WebApplication {
    func addAPI(to router: Router<MinyiContext>) {
        let api = router.group("/api/v1")
        let description = apiDescription
        api.get("openapi.json") { _, _ -> Response in .json(bytes: description) }
        api.get("consultations") { request, context -> Response in
            try publicPages.admitSearch(context)
            let (shelf, after, limit) = try page(try request.query(), context.texts)
            let found = try await Consultation.list(shelf, after: after, limit: limit + 1, in: pools.public)
            let shown = found.prefix(limit).map { PublicData.Summary($0, publicURL: configuration.publicURL) }
            let next = found.count > limit ? found.prefix(limit).last?.id : nil
            return try .json(
                PublicData.List(
                    consultations: shown,
                    next: next.map { "/api/v1/consultations?shelf=\(shelf.rawValue)&limit=\(limit)&after=\($0)" }))
        }
        api.get("consultations/:number") { _, context -> Response in
            try publicPages.admitSearch(context)
            return try .json(PublicData.Whole(try await record(context), publicURL: configuration.publicURL))
        }
        api.post("consultations/:number/comments") { request, context -> Response in
            try await takeComment(request, context)
        }
        addMessagesAPI(to: api)
        addDirectoriesAPI(to: api)
    }

    private func takeComment(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let texts = context.texts
        let json = try await JSONBody(request, texts)
        let key = try idempotencyKey(request, texts)
        let record = try await record(context)
        let body = CommentBody(json, key: key, edition: record.consultation.editionID, texts)
        guard body.errors.isEmpty else { throw Problem.faulty(body.errors) }
        switch try await send(body.form, on: record, texts) {
        case .received(let receipt, let before):
            return try received(receipt, before: before)
        case .keyReused(let number):
            throw Problem.conflict(texts["api.key_reused", ["number": number]], code: "key_reused")
        case .refused(let consultation, let verdict):
            throw Problem.conflict(texts.whyNoComment(consultation) ?? "", code: verdict.rawValue)
        case .faulty(let errors): throw Problem.faulty(errors)
        case .unknownRow: throw Problem.faulty(FormErrors("row", texts["comments.errors.unknown_row"]))
        }
    }

    func received(_ receipt: NewReceipt, before: Bool) throws -> Response {
        var response = try Response.json(
            PublicData.Received(receipt, publicURL: configuration.publicURL), status: before ? .ok : .created)
        response.headers[.location] = "/receipts/\(receipt.number)"
        return response
    }

    func idempotencyKey(_ request: Request, _ texts: Texts) throws -> UUID {
        guard
            let key = HTTPField.Name("Idempotency-Key").flatMap({ request.headers[$0] }).flatMap(UUID.init(uuidString:))
        else { throw Problem(.badRequest, .badRequest, text: texts["api.no_key"]) }
        return key
    }

    /// Which consultations are asked for. Unlike a person's, a program's mistake is not passed over in silence.
    private func page(
        _ query: FormData, _ texts: Texts
    ) throws -> (shelf: Consultation.Shelf, after: Int?, limit: Int) {
        func refused(_ name: String) -> Problem { .query(name, texts) }
        guard let shelf = query.has("shelf") ? Consultation.Shelf(rawValue: query.exactly("shelf")) : .current else {
            throw refused("shelf")
        }
        let (after, limit) = (query.int("after"), query.has("limit") ? query.int("limit") : 30)
        guard !query.has("after") || after.map({ $0 > 0 }) == true else { throw refused("after") }
        guard let limit, (1...99).contains(limit) else { throw refused("limit") }
        return (shelf, after, limit)
    }
}

extension Problem {
    /// A value in the address that cannot be used.
    static func query(_ name: String, _ texts: Texts) -> Problem {
        Problem(.badRequest, .badRequest, text: texts["api.query", ["name": name]])
    }
}

extension Request {
    /// Below `/api` everything is JSON and nobody is known by a cookie.
    var isForAPI: Bool { head.path?.utf8.starts(with: "/api/".utf8) ?? false }
}

extension Response {
    /// What a program or a script of ours is answered; its keys are written in snake case.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        .json(bytes: try PublicData.encode(value), status: status)
    }

    static func json(bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

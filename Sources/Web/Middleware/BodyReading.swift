import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the body within its limit of size, above a minimum rate and within what all bodies together may take, and the
/// form in it.
package struct BodyReading: RouterMiddleware {
    package typealias Context = MinyiContext

    let pace: BodyPatience.Pace
    let budget: BodyBudget
    let sessions: SessionReading

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Without a length, an interrupted body could not be told from a whole one. Every browser sends it.
        if request.headers[.transferEncoding] != nil { throw Problem(.lengthRequired, .lengthRequired) }
        guard let length = request.headers[.contentLength].flatMap({ Int($0) }), length > 0 else {
            return try await next(request, context)
        }
        let limit = BodyLimits.limit(for: context.endpointPath)
        guard length <= limit else { throw Problem.tooLarge(limit: limit) }
        if length > BodyLimits.standard, BodyLimits.isForStaff(context.endpointPath) {
            // The large limits of the desk are for those who are signed in, and that is asked before anything is read.
            try await sessions.read(context)
            guard context.visit.staff != nil else { throw Problem(.unauthorized, .signedOut) }
        }
        let share = BodyBudget.Share(of: budget)
        defer { share.giveBack() }
        let body = try await collect(request.body, length: length, share: share, channel: context.channel)
        guard body.readableBytes == length else { throw Problem.badRequest }
        var request = request
        request.body = RequestBody(buffer: body)
        if !request.isForAPI { context.visit.form = try form(body, contentType: request.headers[.contentType]) }
        return try await next(request, context)
    }

    private func form(_ body: ByteBuffer, contentType: String?) throws -> FormData {
        switch HeaderParameters(contentType ?? "").value {
        case "application/x-www-form-urlencoded":
            return FormData(fields: try URLEncodedFields.decode(body.readableBytesView))
        case "multipart/form-data":
            guard let boundary = Multipart.boundary(ofContentType: contentType ?? "") else { throw BadForm.broken }
            return try Multipart.decode(Array(body.readableBytesView), boundary: boundary)
        default:
            throw Problem(.unsupportedMediaType, .unsupportedType)
        }
    }

    private func collect(
        _ body: RequestBody, length: Int, share: BodyBudget.Share, channel: any Channel
    ) async throws -> ByteBuffer {
        var collected = ByteBuffer()
        let patience = BodyPatience(pace)
        var watching: RepeatedTask?
        defer { watching?.cancel() }
        do {
            for try await part in body {
                guard collected.readableBytes + part.readableBytes <= length else { throw Problem.badRequest }
                guard share.grow(by: part.readableBytes) else { throw Problem.overloaded }
                patience.earn(bytes: part.readableBytes)
                if collected.readableBytes == 0 { collected = part } else { collected.writeImmutableBuffer(part) }
                // Most forms come in one piece and need no watch.
                if watching == nil, collected.readableBytes < length { watching = patience.watch(channel) }
            }
        } catch {
            throw patience.isOver ? Problem(.requestTimeout, .tooSlow) : error
        }
        if patience.isOver { throw Problem(.requestTimeout, .tooSlow) }
        return collected
    }
}

import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the body within its limit of size, above a minimum rate and within what all bodies together may take, and the
/// form in it.
package struct BodyReading: RouterMiddleware {
    package typealias Context = MinyiContext

    let pace: BodyPatience.Pace
    let budget: BodyBudget
    /// What files on their way may take on disk.
    let uploads: BodyBudget
    let sessions: SessionReading

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Without a length, an interrupted body could not be told from a whole one. Every browser sends it.
        if request.headers[.transferEncoding] != nil { throw Problem(.lengthRequired, .lengthRequired) }
        guard let length = request.headers[.contentLength].flatMap({ Int($0) }), length > 0 else {
            return try await next(request, context)
        }
        let contentType = request.headers[.contentType] ?? ""
        let hasFiles = !request.isForAPI && HeaderParameters(contentType).value == "multipart/form-data"
        let limit = BodyLimits.limit(for: context.endpointPath, withFiles: hasFiles)
        guard length <= limit else { throw Problem.tooLarge(limit: limit) }
        if length > BodyLimits.standard, BodyLimits.isForStaff(context.endpointPath) {
            // The large limits of the desk are for those who are signed in, and that is asked before anything is read.
            try await sessions.read(context)
            guard context.visit.staff != nil else { throw Problem(.unauthorized, .signedOut) }
        }
        let memory = BodyBudget.Share(of: budget)
        let disk = BodyBudget.Share(of: uploads)
        defer {
            memory.giveBack()
            disk.giveBack()
        }
        var request = request
        if hasFiles {
            guard let boundary = Multipart.boundary(ofContentType: contentType) else { throw BadForm.broken }
            var reader = Multipart(boundary: boundary)
            try await receive(request.body, length: length, channel: context.channel) { part in
                try reader.feed(part.readableBytesView)
                try await reader.openFile?.settle()
                guard memory.reach(reader.inMemory), disk.reach(reader.onDisk) else { throw Problem.overloaded }
            }
            context.visit.form = try reader.finish()
            return try await next(request, context)
        }
        var body = ByteBuffer()
        try await receive(request.body, length: length, channel: context.channel) { part in
            guard memory.reach(body.readableBytes + part.readableBytes) else { throw Problem.overloaded }
            if body.readableBytes == 0 { body = part } else { body.writeImmutableBuffer(part) }
        }
        request.body = RequestBody(buffer: body)
        if !request.isForAPI { context.visit.form = try form(body, contentType: contentType) }
        return try await next(request, context)
    }

    private func form(_ body: ByteBuffer, contentType: String) throws -> FormData {
        guard HeaderParameters(contentType).value == "application/x-www-form-urlencoded" else {
            throw Problem(.unsupportedMediaType, .unsupportedType)
        }
        return FormData(fields: try URLEncodedFields.decode(body.readableBytesView))
    }

    /// Hands over a body part by part, until all of it has come.
    private func receive(
        _ body: RequestBody, length: Int, channel: any Channel, _ take: (ByteBuffer) async throws -> Void
    ) async throws {
        var received = 0
        let patience = BodyPatience(pace)
        var watching: RepeatedTask?
        defer { watching?.cancel() }
        do {
            for try await part in body {
                received += part.readableBytes
                guard received <= length else { throw Problem.badRequest }
                patience.earn(bytes: part.readableBytes)
                try await take(part)
                // Most forms come in one piece and need no watch.
                if watching == nil, received < length { watching = patience.watch(channel) }
            }
        } catch {
            throw patience.isOver ? Problem(.requestTimeout, .tooSlow) : error
        }
        if patience.isOver { throw Problem(.requestTimeout, .tooSlow) }
        guard received == length else { throw Problem.badRequest }
    }
}

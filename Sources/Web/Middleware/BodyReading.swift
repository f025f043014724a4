import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Reads the body within its limit of size and above a minimum rate, and the form in it. The idle timeout alone does not
/// end a body that drips: each drop counts as activity.
package struct BodyReading: RouterMiddleware {
    package typealias Context = MinyiContext

    /// How slow a body may be. A minimum rate and not a total: a scan sent over a village's 2G line takes its minutes.
    package struct Pace: Sendable {
        package var grace: Duration
        package var bytesPerSecond: Int

        package init(grace: Duration, bytesPerSecond: Int) {
            self.grace = grace
            self.bytesPerSecond = bytesPerSecond
        }

        package static let standard = Pace(grace: .seconds(20), bytesPerSecond: 500)

        func allows(_ received: Int, after elapsed: Duration) -> Bool {
            guard elapsed > grace else { return true }
            let seconds = Double((elapsed - grace).components.seconds) + 1
            return Double(received) >= seconds * Double(bytesPerSecond)
        }
    }

    let pace: Pace

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
        let body = try await collect(request.body, length: length)
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

    private final class Progress: Sendable {
        private let bytes = Mutex(0)
        func add(_ count: Int) { bytes.withLock { $0 += count } }
        var received: Int { bytes.withLock { $0 } }
    }

    private func collect(_ body: RequestBody, length: Int) async throws -> ByteBuffer {
        let progress = Progress()
        let pace = pace
        return try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
            group.addTask {
                var collected = ByteBuffer()
                collected.reserveCapacity(length)
                for try await part in body {
                    guard collected.readableBytes + part.readableBytes <= length else { throw Problem.badRequest }
                    collected.writeImmutableBuffer(part)
                    progress.add(part.readableBytes)
                }
                return collected
            }
            group.addTask {
                let clock = ContinuousClock()
                let start = clock.now
                let step = min(pace.grace, .seconds(1)) + .milliseconds(10)
                while true {
                    try await Task.sleep(for: step)
                    guard pace.allows(progress.received, after: clock.now - start) else {
                        throw Problem(.requestTimeout, .tooSlow)
                    }
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? ByteBuffer()
        }
    }
}

import HTTPTypes
import Hummingbird
import Logging
import Metrics

/// One line and one measurement a request: the route's template, never the path, query, address or name of anyone.
struct RequestLog: RouterMiddleware {
    typealias Context = MinyiContext
    let measurements: Measurements

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let clock = ContinuousClock()
        let start = clock.now
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            // Nothing should come this far; if it does, it is counted before it becomes a bare response.
            note(request, context, status: 500, took: clock.now - start)
            throw error
        }
        note(request, context, status: response.status.code, took: clock.now - start)
        return response
    }

    private func note(_ request: Request, _ context: Context, status: Int, took: Duration) {
        let route = context.endpointPath ?? "-"
        let method = Self.known(request.method)
        let nanoseconds = took.components.seconds * 1_000_000_000 + took.components.attoseconds / 1_000_000_000
        context.logger.info(
            "request",
            metadata: [
                "method": .string(method), "route": .string(route), "status": .stringConvertible(status),
                "ms": .stringConvertible(Double(nanoseconds / 100_000) / 10),
            ])
        let dimensions = [("method", method), ("route", route), ("status", String(status))]
        Counter(label: "minyi_requests", dimensions: dimensions, factory: measurements).increment()
        Timer(label: "minyi_request_duration", dimensions: [("route", route)], factory: measurements)
            .recordNanoseconds(nanoseconds)
    }

    /// Any token can be a method; only the common ones may become a label.
    private static func known(_ method: HTTPRequest.Method) -> String {
        [.get, .head, .post, .put, .patch, .delete, .options].contains(method) ? method.rawValue : "other"
    }
}

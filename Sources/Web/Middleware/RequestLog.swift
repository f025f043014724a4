import HTTPTypes
import Hummingbird
import Logging
import Metrics
import Synchronization

/// One line and one measurement a request: the route's template, never the path, query, address or name of anyone.
final class RequestLog: RouterMiddleware {
    typealias Context = MinyiContext

    /// Requests that are counted together.
    private struct Kind: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private let measurements: Measurements
    /// Made once for each kind; looking a series up by its labels costs more than a page from memory.
    private let handles = Mutex<[Kind: (count: Counter, time: Timer)]>([:])

    init(measurements: Measurements) { self.measurements = measurements }

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
        let handles = handles(of: Kind(method: method, route: route, status: status))
        handles.count.increment()
        handles.time.recordNanoseconds(nanoseconds)
    }

    private func handles(of kind: Kind) -> (count: Counter, time: Timer) {
        handles.withLock { handles in
            if let known = handles[kind] { return known }
            let dimensions = [("method", kind.method), ("route", kind.route), ("status", String(kind.status))]
            let made = (
                count: Counter(label: "minyi_requests", dimensions: dimensions, factory: measurements),
                time: Timer(
                    label: "minyi_request_duration", dimensions: [("route", kind.route)], factory: measurements)
            )
            handles[kind] = made
            return made
        }
    }

    /// Any token can be a method; only the common ones may become a label.
    private static func known(_ method: HTTPRequest.Method) -> String {
        [.get, .head, .post, .put, .patch, .delete, .options].contains(method) ? method.rawValue : "other"
    }
}

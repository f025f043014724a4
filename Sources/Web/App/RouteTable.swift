import HTTPTypes
import Hummingbird
import Synchronization

/// Which methods exist at a path, to tell 405 from 404. Filled when all routes are known.
final class RouteTable: Sendable {
    private let routes = Mutex<[(path: RouterPath, method: HTTPRequest.Method)]>([])

    func fill(from router: Router<MinyiContext>) {
        routes.withLock { $0 = router.routes.map { ($0.path, $0.method) } }
    }

    /// The methods at this path, sorted; empty when no route has it.
    func methods(at path: String) -> [HTTPRequest.Method] {
        let segments = path.split(separator: "/", omittingEmptySubsequences: true)
        let found = routes.withLock { $0.filter { Self.matches($0.path, segments) }.map(\.method) }
        var methods = Set(found)
        if methods.contains(.get) { methods.insert(.head) }
        return methods.sorted { $0.rawValue < $1.rawValue }
    }

    private static func matches(_ path: RouterPath, _ segments: [Substring]) -> Bool {
        for (index, element) in path.components.enumerated() {
            if element.description == "**" { return true }
            guard index < segments.count, element ~= segments[index] else { return false }
        }
        return path.components.count == segments.count
    }
}

import Participation
import ServiceLifecycle

/// Keeps a serving process informed of what has changed.
struct FreshnessWatch: Service {
    let freshness: Freshness

    func run() async throws {
        await cancelWhenGracefulShutdown { await freshness.watch() }
    }
}

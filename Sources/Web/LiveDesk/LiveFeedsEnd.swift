import Participation
import ServiceLifecycle

/// Ends the streams of screens when the server is told to end: they would never end by themselves.
struct LiveFeedsEnd: Service {
    let live: LiveFeeds

    func run() async throws {
        try? await gracefulShutdown()
        live.end()
    }
}

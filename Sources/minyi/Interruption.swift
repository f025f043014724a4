import Glibc
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Ctrl-C and the other ways to ask a process to stop. The first one stops in order (web, then database), the second at
/// once.
final class Interruption: Sendable {
    private struct State {
        var stop: (@Sendable () async -> Void)?
        var postmaster: @Sendable () -> pid_t? = { nil }
        var asked: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Does the work, and stops it when a signal asks to.
    /// - Throws: what the work throws; nothing when it was asked to stop.
    static func stoppable(_ work: @escaping @Sendable (Interruption) async throws -> Void) async throws {
        let interruption = Interruption()
        let working = Task { try await work(interruption) }
        interruption.whenAsked { working.cancel() }
        let listening = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
                await interruption.ask()
            }
        }
        defer { listening.cancel() }
        do {
            try await working.value
        } catch {
            guard interruption.wasAsked else { throw error }
            if let failure = error as? StartFailure { throw failure }
        }
    }

    var wasAsked: Bool { state.withLock { $0.asked != nil } }

    /// Sets how the current phase is stopped in order; before the services run, that is to cancel the task.
    func whenAsked(_ stop: @escaping @Sendable () async -> Void) {
        state.withLock { $0.stop = stop }
    }

    /// How to find the server to stop at once when a person insists.
    func remember(postmaster: @escaping @Sendable () -> pid_t?) {
        state.withLock { $0.postmaster = postmaster }
    }

    /// Runs the services until one ends or a signal asks to stop; they stop in the reverse of their order.
    func run(_ group: ServiceGroup) async throws {
        whenAsked { await group.triggerGracefulShutdown() }
        // Asked between two phases: the stop that was set then has come too late for this one.
        if wasAsked { return }
        try await group.run()
    }

    private func ask() async {
        let (earlier, stop, postmaster) = state.withLock { state in
            let earlier = state.asked
            if earlier == nil { state.asked = .now }
            return (earlier, state.stop, state.postmaster)
        }
        // sudo and the like pass a signal on that the terminal has sent us already: one wish, not two.
        if let earlier, earlier.duration(to: .now) < .milliseconds(500) { return }
        if earlier == nil {
            Console.progress("\nStopping… (once more: at once)")
            await stop?()
        } else {
            Console.progress("Stopping at once.")
            if let postmaster = postmaster() { kill(postmaster, SIGQUIT) }
            exit(130)
        }
    }
}

import Glibc
import SystemPackage

/// What the person at the terminal reads. Standard output carries what was asked for, standard error the progress.
enum Console {
    /// Writes a line at once, also when standard output is a pipe.
    static func say(_ line: String) {
        write(line, to: .standardOutput)
    }

    /// Writes a line about how the work goes.
    static func progress(_ line: String) {
        write(line, to: .standardError)
    }

    /// Does a long step: names it first, and shows every five seconds that it is still at work.
    static func during<Result: Sendable>(
        _ step: String, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        progress("· \(step)")
        let ticking = Task {
            for seconds in stride(from: 5, through: 3600, by: 5) {
                try await Task.sleep(for: .seconds(5))
                progress("  still at it: \(step) (\(seconds) s)")
            }
        }
        defer { ticking.cancel() }
        return try await work()
    }

    private static func write(_ line: String, to descriptor: FileDescriptor) {
        // A closed terminal or pipe is no reason to stop a server.
        _ = try? descriptor.writeAll((line + "\n").utf8)
    }
}

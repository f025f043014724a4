import Foundation
import Glibc

/// A PostgreSQL server process of a cluster, as its `postmaster.pid` describes it.
struct Postmaster: Sendable {
    enum State: Sendable, Equatable { case starting, ready, stopping }
    enum Shutdown: Sendable {
        /// Ends sessions, writes a checkpoint.
        case fast
        /// Leaves at once; the next start recovers from the log.
        case immediate
    }

    let processID: pid_t
    let socketDirectory: String
    let state: State

    /// Returns the server that runs on the cluster now; nil when none does, whatever an old file says.
    static func running(on cluster: String) -> Postmaster? {
        guard let text = try? String(contentsOfFile: cluster + "/postmaster.pid", encoding: .utf8) else { return nil }
        // pid, data directory, start time, port, socket directory, listen address, shared memory, status
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard let first = lines.first, let processID = pid_t(first), isAlive(processID),
            isServing(processID, cluster: cluster)
        else { return nil }
        let state: State =
            switch lines.count > 7 ? lines[7] : "starting" {
            case "ready": .ready
            case "stopping": .stopping
            default: .starting
            }
        return Postmaster(processID: processID, socketDirectory: lines.count > 4 ? lines[4] : "", state: state)
    }

    /// A process that ended but was not yet collected counts as ended.
    static func isAlive(_ processID: pid_t) -> Bool {
        guard let line = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8),
            let afterName = line.lastIndex(of: ")")
        else { return false }
        let state = line[line.index(after: afterName)...].first { $0 != " " }
        return state != "Z" && state != "X"
    }

    /// A pid can be used again by something else: only a process that works in the cluster's folder is the server.
    private static func isServing(_ processID: pid_t, cluster: String) -> Bool {
        guard let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(processID)/cwd") else {
            return false
        }
        return folder == URL(fileURLWithPath: cluster).resolvingSymlinksInPath().path
    }

    /// Stops the server and waits until it has ended. Not shortened by cancellation: a stop is what follows one.
    static func stop(_ processID: pid_t, _ shutdown: Shutdown) async {
        await Task.detached {
            kill(processID, shutdown == .fast ? SIGINT : SIGQUIT)
            var waited = 0
            while isAlive(processID) {
                try? await Task.sleep(for: .milliseconds(50))
                waited += 1
                if waited == 60 * 20 {
                    Console.progress("PostgreSQL has not stopped within a minute; stopping it at once.")
                    kill(processID, SIGQUIT)
                }
            }
        }.value
    }
}

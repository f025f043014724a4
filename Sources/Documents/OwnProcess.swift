import Subprocess
import SystemPackage

/// A program that makes something of what it is given: a process of its own, with limits and an empty environment.
enum OwnProcess {
    /// - Parameters:
    ///   - outOfMemory: the code with which it says that its own limit of memory is reached.
    ///   - read: what is made of its output, within the same time.
    /// - Throws: `DocumentFault` when it fails, says too much or takes too long; what `read` throws.
    static func output<Made: Sendable>(
        of program: String, _ arguments: [String], input bytes: [UInt8], limit: Int, time: Duration,
        outOfMemory: Int32? = nil, read: @escaping @Sendable ([UInt8]) throws -> Made
    ) async throws -> Made {
        var options = PlatformOptions()
        options.createSession = true
        let command = Configuration(
            executable: .path(FilePath(program)), arguments: Arguments(arguments),
            environment: .custom(["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]), workingDirectory: "/",
            platformOptions: options)
        return try await withThrowingTaskGroup(of: Made.self) { group in
            group.addTask {
                do {
                    let result = try await run(
                        command, input: .array(bytes), output: .bytes(limit: limit), error: .discarded)
                    switch result.terminationStatus {
                    case .exited(0): return try read(result.standardOutput)
                    case .exited(let code) where code == outOfMemory: throw DocumentFault.unpacksTooLarge
                    default: throw DocumentFault.broken
                    }
                } catch let error as SubprocessError where error.code == .outputLimitExceeded {
                    throw DocumentFault.unpacksTooLarge
                }
            }
            group.addTask {
                try await Task.sleep(for: time)
                throw DocumentFault.tooSlow
            }
            // The other one is cancelled, and a process with it is killed.
            defer { group.cancelAll() }
            guard let made = try await group.next() else { throw DocumentFault.broken }
            return made
        }
    }
}

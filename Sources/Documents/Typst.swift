import Foundation
import Subprocess
import SystemPackage

/// Typst, which makes PDF, as the package of that name on PyPI has it. It is an optional part of an installation: `ops/typst` puts it in
/// `var/typst`.
package struct Typst: Sendable {
    private let python: String
    private let script: String

    private static let time = Duration.seconds(45)
    private static let mostOutput = 10 * 1024 * 1024

    /// Nil where it is not installed.
    /// - Parameter root: the folder with `web/` and `var/`.
    package init?(root: String) {
        python = root + "/var/typst/bin/python"
        script = root + "/web/documents/report.py"
        guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
    }

    /// A document from our own template and what stands in it, as JSON. - Throws: `DocumentFault`.
    package func pdf(of json: [UInt8]) async throws -> [UInt8] {
        try await OwnProcess.output(
            of: python, ["-I", script], input: json, limit: Self.mostOutput, time: Self.time)
    }
}

/// A program that makes something of what it is given, with limits and an empty environment.
enum OwnProcess {
    /// - Throws: `DocumentFault` when it fails, says too much or takes too long.
    static func output(
        of program: String, _ arguments: [String], input bytes: [UInt8], limit: Int, time: Duration
    ) async throws -> [UInt8] {
        var options = PlatformOptions()
        options.createSession = true
        let command = Configuration(
            executable: .path(FilePath(program)), arguments: Arguments(arguments),
            environment: .custom(["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]), workingDirectory: "/",
            platformOptions: options)
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                do {
                    let result = try await run(
                        command, input: .array(bytes), output: .bytes(limit: limit), error: .discarded)
                    guard case .exited(0) = result.terminationStatus else { throw DocumentFault.broken }
                    return result.standardOutput
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
            guard let output = try await group.next() else { throw DocumentFault.broken }
            return output
        }
    }
}

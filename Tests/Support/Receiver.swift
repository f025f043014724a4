import Foundation
import Glibc
import Synchronization

/// Somebody outside who takes mails or webhooks: a program of `Tests/Receivers` that runs as long as this is held.
package final class Receiver: Sendable {
    private let process: RunningProgram
    private let printed: Printed

    /// - Parameter arguments: see the program.
    package static func start(_ name: String, _ arguments: [String] = []) async throws -> Receiver {
        let script = try Repository.root().appendingPathComponent("Tests/Receivers/\(name)_receiver.py").path
        let printed = try Printed()
        // Debian's Python: aiosmtpd is one of its packages.
        let receiver = Receiver(
            process: try RunningProgram("/usr/bin/python3", [script] + arguments, into: printed), printed: printed)
        _ = try await receiver.lines(atLeast: 0)
        return receiver
    }

    private init(process: RunningProgram, printed: Printed) { (self.process, self.printed) = (process, printed) }

    package var port: Int { printed.objects.first?["port"] as? Int ?? 0 }

    /// What it has received so far, as its lines say; waits until there are so many.
    package func lines(atLeast count: Int) async throws -> [[String: Any]] {
        try await wait(until: "\(count) have come") { printed.objects.count > count }
        return Array(printed.objects.dropFirst())
    }

    /// A certificate for localhost that signs itself, and its key.
    package static func makeCertificate() throws -> (certificate: String, key: String) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "minyi-certificate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (certificate, key) = (folder.path + "/certificate.pem", folder.path + "/key.pem")
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out",
            certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        return (certificate, key)
    }
}

/// The lines of JSON that a program prints into a file. A pipe would be read by a source of Dispatch's, which once crashed when its end was
/// closed with the program.
private final class Printed: Sendable {
    private let file: URL

    init() throws {
        file = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-printed-\(UUID().uuidString)")
        try Data().write(to: file)
    }

    func writing() throws -> FileHandle { try FileHandle(forWritingTo: file) }

    var objects: [[String: Any]] {
        let whole = (try? Data(contentsOf: file)) ?? Data()
        return whole.split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]
        }
    }

    deinit { try? FileManager.default.removeItem(at: file) }
}

/// A program that ends with this.
private final class RunningProgram: Sendable {
    private let process: Mutex<Process>

    init(_ path: String, _ arguments: [String], into printed: Printed) throws {
        let (process, output) = (Process(), try printed.writing())
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        try output.close()
        self.process = Mutex(process)
    }

    // Tests block the softer signals, and so do their children.
    deinit { process.withLock { _ = kill($0.processIdentifier, SIGKILL) } }
}

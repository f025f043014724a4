import ArgumentParser
import Foundation

/// The options every command understands.
struct CommonOptions: ParsableArguments {
    @Option(help: "Settings file in JSON (default: /etc/minyi/minyi.json, when it exists).")
    var config: String?

    @Option(help: "Folder that holds web/ and sql/ (default: found beside the program).")
    var root: String?

    @Option(name: .customLong("data"), help: "Folder of the embedded database and the secrets.")
    var dataDirectory: String?

    func settings(host: String? = nil, port: Int? = nil) async throws -> Settings {
        try await Settings.read(options: self, host: host, port: port)
    }

    /// The folder that holds web/ and sql/, for what is done without a database: whoever does it need not be let read the settings file.
    func programRoot() throws -> String {
        try ProgramRoot.find(
            given: root ?? ProcessInfo.processInfo.environment["MINYI_ROOT"].flatMap { $0.isEmpty ? nil : $0 })
    }
}

import ArgumentParser

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
}

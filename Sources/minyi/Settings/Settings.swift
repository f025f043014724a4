import Configuration
import Foundation
import Logging
import Participation

/// How one installation is set up. Read, strongest first, from the command line, the environment (`MINYI_…`) and a JSON
/// file. README.md lists every setting; an empty one counts as not set.
struct Settings: Sendable {
    /// The folder with `web/` and `sql/`.
    var root: String
    var host: String
    var port: Int
    /// How people reach the site, for links that leave it: `https://minyi.example.gov.cn`.
    var publicAddress: String?
    /// The folder of the embedded cluster, when it was chosen.
    var dataDirectory: String?
    /// The folder of keys and passwords, when it was chosen.
    var secretsDirectory: String?
    /// An existing server; empty for the embedded one.
    var databases: DatabaseAddresses
    /// A setting that should say where the database is, and is empty, while no other says it. What was to be the county's database must
    /// not become a new one without a word.
    var emptyAddress: String?
    /// Replicas that answer visitors' reads, when there are any.
    var replicas: String?
    /// Whether a proxy of ours stands in front, so that `X-Forwarded-For` can be believed.
    var behindProxy: Bool
    var notices: NoticeSettings
    var openID: OpenIDSettings?
    var logLevel: Logger.Level

    static let usualFile = "/etc/minyi/minyi.json"

    /// - Throws: `StartFailure` naming the setting that cannot be used.
    static func read(options: CommonOptions, host: String? = nil, port: Int? = nil) async throws -> Settings {
        let source = try await SettingsSource(file: options.config)
        var settings = Settings(
            root: try ProgramRoot.find(given: options.root ?? source.text("root")),
            host: host ?? source.text("host") ?? "127.0.0.1",
            port: try port ?? source.number("port") ?? 8080,
            publicAddress: source.text("public.url"),
            dataDirectory: (options.dataDirectory ?? source.text("data")).map(absolute),
            secretsDirectory: source.text("secrets").map(absolute),
            databases: DatabaseAddresses(),
            behindProxy: try source.flag("behindProxy") ?? false,
            notices: try NoticeSettings(source),
            openID: try OpenIDSettings(source),
            logLevel: .info)
        for login in DatabaseRoles.Login.allCases {
            settings.databases[login] = source.text(login.key, isSecret: true)
        }
        settings.replicas = source.text("database.replicaUrl", isSecret: true)
        if settings.databases.isEmpty, settings.dataDirectory == nil {
            let login = DatabaseRoles.Login.allCases.first { source.isEmpty($0.key) }
            settings.emptyAddress = login?.setting ?? (source.isEmpty("data") ? "MINYI_DATA" : nil)
        }
        guard (1...65535).contains(settings.port) else {
            throw StartFailure("The port must be a number from 1 to 65535, and is \(settings.port).")
        }
        if let level = source.text("logLevel") {
            guard let known = Logger.Level(rawValue: level) else {
                let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw StartFailure("MINYI_LOG_LEVEL is '\(level)'; it must be one of \(levels).")
            }
            settings.logLevel = known
        }
        return settings
    }

    static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}

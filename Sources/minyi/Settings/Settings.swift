import Configuration
import Foundation
import Logging
import Participation
import SystemPackage

/// How one installation is set up. Read, strongest first, from the command line, the environment (`MINYI_…`) and a JSON
/// file. README.md lists every setting.
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
        let config = try await reader(file: options.config)
        var settings = Settings(
            root: try ProgramRoot.find(given: options.root ?? config.string(forKey: "root")),
            host: host ?? config.string(forKey: "host", default: "127.0.0.1"),
            port: try port ?? number(config, "port") ?? 8080,
            publicAddress: config.string(forKey: "public.url"),
            dataDirectory: (options.dataDirectory ?? config.string(forKey: "data")).map(absolute),
            secretsDirectory: config.string(forKey: "secrets").map(absolute),
            databases: DatabaseAddresses(),
            behindProxy: config.bool(forKey: "behindProxy", default: false),
            notices: try NoticeSettings(config),
            openID: try OpenIDSettings(config),
            logLevel: .info)
        settings.databases[.owner] = config.string(forKey: "database.ownerUrl", isSecret: true)
        settings.databases[.public] = config.string(forKey: "database.publicUrl", isSecret: true)
        settings.databases[.staff] = config.string(forKey: "database.staffUrl", isSecret: true)
        settings.databases[.work] = config.string(forKey: "database.workUrl", isSecret: true)
        settings.replicas = config.string(forKey: "database.replicaUrl", isSecret: true)
        guard (1...65535).contains(settings.port) else {
            throw StartFailure("The port must be a number from 1 to 65535, and is \(settings.port).")
        }
        if let level = config.string(forKey: "logLevel") {
            guard let known = Logger.Level(rawValue: level) else {
                let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw StartFailure("MINYI_LOG_LEVEL is '\(level)'; it must be one of \(levels).")
            }
            settings.logLevel = known
        }
        return settings
    }

    private static func reader(file: String?) async throws -> ConfigReader {
        let environment = EnvironmentVariablesProvider().prefixKeys(with: "minyi")
        let path = file.map(absolute) ?? usualFile
        do {
            let fromFile = try await FileProvider<JSONSnapshot>(
                filePath: FilePath(path), allowMissing: file == nil)
            return ConfigReader(providers: [environment, fromFile])
        } catch {
            throw StartFailure("The settings file \(path) cannot be read: \(error)")
        }
    }

    /// A setting that is there but is no number must not fall back to the usual value without a word.
    private static func number(_ config: ConfigReader, _ key: ConfigKey) throws -> Int? {
        if let number = config.int(forKey: key) { return number }
        guard let text = config.string(forKey: key) else { return nil }
        throw StartFailure("The setting \(key) is '\(text)'; it must be a number.")
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}

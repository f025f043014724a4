import Configuration
import SystemPackage

/// What was set, strongest first: the environment (`MINYI_…`), then the settings file.
///
/// An empty setting counts as not set: then the file holds, or what is usual. People leave one out by `NAME=`, and so do tools that
/// fill in templates.
struct SettingsSource: Sendable {
    private let readers: [ConfigReader]

    /// - Throws: `StartFailure` when the file cannot be read, or is missing though it was named.
    init(file: String?) async throws {
        let environment = EnvironmentVariablesProvider().prefixKeys(with: "minyi")
        let path = Settings.absolute(file ?? Settings.usualFile)
        do {
            let fromFile = try await FileProvider<JSONSnapshot>(filePath: FilePath(path), allowMissing: file == nil)
            readers = [ConfigReader(provider: environment), ConfigReader(provider: fromFile)]
        } catch {
            throw StartFailure("The settings file \(path) cannot be read: \(error)")
        }
    }

    func text(_ key: ConfigKey, isSecret: Bool = false) -> String? {
        for reader in readers {
            if let text = reader.string(forKey: key, isSecret: isSecret), Self.saysSomething(text) { return text }
        }
        return nil
    }

    /// - Throws: `StartFailure` for what is there and no number.
    func number(_ key: ConfigKey) throws -> Int? {
        try value(key, "a number", read: { $0.int(forKey: key) }, parse: { Int($0) })
    }

    /// - Throws: `StartFailure` for what is there and neither true nor false.
    func flag(_ key: ConfigKey) throws -> Bool? {
        try value(key, "true or false", read: { $0.bool(forKey: key) }, parse: { Bool($0) })
    }

    /// Whether it is there, and nowhere says anything.
    func isEmpty(_ key: ConfigKey) -> Bool {
        text(key, isSecret: true) == nil && readers.contains { $0.string(forKey: key, isSecret: true) != nil }
    }

    /// What cannot be read must not fall back to what is usual without a word. In the file it may stand between quotation marks.
    private func value<Value>(
        _ key: ConfigKey, _ kind: String, read: (ConfigReader) -> Value?, parse: (String) -> Value?
    ) throws -> Value? {
        for reader in readers {
            if let value = read(reader) { return value }
            guard let text = reader.string(forKey: key), Self.saysSomething(text) else { continue }
            guard let value = parse(text) else {
                throw StartFailure("The setting \(key) is '\(text)'; it must be \(kind).")
            }
            return value
        }
        return nil
    }

    private static func saysSomething(_ text: String) -> Bool {
        !text.utf8.allSatisfy { $0 == UInt8(ascii: " ") || (0x09...0x0D).contains($0) }
    }
}

import Foundation
import Mustache
import Yams

/// All words of one language, from `web/locales/<language>.yaml` and, merged into it, `web/locales/<language>/*.yaml`
/// (one file a feature keeps two people from editing the same file; a key may stand in one place only).
///
/// `texts["comment.too_long", ["count": 12]]` fills `{count}`. With a `count`, `comment.too_long_one` (for 1) and
/// `comment.too_long_other` are tried first; Chinese needs neither.
package struct Texts: Sendable {
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    package let language: Language
    /// Every text by its dotted key.
    package let all: [String: String]
    /// The same as nested objects, for `{{t.comment.title}}`.
    let tree: TextTree

    /// Reads the language's files below `folder`.
    package init(language: Language, folder: String) throws {
        var all: [String: String] = [:]
        let files = FileManager.default
        var paths: [String] = []
        let main = "\(folder)/\(language.rawValue).yaml"
        if files.fileExists(atPath: main) { paths.append(main) }
        let more = "\(folder)/\(language.rawValue)"
        if files.fileExists(atPath: more) {
            paths += try files.contentsOfDirectory(atPath: more).filter { $0.hasSuffix(".yaml") }.sorted()
                .map { "\(more)/\($0)" }
        }
        for path in paths {
            try Self.read(yaml: String(contentsOfFile: path, encoding: .utf8), path: path, into: &all)
        }
        self.init(language: language, all: all)
    }

    package init(language: Language, all: [String: String]) {
        self.language = language
        self.all = all
        tree = TextTree(all.map { ($0.key.split(separator: ".").map(String.init)[...], $0.value) })
    }

    package subscript(key: String) -> String { self[key, [:]] }

    /// The text with its placeholders filled. A key that does not exist shows itself (a test finds it before a visitor
    /// does).
    package subscript(key: String, arguments: [String: any CustomStringConvertible]) -> String {
        fill(pattern(key, count: arguments["count"].map { "\($0)" }) ?? key, arguments)
    }

    /// Whether the key, or one of its plural forms, exists.
    package func has(_ key: String) -> Bool { all[key] != nil || all[key + "_other"] != nil }

    private func pattern(_ key: String, count: String?) -> String? {
        if let count, let plural = all[key + (count == "1" ? "_one" : "_other")] { return plural }
        return all[key] ?? all[key + "_other"]
    }

    private func fill(_ pattern: String, _ arguments: [String: any CustomStringConvertible]) -> String {
        guard !arguments.isEmpty else { return pattern }
        var result: [UInt8] = []
        var rest = Array(pattern.utf8)[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "{")),
            let close = rest[open...].firstIndex(of: UInt8(ascii: "}"))
        {
            result += rest[..<open]
            let name = String(decoding: rest[(open + 1)..<close], as: UTF8.self)
            if let value = arguments[name] { result += "\(value)".utf8 } else { result += rest[open...close] }
            rest = rest[(close + 1)...]
        }
        result += rest
        return String(decoding: result, as: UTF8.self)
    }

    /// Reads nodes, not values: YAML would make `no`, `yes` and `on` into booleans.
    private static func read(yaml: String, path: String, into all: inout [String: String]) throws {
        guard let root = try Yams.compose(yaml: yaml) else { return }
        func walk(_ node: Node, _ prefix: String) throws {
            switch node {
            case .scalar(let scalar):
                guard all.updateValue(scalar.string, forKey: prefix) == nil else {
                    throw Malformed(description: "\(path): the key \(prefix) stands twice")
                }
            case .mapping(let mapping):
                for (key, value) in mapping {
                    guard let name = key.scalar?.string, !name.isEmpty else {
                        throw Malformed(description: "\(path): a key below \(prefix) is no text")
                    }
                    try walk(value, prefix.isEmpty ? name : "\(prefix).\(name)")
                }
            default:
                throw Malformed(description: "\(path): \(prefix) is neither a text nor a group")
            }
        }
        try walk(root, "")
    }
}

/// Texts as nested objects for templates.
final class TextTree: MustacheParent, Sendable {
    private enum Branch: Sendable {
        case text(String)
        case tree(TextTree)
    }
    private let branches: [String: Branch]

    init(_ entries: [(path: ArraySlice<String>, text: String)]) {
        var branches: [String: Branch] = [:]
        for (name, group) in Dictionary(grouping: entries.filter { !$0.path.isEmpty }, by: { $0.path.first ?? "" }) {
            if let leaf = group.first(where: { $0.path.count == 1 }), group.count == 1 {
                branches[name] = .text(leaf.text)
            } else {
                branches[name] = .tree(TextTree(group.map { ($0.path.dropFirst(), $0.text) }))
            }
        }
        self.branches = branches
    }

    func child(named name: String) -> Any? {
        switch branches[name] {
        case .text(let text): text
        case .tree(let tree): tree
        case nil: nil
        }
    }
}

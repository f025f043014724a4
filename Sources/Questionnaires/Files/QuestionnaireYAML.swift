import Foundation
import Yams

/// A questionnaire as YAML 1.1: the names of its properties, what is as it would be anyway left out. What is written is read again as the
/// same value.
package enum QuestionnaireYAML {
    // MARK: Writing

    package static func text(of questionnaire: Questionnaire) throws -> String {
        let json = try JSONEncoder().encode(questionnaire)
        guard case .object(let members) = try JSONDecoder().decode(PlainValue.self, from: json) else { return "" }
        var writer = YAMLWriter()
        writer.write(members, indent: 0)
        return writer.text
    }

    // MARK: Reading

    static let mostNodes = 100_000
    static let mostDepth = 40

    static func read(_ bytes: [UInt8]) throws(QuestionnaireFile.Fault) -> TakenQuestionnaire {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        // A programme or a picture may pass as text; YAML has no such signs.
        guard !bytes.contains(where: { $0 < 0x20 && !(0x09...0x0D).contains($0) }) else { throw .unknownFormat }
        try expectTame(bytes)
        do {
            guard let node = try Yams.compose(yaml: text), case .mapping = node else {
                throw QuestionnaireFile.Fault.unknownFormat
            }
            var left = mostNodes
            let source = try plain(node, depth: 0, &left)
            guard source["pages"] != nil else { throw QuestionnaireFile.Fault.unknownFormat }
            var taken = TakenQuestionnaire()
            taken.questionnaire = try YAMLDecoder().decode(Questionnaire.self, from: node)
            let known = try JSONDecoder().decode(PlainValue.self, from: JSONEncoder().encode(taken.questionnaire))
            list(source, known, at: "", &taken)
            return taken
        } catch let fault as QuestionnaireFile.Fault {
            throw fault
        } catch let error as YamlError {
            throw .reader("\(error)")
        } catch let error as DecodingError {
            throw .reader(sentence(error))
        } catch {
            throw .reader("\(error)")
        }
    }

    /// What Yams would follow without end: it builds and releases nodes by recursion, and hashes keys, so deep nesting and aliases must not
    /// reach it. They serve nothing here. A sign that only looks like an alias is no harm where nothing looks like an anchor; a block cannot
    /// be deeper than its line is indented, and libyaml itself ends at 1,000 levels of brackets.
    private static func expectTame(_ bytes: [UInt8]) throws(QuestionnaireFile.Fault) {
        // Both begin anywhere but within a word, and their names are of ASCII.
        func isOfWord(_ byte: UInt8) -> Bool { FormulaLexer.isLetter(byte) || FormulaLexer.isDigit(byte) }
        var (hasAlias, hasAnchor, indent, isInIndent, brackets) = (false, false, 0, true, 0)
        var (beforeLast, last) = (UInt8(ascii: "\n"), UInt8(ascii: "\n"))
        for byte in bytes {
            // Also the ends of NEL, LS and PS, which break a line: that they end other letters, too, only refuses long gaps after those.
            if [0x0A, 0x0D, 0x85, 0xA8, 0xA9].contains(byte) {
                (indent, isInIndent) = (0, true)
            } else if isInIndent {
                isInIndent = [0x20, UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":")].contains(byte)
                indent += 1
            }
            if isOfWord(byte) || byte == UInt8(ascii: "-"), !isOfWord(beforeLast) {
                if last == UInt8(ascii: "*") { hasAlias = true }
                if last == UInt8(ascii: "&") { hasAnchor = true }
            }
            if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { brackets += 1 }
            if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { brackets -= 1 }
            guard indent <= 200, brackets <= 100 else { throw .tooDeep }
            guard !hasAlias || !hasAnchor else { throw .aliases }
            (beforeLast, last) = (last, byte)
        }
    }

    private static func plain(_ node: Node, depth: Int, _ left: inout Int) throws -> PlainValue {
        left -= 1
        guard left > 0 else { throw QuestionnaireFile.Fault.tooMany(limit: mostNodes) }
        guard depth <= mostDepth else { throw QuestionnaireFile.Fault.tooDeep }
        switch node {
        case .scalar(let scalar): return .text(scalar.string)
        case .alias: throw QuestionnaireFile.Fault.aliases
        case .sequence(let sequence):
            var list: [PlainValue] = []
            for item in sequence { list.append(try plain(item, depth: depth + 1, &left)) }
            return .list(list)
        case .mapping(let mapping):
            var members: [String: PlainValue] = [:]
            for (key, value) in mapping { members[key.string ?? "?"] = try plain(value, depth: depth + 1, &left) }
            return .object(members)
        }
    }

    /// Names in the file that mean nothing here.
    private static func list(
        _ source: PlainValue, _ known: PlainValue, at place: String, _ taken: inout TakenQuestionnaire
    ) {
        switch (source, known) {
        case (.object(let source), .object(let known)):
            for (name, value) in source.sorted(by: { $0.key < $1.key }) {
                let path = place.isEmpty ? name : "\(place) › \(name)"
                if let same = known[name] {
                    // Rows and columns may be called anything.
                    if name != "initial" { list(value, same, at: path, &taken) }
                } else if !["", "null", "~"].contains(value.asText ?? "?") {
                    taken.list(.unknown, at: place, name)
                }
            }
        case (.list(let source), .list(let known)):
            for (index, pair) in zip(source, known).enumerated() {
                list(pair.0, pair.1, at: "\(place) › \(pair.0["code"]?.asText ?? String(index + 1))", &taken)
            }
        default: break
        }
    }

    private static func sentence(_ error: DecodingError) -> String {
        let context: DecodingError.Context
        switch error {
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
            .dataCorrupted(let found):
            context = found
        @unknown default: return "\(error)"
        }
        return context.codingPath.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }.joined(separator: " › ")
            + ": " + context.debugDescription
    }
}

extension PlainValue {
    fileprivate var asText: String? { if case .text(let text) = self { text } else { nil } }
}

/// Block style throughout: one property a line.
private struct YAMLWriter {
    var text = ""

    /// What names come first; the others follow in order.
    private static let order = [
        "title", "introduction", "code", "text", "hint", "kind", "isRequired", "options", "rows", "columns", "cell",
        "condition", "validation",
        "expression", "message", "initial", "groups", "questions", "pages", "computed", "quotas", "closing",
    ]
    /// Properties that differ from their empty value when they are missing.
    private static let kept: Set<String> = ["initial", "other", "comment", "condition", "first", "last", "validation"]

    mutating func write(_ members: [String: PlainValue], indent: Int, isWhole: Bool = false, startsInLine: Bool = false)
    {
        let rank = Dictionary(uniqueKeysWithValues: Self.order.enumerated().map { ($1, $0) })
        let keys = members.keys.sorted { (rank[$0] ?? 100, $0) < (rank[$1] ?? 100, $1) }
        var isFirst = startsInLine
        for key in keys {
            guard let value = members[key], isWhole || Self.kept.contains(key) || !Self.isNothing(value) else {
                continue
            }
            if !isFirst { text += String(repeating: " ", count: indent) }
            isFirst = false
            text += Self.scalar(key, indent: indent) + ":"
            write(value, indent: indent, isWhole: isWhole || key == "initial")
        }
        if isFirst { text += "{}\n" }
    }

    private mutating func write(_ value: PlainValue, indent: Int, isWhole: Bool) {
        switch value {
        case .null: text += " null\n"
        case .truth(let truth): text += truth ? " true\n" : " false\n"
        case .number(let number): text += " \(DecimalText.text(of: number))\n"
        case .text(let words): text += " " + Self.scalar(words, indent: indent) + "\n"
        case .list(let list) where list.isEmpty: text += " []\n"
        case .list(let list):
            text += "\n"
            for item in list {
                text += String(repeating: " ", count: indent) + "-"
                if case .object(let members) = item {
                    text += " "
                    write(members, indent: indent + 2, isWhole: isWhole, startsInLine: true)
                } else {
                    write(item, indent: indent + 2, isWhole: isWhole)
                }
            }
        case .object(let members)
        where members.allSatisfy({ !isWhole && !Self.kept.contains($0.key) && Self.isNothing($0.value) }):
            text += " {}\n"
        case .object(let members):
            text += "\n"
            write(members, indent: indent + 2, isWhole: isWhole)
        }
    }

    private static func isNothing(_ value: PlainValue) -> Bool {
        switch value {
        case .null, .truth(false), .text(""), .list([]): true
        default: false
        }
    }

    private static func scalar(_ words: String, indent: Int) -> String {
        if isPlain(words) { return words }
        if words.contains("\n"), let block = block(words, indent: indent + 2) { return block }
        var quoted = "\""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            // Read as an alias where it is not quoted, and counted as one.
            case "*": quoted += "\\x2A"
            case _
            where scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value) || scalar.value == 0x2028
                || scalar.value == 0x2029 || scalar.value == 0xFEFF || (0xFFFE...0xFFFF).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            case _ where scalar.value > 0xFFFF:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// Letters of any kind, digits and a few signs that mean nothing to YAML.
    private static func isPlain(_ words: String) -> Bool {
        guard let first = words.unicodeScalars.first, first.properties.isAlphabetic, first.value <= 0xFFFF,
            words.unicodeScalars.last != " ",
            !["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(words.lowercased())
        else { return false }
        return words.unicodeScalars.allSatisfy { scalar in
            scalar.value <= 0xFFFF
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || " _.()（），。？！、；“”《》/+-".unicodeScalars.contains(scalar))
        }
    }

    /// Lines as they are; nil for what a block cannot hold exactly.
    private static func block(_ words: String, indent: Int) -> String? {
        let lines = words.split(separator: "\n", omittingEmptySubsequences: false)
        let isTame = words.unicodeScalars.allSatisfy { scalar in
            scalar == "\n" || (scalar.value >= 0x20 && scalar.value < 0x7F && scalar != "*")
                || (0x3001...0xFF5E).contains(scalar.value)
        }
        guard isTame, lines.first?.isEmpty == false, lines.last?.isEmpty == false,
            !lines.contains(where: { $0.first == " " || $0.last == " " })
        else { return nil }
        return "|-" + lines.map { $0.isEmpty ? "\n" : "\n" + String(repeating: " ", count: indent) + $0 }.joined()
    }
}

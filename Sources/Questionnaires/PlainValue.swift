/// JSON as a value: the form in which answers, questionnaires and formulas leave this module.
package indirect enum PlainValue: Sendable, Equatable {
    case null
    case truth(Bool)
    case number(Double)
    case text(String)
    case list([PlainValue])
    case object([String: PlainValue])

    package subscript(key: String) -> PlainValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }
}

extension PlainValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            // First, since YAML calls the text "yes" a truth when it is asked for one.
            self = .text(text)
        } else if let truth = try? container.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let list = try? container.decode([PlainValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: PlainValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .truth(let truth): try container.encode(truth)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .object(let members): try container.encode(members)
        }
    }
}

extension PlainValue {
    /// RFC 8259, without spaces, keys in the order of their bytes; a number that JSON cannot hold is null.
    package var json: String {
        var json = ""
        write(to: &json)
        return json
    }

    private func write(to json: inout String) {
        switch self {
        case .null: json += "null"
        case .truth(let truth): json += truth ? "true" : "false"
        case .number(let number): json += number.isFinite ? DecimalText.text(of: number) : "null"
        case .text(let text): json += Self.quoted(text)
        case .list(let list):
            json += "["
            for (index, item) in list.enumerated() {
                if index > 0 { json += "," }
                item.write(to: &json)
            }
            json += "]"
        case .object(let members):
            json += "{"
            let keys = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for (index, key) in keys.enumerated() {
                if index > 0 { json += "," }
                json += Self.quoted(key) + ":"
                members[key]?.write(to: &json)
            }
            json += "}"
        }
    }

    /// `<` is escaped as well, so that the text may stand within a script element.
    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: mayNeedEscape) else { return "\"\(text)\"" }
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted.append(contentsOf: "\\\"".unicodeScalars)
            case "\\": quoted.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": quoted.append(contentsOf: "\\n".unicodeScalars)
            case "<", "\u{0}"..<" ", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                quoted.append(
                    contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
            default: quoted.append(scalar)
            }
        }
        return String(quoted) + "\""
    }

    /// Bytes of the signs above; with 0xE2 begin the two line separators, and some others.
    private static func mayNeedEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), 0..<0x20, 0x7F, 0xE2: true
        default: false
        }
    }
}

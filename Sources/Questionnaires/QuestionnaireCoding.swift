// As JSON and YAML a questionnaire has the names of its properties. Everything is written; what is missing when it is read is
// what the initializers take, so that a file written by hand says only what matters.

/// The name of a property or of a case.
private struct PropertyName: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init(stringLiteral name: String) { stringValue = name }
    init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer<PropertyName> {
    fileprivate func value<Value: Decodable>(_ key: PropertyName, or fallback: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? fallback
    }
}

extension Questionnaire {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            title: try keys.value("title", or: ""), introduction: try keys.value("introduction", or: ""),
            pages: try keys.value("pages", or: []), computed: try keys.value("computed", or: []),
            quotas: try keys.value("quotas", or: []), closing: try keys.value("closing", or: ""))
    }
}

extension Questionnaire.Page {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            code: try keys.value("code", or: ""), title: try keys.value("title", or: ""),
            groups: try keys.value("groups", or: []), isShuffled: try keys.value("isShuffled", or: false),
            condition: try keys.decodeIfPresent(String.self, forKey: "condition"))
    }
}

extension Questionnaire.Group {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            code: try keys.value("code", or: ""), title: try keys.value("title", or: ""),
            questions: try keys.value("questions", or: []), isShuffled: try keys.value("isShuffled", or: false),
            condition: try keys.decodeIfPresent(String.self, forKey: "condition"))
    }
}

extension Questionnaire.Computed {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(code: try keys.value("code", or: ""), expression: try keys.value("expression", or: ""))
    }
}

extension Questionnaire.Quota {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            code: try keys.value("code", or: ""), title: try keys.value("title", or: ""),
            condition: try keys.value("condition", or: ""), most: try keys.value("most", or: 0),
            closing: try keys.value("closing", or: ""))
    }
}

extension Question {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        let kind = try keys.decode(Kind.self, forKey: "kind")
        let initial = try keys.decodeIfPresent(PlainValue.self, forKey: "initial").map { plain in
            guard let answer = Answer(plain, to: kind) else {
                throw DecodingError.dataCorruptedError(
                    forKey: "initial", in: keys, debugDescription: "no answer to this kind of question")
            }
            return answer
        }
        self.init(
            code: try keys.value("code", or: ""), text: try keys.value("text", or: ""),
            hint: try keys.value("hint", or: ""), kind: kind, isRequired: try keys.value("isRequired", or: false),
            condition: try keys.decodeIfPresent(String.self, forKey: "condition"),
            validation: try keys.decodeIfPresent(Validation.self, forKey: "validation"), initial: initial)
    }

    package func encode(to encoder: any Encoder) throws {
        var keys = encoder.container(keyedBy: PropertyName.self)
        try keys.encode(code, forKey: "code")
        try keys.encode(text, forKey: "text")
        try keys.encode(hint, forKey: "hint")
        try keys.encode(kind, forKey: "kind")
        try keys.encode(isRequired, forKey: "isRequired")
        try keys.encodeIfPresent(condition, forKey: "condition")
        try keys.encodeIfPresent(validation, forKey: "validation")
        try keys.encodeIfPresent(initial?.plain, forKey: "initial")
    }
}

extension Question.Validation {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(expression: try keys.value("expression", or: ""), message: try keys.value("message", or: ""))
    }
}

extension Question.Option {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            code: try keys.value("code", or: ""), text: try keys.value("text", or: ""),
            isExclusive: try keys.value("isExclusive", or: false),
            condition: try keys.decodeIfPresent(String.self, forKey: "condition"))
    }
}

extension Question.Single {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            options: try keys.value("options", or: []), isDropDown: try keys.value("isDropDown", or: false),
            other: try keys.decodeIfPresent(String.self, forKey: "other"),
            comment: try keys.decodeIfPresent(String.self, forKey: "comment"),
            isShuffled: try keys.value("isShuffled", or: false))
    }
}

extension Question.Multiple {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            options: try keys.value("options", or: []), least: try keys.decodeIfPresent(Int.self, forKey: "least"),
            most: try keys.decodeIfPresent(Int.self, forKey: "most"),
            other: try keys.decodeIfPresent(String.self, forKey: "other"),
            comment: try keys.decodeIfPresent(String.self, forKey: "comment"),
            isShuffled: try keys.value("isShuffled", or: false))
    }
}

extension Question.Matrix {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            rows: try keys.value("rows", or: []), columns: try keys.value("columns", or: []),
            cell: try keys.value("cell", or: .single), isShuffled: try keys.value("isShuffled", or: false))
    }
}

extension Question.Scale {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            from: try keys.value("from", or: 1), to: try keys.value("to", or: 5),
            appearance: try keys.value("appearance", or: .numbers), labels: try keys.value("labels", or: []))
    }
}

extension Question.Ranking {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            options: try keys.value("options", or: []), most: try keys.decodeIfPresent(Int.self, forKey: "most"),
            isShuffled: try keys.value("isShuffled", or: false))
    }
}

extension Question.Number {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(
            least: try keys.decodeIfPresent(Double.self, forKey: "least"),
            most: try keys.decodeIfPresent(Double.self, forKey: "most"), decimals: try keys.value("decimals", or: 0),
            unit: try keys.value("unit", or: ""))
    }
}

extension Question.Files {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(most: try keys.value("most", or: 1))
    }
}

extension Question.Text {
    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: PropertyName.self)
        self.init(isLong: try keys.value("isLong", or: false), most: try keys.value("most", or: 200))
    }
}

// MARK: Enumerations: the name of the case, or an object of one member by that name

extension Decoder {
    /// The name of the case and, if it is an object of one member, the container that holds its payload.
    fileprivate func namedCase() throws -> (name: String, payload: KeyedDecodingContainer<PropertyName>?) {
        if let name = try? singleValueContainer().decode(String.self) { return (name, nil) }
        let container = try container(keyedBy: PropertyName.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath, debugDescription: "one kind is named, with what belongs to it"))
        }
        return (key.stringValue, container)
    }

    fileprivate func unknownCase(_ name: String) -> DecodingError {
        DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: "there is no kind “\(name)”"))
    }
}

extension KeyedDecodingContainer<PropertyName> {
    fileprivate func payload<Value: Decodable>(_ name: String) throws -> Value {
        try decode(Value.self, forKey: PropertyName(stringValue: name))
    }
}

extension Encoder {
    fileprivate func write(_ name: String) throws {
        var container = singleValueContainer()
        try container.encode(name)
    }

    fileprivate func write(_ name: String, _ payload: some Encodable) throws {
        var container = container(keyedBy: PropertyName.self)
        try container.encode(payload, forKey: PropertyName(stringValue: name))
    }
}

extension Question.Kind {
    package init(from decoder: any Decoder) throws {
        let (name, payload) = try decoder.namedCase()
        switch (name, payload) {
        case ("single", let payload?): self = .single(try payload.payload(name))
        case ("multiple", let payload?): self = .multiple(try payload.payload(name))
        case ("matrix", let payload?): self = .matrix(try payload.payload(name))
        case ("scale", let payload): self = .scale(try payload?.payload(name) ?? Question.Scale())
        case ("ranking", let payload?): self = .ranking(try payload.payload(name))
        case ("number", let payload): self = .number(try payload?.payload(name) ?? Question.Number())
        case ("text", let payload): self = .text(try payload?.payload(name) ?? Question.Text())
        case ("date", let payload): self = .date(try payload?.payload(name) ?? Question.Days())
        case ("unit", let payload): self = .unit(try payload?.payload(name) ?? .units)
        case ("yesNo", nil): self = .yesNo
        case ("file", let payload): self = .file(try payload?.payload(name) ?? Question.Files())
        case ("information", nil): self = .information
        default: throw decoder.unknownCase(name)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .single(let single): try encoder.write(name, single)
        case .multiple(let multiple): try encoder.write(name, multiple)
        case .matrix(let matrix): try encoder.write(name, matrix)
        case .scale(let scale): try encoder.write(name, scale)
        case .ranking(let ranking): try encoder.write(name, ranking)
        case .number(let number): try encoder.write(name, number)
        case .text(let text): try encoder.write(name, text)
        case .date(let days): try encoder.write(name, days)
        case .unit(let register): try encoder.write(name, register)
        case .file(let files) where files != Question.Files(): try encoder.write(name, files)
        case .yesNo, .file, .information: try encoder.write(name)
        }
    }

    /// As files, the desk and sentences call it.
    package var name: String {
        switch self {
        case .single: "single"
        case .multiple: "multiple"
        case .yesNo: "yesNo"
        case .matrix: "matrix"
        case .scale: "scale"
        case .ranking: "ranking"
        case .number: "number"
        case .text: "text"
        case .date: "date"
        case .unit: "unit"
        case .file: "file"
        case .information: "information"
        }
    }
}

extension Question.Matrix.Cell {
    package init(from decoder: any Decoder) throws {
        let (name, payload) = try decoder.namedCase()
        switch (name, payload) {
        case ("single", nil): self = .single
        case ("multiple", nil): self = .multiple
        case ("number", let payload): self = .number(try payload?.payload(name) ?? Question.Number())
        case ("text", let payload): self = .text(most: try (payload?.payload(name) ?? Words()).most)
        default: throw decoder.unknownCase(name)
        }
    }

    /// What belongs to a text in a cell.
    private struct Words: Codable {
        let most: Int

        init(most: Int = Question.Matrix.Cell.mostWords) { self.most = most }

        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: PropertyName.self)
            most = try keys.value("most", or: Question.Matrix.Cell.mostWords)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .single: try encoder.write("single")
        case .multiple: try encoder.write("multiple")
        case .number(let number): try encoder.write("number", number)
        case .text(let most): try encoder.write("text", Words(most: most))
        }
    }
}

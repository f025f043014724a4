/// Why a text is no formula.
package struct FormulaFault: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case empty
        case tooLong
        case tooDeep
        /// A sign that the language does not have.
        case sign(String)
        /// The quotation mark at the end is missing.
        case openText
        case number
        /// Something is missing here.
        case expected(Expected)
        case unknownName(String)
        /// A computed value that is faulty itself.
        case faultyName(String)
        /// The question has no such row, column or option.
        case unknownPart(name: String, part: String)
        /// A text, a file or an information has nothing to be named.
        case noValue(String)
        case unknownFunction(String)
        /// The question has no such option.
        case unknownOption(String, known: [String])
        case notADate(String)
        case types(operation: String, FormulaType, FormulaType)
        case type(operation: String, FormulaType)
        case arguments(function: String)
        case notACondition(FormulaType)
    }

    package enum Expected: String, Sendable { case value, operation, closing }

    package let kind: Kind
    /// Bytes of UTF-8 in the formula.
    package let range: Range<Int>

    package init(_ kind: Kind, _ range: Range<Int>) { (self.kind, self.range) = (kind, range) }

    /// Of the sentence in the locale's `questionnaire-words`.
    package var key: String {
        switch kind {
        case .empty: "formula-empty"
        case .tooLong: "formula-too-long"
        case .tooDeep: "formula-too-deep"
        case .sign: "formula-sign"
        case .openText: "formula-open-text"
        case .number: "formula-number"
        case .expected(let expected): "formula-expected-\(expected.rawValue)"
        case .unknownName: "formula-unknown-name"
        case .faultyName: "formula-faulty-name"
        case .unknownPart: "formula-unknown-part"
        case .noValue: "formula-no-value"
        case .unknownFunction: "formula-unknown-function"
        case .unknownOption: "formula-unknown-option"
        case .notADate: "formula-not-a-date"
        case .types: "formula-types"
        case .type: "formula-type"
        case .arguments: "formula-arguments"
        case .notACondition: "formula-not-a-condition"
        }
    }

    /// What the sentence names; of types the key of their name.
    package var parameters: [String: String] {
        switch kind {
        case .sign(let sign): ["sign": sign]
        case .unknownName(let name), .faultyName(let name), .noValue(let name), .unknownFunction(let name):
            ["name": name]
        case .unknownPart(let name, let part): ["name": name, "part": part]
        case .unknownOption(let code, let known): ["code": code, "known": known.prefix(12).joined(separator: ", ")]
        case .notADate(let text): ["text": text]
        case .types(let operation, let left, let right):
            // As people write it.
            [
                "operation": operation == "==" ? "=" : operation, "left": "type-\(left.name)",
                "right": "type-\(right.name)",
            ]
        case .type(let operation, let type): ["operation": operation, "type": "type-\(type.name)"]
        case .arguments(let function): ["name": function]
        case .notACondition(let type): ["type": "type-\(type.name)"]
        case .empty, .tooLong, .tooDeep, .openText, .number, .expected: [:]
        }
    }
}

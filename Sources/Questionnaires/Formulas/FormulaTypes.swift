import Text

/// Which types go together.
extension FormulaParser {
    func expectOption(_ code: String, _ codes: [String], _ place: Range<Int>) throws(FormulaFault) {
        guard codes.contains(where: { $0.utf8.elementsEqual(code.utf8) }) else {
            throw FormulaFault(.unknownOption(code, known: codes), place)
        }
    }

    func check(_ left: Part, _ sign: String, _ right: Part, at place: Range<Int>) throws(FormulaFault) {
        let isOrder = sign != "==" && sign != "!="
        switch (left.type, right.type) {
        case (.number, .number), (.date, .date): return
        case (.date, .text): if let text = right.literal { return try expectDate(text, right.range) }
        case (.text, .date): if let text = left.literal { return try expectDate(text, left.range) }
        case (.choice(let codes), .text):
            if !isOrder {
                return try right.literal.map { code throws(FormulaFault) in try expectOption(code, codes, right.range) }
                    ?? ()
            }
        case (.text, .choice(let codes)):
            if !isOrder {
                return try left.literal.map { code throws(FormulaFault) in try expectOption(code, codes, left.range) }
                    ?? ()
            }
        case (.truth, .truth), (.text, .text), (.choice, .choice): if !isOrder { return }
        default: break
        }
        throw FormulaFault(.types(operation: sign, left.type, right.type), place)
    }

    private func expectDate(_ text: String, _ place: Range<Int>) throws(FormulaFault) {
        if CalendarDate(text) == nil { throw FormulaFault(.notADate(text), place) }
    }

    func result(of operation: FormulaOperation, _ arguments: [Part], _ place: Range<Int>) throws(FormulaFault)
        -> FormulaType
    {
        func expect(_ part: Part, _ allowed: [FormulaType]) throws(FormulaFault) {
            guard allowed.contains(part.type) else {
                throw FormulaFault(.type(operation: operation.rawValue, part.type), part.range)
            }
        }
        let count = arguments.count
        switch operation {
        case .count: return .number
        case .sum, .min, .max:
            for argument in arguments { try expect(argument, [.number, .numbers]) }
            return .number
        case .answered where count == 1: return .truth
        case .length where count == 1:
            try expect(arguments[0], [.text])
            return .number
        case .round where count == 1:
            try expect(arguments[0], [.number])
            return .number
        case .choose where count == 3:
            try expect(arguments[0], [.truth])
            return try common(arguments[1], arguments[2])
        default: throw FormulaFault(.arguments(function: operation.rawValue), place)
        }
    }

    /// The type of either of two values; different choices are texts.
    private func common(_ one: Part, _ other: Part) throws(FormulaFault) -> FormulaType {
        switch (one.type, other.type) {
        case (.number, .number), (.truth, .truth), (.text, .text), (.date, .date): return one.type
        case (.choice, .choice), (.choice, .text), (.text, .choice): return one.type == other.type ? one.type : .text
        default: throw FormulaFault(.types(operation: "if", one.type, other.type), other.range)
        }
    }
}

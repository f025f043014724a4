/// What remains of a text when it is compared with others: letters, characters and numbers, in one width and case.
///
/// 同意！ and 同 意。 are the same comment. A sign between two digits stays, for 3.5 is not 35; so do % and symbols. A text
/// that holds nothing but signs stays as it is: ？ is not 。。。.
enum FoldedText {
    /// Unicode scalars.
    static func scalars(of text: String) -> [UInt32] {
        var folded: [UInt32] = []
        folded.reserveCapacity(text.utf8.count / 2)
        var sign: UInt32?  // a sign that stands after a digit, with nothing between
        for scalar in text.unicodeScalars {
            switch Self.folded(scalar) {
            case .kept(let value):
                if let sign, isDigit(value) { folded.append(sign) }
                sign = nil
                folded.append(value)
            case .sign(let value):
                sign = sign == nil && folded.last.map(isDigit) == true ? value : nil
            case .nothing: break
            }
        }
        return folded.isEmpty ? text.unicodeScalars.map(\.value) : folded
    }

    private enum Part {
        case kept(UInt32), sign(UInt32), nothing
    }

    private static func folded(_ scalar: Unicode.Scalar) -> Part {
        let value = scalar.value
        switch value {
        case 0x4E00...0x9FFF: return .kept(value)
        case 0x61...0x7A, 0x30...0x39, 0x25: return .kept(value)
        case 0x41...0x5A: return .kept(value + 0x20)
        case 0x3000...0x3004, 0x3008...0x3020: return value == 0x3000 ? .nothing : .sign(value)
        case 0xFF01...0xFF5E: return Unicode.Scalar(value - 0xFEE0).map(folded) ?? .nothing
        default: break
        }
        let properties = scalar.properties
        if properties.isWhitespace { return .nothing }
        switch properties.generalCategory {
        case .control, .format: return .nothing
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return .sign(value)
        default:
            // A letter whose small form is several code points keeps its large one.
            let small = properties.lowercaseMapping.unicodeScalars
            return .kept(small.count == 1 ? small.first?.value ?? value : value)
        }
    }

    private static func isDigit(_ value: UInt32) -> Bool { (0x30...0x39).contains(value) }
}

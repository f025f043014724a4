/// Reads `application/x-www-form-urlencoded` by bytes, strictly: what cannot be decoded is refused, not guessed.
package enum URLEncodedFields {
    package static let mostFields = 4000
    package static let longestName = 200

    /// The fields in the order they were sent.
    package static func decode(_ bytes: some Sequence<UInt8>) throws(BadForm) -> [FormData.Field] {
        var fields: [FormData.Field] = []
        var name: [UInt8] = []
        var value: [UInt8] = []
        var inValue = false
        var iterator = bytes.makeIterator()

        func finish() throws(BadForm) {
            defer {
                name = []
                value = []
                inValue = false
            }
            guard inValue || !name.isEmpty else { return }
            guard fields.count < mostFields, name.count <= longestName else { throw .tooMany }
            fields.append(.init(name: try FormData.text(name), value: try FormData.text(value)))
        }

        while let byte = iterator.next() {
            var decoded = byte
            switch byte {
            case UInt8(ascii: "&"):
                try finish()
                continue
            case UInt8(ascii: "=") where !inValue:
                inValue = true
                continue
            case UInt8(ascii: "+"):
                decoded = UInt8(ascii: " ")
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexDigit), let low = iterator.next().flatMap(hexDigit) else {
                    throw .encoding
                }
                decoded = high << 4 | low
            default:
                break
            }
            if inValue { value.append(decoded) } else { name.append(decoded) }
        }
        try finish()
        return fields
    }

    /// Percent-encodes everything but unreserved characters; for query strings we build ourselves.
    package static func encode(_ text: String) -> String {
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                result.append(byte)
            default:
                result.append(UInt8(ascii: "%"))
                result.append(digits[Int(byte >> 4)])
                result.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

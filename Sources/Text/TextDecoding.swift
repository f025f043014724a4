import Foundation

/// Reads an uploaded text file whose encoding nobody declared.
///
/// Files come from Excel and WPS on Chinese Windows: UTF-8 with or without a byte order mark, or GB18030 (of which GBK and
/// GB 2312 are parts). Anything else is refused with its place rather than read as mojibake.
package enum TextDecoding {
    package enum Encoding: String, Sendable, Equatable {
        case utf8
        case gb18030
    }

    /// Decodes `bytes`; the byte order mark is removed.
    /// - Throws: `TextDecodingError`.
    package static func decode(_ bytes: [UInt8]) throws(TextDecodingError) -> (text: String, encoding: Encoding) {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            throw .spreadsheet
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { throw .utf16 }

        let marked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let body = marked ? Array(bytes.dropFirst(3)) : bytes
        let shift = marked ? 3 : 0
        if let zero = body.firstIndex(of: 0) {
            // UTF-16 without its mark has a zero in every second byte of ASCII text.
            let zeros = body.prefix(400).count { $0 == 0 }
            if zeros > 8, zeros * 3 > min(body.count, 400) { throw .utf16 }
            throw .notText(place(zero, in: body, shift: shift))
        }

        if let text = String(validating: body, as: UTF8.self) { return (text, .utf8) }
        let shape = UTF8Shape(body)
        if marked || shape.isBrokenUTF8 {
            throw .undecodable(place(shape.firstFault ?? 0, in: body, shift: shift))
        }
        switch gb18030(body) {
        case .success(let text): return (text, .gb18030)
        case .failure(let fault):
            // The reading that got further is the more likely one, so its fault is the one worth showing.
            throw .undecodable(place(max(fault.offset, shape.firstFault ?? 0), in: body, shift: shift))
        }
    }

    private static func place(_ offset: Int, in bytes: [UInt8], shift: Int) -> TextDecodingError.Place {
        let line = 1 + bytes.prefix(offset).count { $0 == 0x0A }
        return TextDecodingError.Place(offset: offset + shift, line: line)
    }

    // MARK: GB18030

    private struct Fault: Error { let offset: Int }

    /// kCFStringEncodingGB_18030_2000 as Foundation numbers external encodings (CoreFoundation cannot be imported on Linux).
    private static let gb18030Encoding = String.Encoding(rawValue: 0x8000_0000 | 0x0632)

    private static func gb18030(_ bytes: [UInt8]) -> Result<String, Fault> {
        var starts: [Int] = []
        var at = 0
        while at < bytes.count {
            guard let length = lengthOfGB18030(bytes[at...]) else { return .failure(Fault(offset: at)) }
            if length > 1 { starts.append(at) }
            at += length
        }
        if let text = strictGB18030(bytes) { return .success(text) }
        // Well formed but with a code that has no character: find it one by one, which only a refused file pays for.
        for start in starts {
            guard let length = lengthOfGB18030(bytes[start...]) else { return .failure(Fault(offset: start)) }
            if strictGB18030(Array(bytes[start..<start + length])) == nil { return .failure(Fault(offset: start)) }
        }
        return .failure(Fault(offset: 0))
    }

    /// Bytes of the code at the start of `rest`, or nil if it is not well formed.
    private static func lengthOfGB18030(_ rest: ArraySlice<UInt8>) -> Int? {
        let code = Array(rest.prefix(4))
        guard let first = code.first else { return nil }
        if first < 0x80 { return 1 }
        guard (0x81...0xFE).contains(first), code.count >= 2 else { return nil }
        if (0x40...0x7E).contains(code[1]) || (0x80...0xFE).contains(code[1]) { return 2 }
        guard code.count == 4, (0x30...0x39).contains(code[1]), (0x81...0xFE).contains(code[2]),
            (0x30...0x39).contains(code[3])
        else { return nil }
        return 4
    }

    /// The text, if writing it again gives the same bytes: a decoder that guesses or replaces does not get through.
    private static func strictGB18030(_ bytes: [UInt8]) -> String? {
        guard let text = String(data: Data(bytes), encoding: gb18030Encoding),
            let again = text.data(using: gb18030Encoding), again.elementsEqual(bytes)
        else { return nil }
        return text
    }
}

/// Why a file could not be read as text.
package enum TextDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where in the file: bytes from its start (counted from 0) and the line (counted from 1).
    package struct Place: Sendable, Equatable {
        package let offset: Int
        package let line: Int

        package init(offset: Int, line: Int) { (self.offset, self.line) = (offset, line) }
    }

    case utf16
    case spreadsheet
    case notText(Place)
    case undecodable(Place)

    package var description: String {
        switch self {
        case .utf16: "The file is UTF-16 (“Unicode text”). Please save as CSV UTF-8 and send it again."
        case .spreadsheet: "The file is a spreadsheet, not CSV. Please save as CSV UTF-8 and send it again."
        case .notText(let place): "The file is not text: a zero byte at byte \(place.offset), line \(place.line)."
        case .undecodable(let place):
            "The file is neither UTF-8 nor GB18030: byte \(place.offset), line \(place.line). Please save as CSV UTF-8."
        }
    }
}

/// How much of a file that is not valid UTF-8 looks like UTF-8.
///
/// One damaged character in a UTF-8 file often leaves bytes that also pass as GB18030; then the whole file would turn into
/// mojibake without a word. Real GB18030 hardly ever forms valid three-byte sequences, so many of them tell the two apart.
private struct UTF8Shape {
    private(set) var firstFault: Int?
    private var faults = 0
    private var wide = 0

    var isBrokenUTF8: Bool { wide >= 4 && faults * 4 <= wide }

    init(_ bytes: [UInt8]) {
        var decoder = UTF8.ForwardParser()
        var source = bytes.makeIterator()
        var at = 0
        while true {
            switch decoder.parseScalar(from: &source) {
            case .valid(let scalar):
                if scalar.count >= 3 { wide += 1 }
                at += scalar.count
            case .error(let length):
                if firstFault == nil { firstFault = at }
                faults += 1
                at += length
            case .emptyInput:
                return
            }
        }
    }
}

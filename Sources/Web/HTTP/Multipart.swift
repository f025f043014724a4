import Glibc

/// Reads `multipart/form-data` (RFC 7578) while it arrives: fields are collected, files go to disk (`UploadedFile`), so a form with
/// five files of 10 MB takes no more memory than a comment. Everything a broken or hostile client can leave out or overdo ends in
/// `BadForm`.
package struct Multipart {
    static let mostParts = 500
    static let longestHeader = 8192
    static let longestFilename = 255
    /// White space that a line may have behind its boundary.
    private static let longestPadding = 1024

    private enum State {
        /// Before the first delimiter: a preamble is skipped.
        case preamble
        /// Behind a delimiter: "--" ends the body, white space and a line break begin a part.
        case delimiter
        case header
        /// - Parameter lead: bytes of the header's last line break that still stand before the content.
        case content(PartHeader, sink: Sink, lead: Int)
        case end
    }

    private enum Sink {
        case field([UInt8])
        case file(UploadedFile)
    }

    private let delimiter: [UInt8]
    private var state = State.preamble
    /// What has arrived and is not yet taken apart: never more than a header or a delimiter beyond the last piece. It begins with
    /// a line break, because the first delimiter may stand at the very beginning without its own.
    private var waiting: [UInt8] = Array("\r\n".utf8)
    private var fields: [FormData.Field] = []
    private var files: [FormData.File] = []
    /// UTF-8 bytes of all fields.
    private(set) var fieldBytes = 0

    package init(boundary: [UInt8]) { delimiter = Array("\r\n--".utf8) + boundary }

    /// The boundary named in a `Content-Type`; nil when there is none or it is longer than the 70 characters allowed.
    package static func boundary(ofContentType value: String) -> [UInt8]? {
        guard let boundary = HeaderParameters(value).parameters["boundary"], (1...70).contains(boundary.utf8.count)
        else { return nil }
        return Array(boundary.utf8)
    }

    /// Bytes in memory now, and bytes on their way to disk or there.
    var inMemory: Int { waiting.count + fieldBytes + contents.reduce(0) { $0 + $1.inMemory } }
    var onDisk: Int { contents.reduce(0) { $0 + $1.size - $1.inMemory } }

    private var contents: [UploadedFile] { files.map(\.contents) + [openFile].compactMap(\.self) }

    /// The file that is arriving.
    var openFile: UploadedFile? {
        if case .content(_, .file(let file), _) = state { file } else { nil }
    }

    package mutating func feed(_ piece: some Sequence<UInt8>) throws(BadForm) {
        if case .end = state { return }
        waiting.append(contentsOf: piece)
        while try step() {}
    }

    /// The form; a body without its end is broken.
    package func finish() throws(BadForm) -> FormData {
        guard case .end = state else { throw .broken }
        return FormData(fields: fields, files: files)
    }

    // MARK: Steps

    /// - Returns: false when more bytes are needed.
    private mutating func step() throws(BadForm) -> Bool {
        switch state {
        case .preamble:
            guard passContent({ _ in }) else { return false }
            state = .delimiter
            return true
        case .delimiter: return try readDelimiter()
        case .header: return try readHeader()
        case .content(let header, let sink, let lead): return try readContent(header, sink, lead)
        case .end:
            waiting = []
            return false
        }
    }

    private mutating func readDelimiter() throws(BadForm) -> Bool {
        if waiting.starts(with: Array("--".utf8)) {
            state = .end
            return true
        }
        let padding = waiting.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.count
        guard waiting.count >= padding + 2 else { return false }
        guard waiting[padding] == 0x0D, waiting[padding + 1] == 0x0A else { throw .broken }
        guard fields.count + files.count < Self.mostParts else { throw .tooMany }
        waiting.removeFirst(padding)
        state = .header
        return true
    }

    /// The header block ends with an empty line; it may be empty itself.
    private mutating func readHeader() throws(BadForm) -> Bool {
        guard let end = Self.find(Array("\r\n\r\n".utf8), in: waiting, from: 0) else {
            guard waiting.count <= Self.longestHeader else { throw .broken }
            return false
        }
        guard end <= Self.longestHeader else { throw .broken }
        let header = try Self.partHeader(waiting[min(2, end)..<end])
        // The last line break stays: it may be the one of the delimiter behind an empty part.
        waiting.removeFirst(end + 2)
        state = .content(header, sink: header.filename == nil ? .field([]) : .file(UploadedFile()), lead: 2)
        return true
    }

    private mutating func readContent(_ header: PartHeader, _ sink: Sink, _ lead: Int) throws(BadForm) -> Bool {
        var (sink, lead) = (sink, lead)
        let found = passContent { piece in
            let skipped = min(lead, piece.count)
            lead -= skipped
            switch sink {
            case .field(let bytes): sink = .field(bytes + piece.dropFirst(skipped))
            case .file(let file): file.append(piece.dropFirst(skipped))
            }
        }
        guard found else {
            state = .content(header, sink: sink, lead: lead)
            if case .field(let bytes) = sink, fieldBytes + bytes.count > BodyLimits.largestFields { throw .tooMany }
            return false
        }
        state = .delimiter
        switch sink {
        case .field(let bytes):
            fieldBytes += bytes.count
            guard fieldBytes <= BodyLimits.largestFields else { throw .tooMany }
            fields.append(.init(name: header.name, value: try FormData.text(bytes)))
        case .file(let file):
            files.append(
                .init(
                    field: header.name, filename: header.filename ?? "", contentType: header.contentType, contents: file
                ))
        }
        return true
    }

    /// Hands over what stands before the next delimiter and takes both off. Where there is none yet, what cannot be part of one.
    /// - Returns: whether a delimiter was found.
    private mutating func passContent(_ take: (ArraySlice<UInt8>) -> Void) -> Bool {
        var start = 0
        while let found = Self.find(delimiter, in: waiting, from: start) {
            let after = found + delimiter.count
            switch endsLine(from: after) {
            case true?:
                take(waiting[..<found])
                waiting.removeFirst(after)
                return true
            case false?: start = found + 1
            case nil:
                take(waiting[..<found])
                waiting.removeFirst(found)
                return false
            }
        }
        let safe = max(start, waiting.count - delimiter.count + 1)
        guard safe > 0 else { return false }
        take(waiting[..<safe])
        waiting.removeFirst(safe)
        return false
    }

    /// Whether what follows makes it a delimiter: a line that only begins like one is content. Nil when it has not arrived.
    private func endsLine(from start: Int) -> Bool? {
        let rest = waiting[start...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        if rest.count < 2, waiting.count - start <= Self.longestPadding { return nil }
        return rest.starts(with: Array("--".utf8)) || rest.starts(with: Array("\r\n".utf8))
    }

    // MARK: Headers

    private struct PartHeader {
        var name: String
        var filename: String?
        var contentType: String
    }

    private static func partHeader(_ bytes: ArraySlice<UInt8>) throws(BadForm) -> PartHeader {
        var name: String?
        var filename: String?
        var contentType = "application/octet-stream"
        for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .broken }
            let key = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let value = try FormData.text(Array(line[(colon + 1)...]))
            switch key {
            case "content-disposition":
                let parameters = HeaderParameters(value, percentQuotes: true)
                guard parameters.value == "form-data" else { throw .broken }
                name = parameters.parameters["name"]
                filename = parameters.parameters["filename"].map(harmless)
            case "content-type":
                contentType = HeaderParameters(value).value
            default:
                break
            }
        }
        guard let name, name.utf8.count <= URLEncodedFields.longestName else { throw .broken }
        return PartHeader(name: name, filename: filename, contentType: contentType)
    }

    /// The last component of a file name without control characters, at most 255 bytes.
    static func harmless(_ filename: String) -> String {
        let scalars = filename.unicodeScalars
        let last = scalars.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(Array.init) ?? []
        var result = String.UnicodeScalarView()
        var length = 0
        for scalar in last where scalar.properties.generalCategory != .control {
            length += UTF8.width(scalar)
            guard length <= longestFilename else { break }
            result.append(scalar)
        }
        return String(result)
    }

    /// The position of `needle` at or after `start`: memchr to its first byte, because uploads have megabytes.
    private static func find(_ needle: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard start >= 0, let first = needle.first else { return nil }
        return body.withUnsafeBytes { haystack -> Int? in
            guard let base = haystack.baseAddress else { return nil }
            var position = start
            while position + needle.count <= haystack.count {
                guard let found = memchr(base + position, Int32(first), haystack.count - position) else { return nil }
                position = base.distance(to: UnsafeRawPointer(found))
                if haystack[position...].starts(with: needle) { return position }
                position += 1
            }
            return nil
        }
    }
}

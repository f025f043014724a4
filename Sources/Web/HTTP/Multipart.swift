import Glibc

/// Reads `multipart/form-data` (RFC 7578) from the collected bytes of a body. Everything a broken or hostile client can
/// leave out or overdo ends in `BadForm`.
package enum Multipart {
    static let mostParts = 500
    static let longestHeader = 8192
    static let longestFilename = 255

    /// The boundary named in a `Content-Type`; nil when there is none or it is longer than the 70 characters allowed.
    package static func boundary(ofContentType value: String) -> [UInt8]? {
        guard let boundary = HeaderParameters(value).parameters["boundary"], (1...70).contains(boundary.utf8.count)
        else { return nil }
        return Array(boundary.utf8)
    }

    package static func decode(_ body: [UInt8], boundary: [UInt8]) throws(BadForm) -> FormData {
        let dashes = Array("--".utf8)
        let delimiter = Array("\r\n".utf8) + dashes + boundary
        /// The next delimiter: a line that only begins like one is content.
        func nextDelimiter(from start: Int) -> Int? {
            var start = start
            while let found = find(delimiter, in: body, from: start) {
                let rest = body[(found + delimiter.count)...].drop {
                    $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
                }
                if rest.starts(with: dashes) || rest.starts(with: Array("\r\n".utf8)) { return found }
                start = found + 1
            }
            return nil
        }
        // The first delimiter may stand at the very beginning, without its line break; a preamble is skipped.
        let opening = dashes + boundary
        var position: Int
        if body.starts(with: opening) {
            position = opening.count
        } else if let found = nextDelimiter(from: 0) {
            position = found + delimiter.count
        } else {
            throw .broken
        }
        var fields: [FormData.Field] = []
        var files: [FormData.File] = []
        while true {
            // After a delimiter: "--" ends the body, otherwise white space and a line break start a part.
            if body[position...].starts(with: dashes) { return FormData(fields: fields, files: files) }
            while position < body.count, body[position] == UInt8(ascii: " ") || body[position] == UInt8(ascii: "\t") {
                position += 1
            }
            guard body[position...].starts(with: Array("\r\n".utf8)) else { throw .broken }
            guard fields.count + files.count < mostParts else { throw .tooMany }
            // The header block ends with an empty line; it may be empty itself.
            guard let headerEnd = find(Array("\r\n\r\n".utf8), in: body, from: position),
                headerEnd - position <= longestHeader
            else { throw .broken }
            let contentStart = headerEnd + 4
            // The delimiter's line break may be the one that ends the headers of an empty part.
            guard let contentEnd = nextDelimiter(from: contentStart - 2) else { throw .broken }
            let header = try partHeader(body[min(position + 2, headerEnd)..<headerEnd])
            let content = contentEnd >= contentStart ? Array(body[contentStart..<contentEnd]) : []
            if let filename = header.filename {
                files.append(
                    .init(
                        field: header.name, filename: filename, contentType: header.contentType, bytes: content))
            } else {
                fields.append(.init(name: header.name, value: try FormData.text(content)))
            }
            position = contentEnd + delimiter.count
        }
    }

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

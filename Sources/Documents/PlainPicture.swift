/// Pictures without what they tell besides: place and time, camera and owner, thumbnails, comments, files hidden behind the end.
/// What the eye sees is copied byte for byte; nothing is decoded.
enum PlainPicture {
    // MARK: JPEG (ITU-T T.81, annex B)

    /// Which way up the picture is stays, in an EXIF block with that one field. A picture that breaks off within its lines is
    /// ended there: half a picture of a pothole is worth having.
    static func jpeg(_ bytes: [UInt8]) throws(DocumentFault) -> [UInt8] {
        var kept: [UInt8] = [0xFF, 0xD8]
        kept.reserveCapacity(bytes.count)
        var at = 2
        var hasPicture = false
        while true {
            guard let marker = nextMarker(bytes, &at) else { break }
            if marker == 0xD9 { break }
            // Markers without a length: restarts and TEM.
            if (0xD0...0xD7).contains(marker) || marker == 0x01 { continue }
            guard let length = bytes.int(at, 2), length >= 2, at + length <= bytes.count else { break }
            let segment = Array(bytes[at + 2..<at + length])
            at += length
            if let content = keptSegment(marker, segment) { append(marker, content, to: &kept) }
            guard marker == 0xDA else { continue }
            hasPicture = true
            let start = at
            at = endOfScan(bytes, from: at)
            kept.append(contentsOf: bytes[start..<at])
        }
        guard hasPicture else { throw .broken }
        return kept + [0xFF, 0xD9]
    }

    /// Moves behind the next marker; fill bytes before it are skipped.
    private static func nextMarker(_ bytes: [UInt8], _ at: inout Int) -> UInt8? {
        guard at < bytes.count, bytes[at] == 0xFF else { return nil }
        while at < bytes.count, bytes[at] == 0xFF { at += 1 }
        guard at < bytes.count, bytes[at] != 0 else { return nil }
        defer { at += 1 }
        return bytes[at]
    }

    /// The place of the marker that ends a scan: not a stuffed zero, not a restart.
    private static func endOfScan(_ bytes: [UInt8], from start: Int) -> Int {
        var at = start
        while at + 1 < bytes.count {
            if bytes[at] == 0xFF, bytes[at + 1] != 0, bytes[at + 1] != 0xFF, !(0xD0...0xD7).contains(bytes[at + 1]) {
                return at
            }
            at += 1
        }
        return bytes.count
    }

    private static func append(_ marker: UInt8, _ content: [UInt8], to kept: inout [UInt8]) {
        let length = content.count + 2
        kept.append(contentsOf: [0xFF, marker, UInt8(length >> 8 & 255), UInt8(length & 255)])
        kept.append(contentsOf: content)
    }

    /// What stays of a segment; nil drops it.
    private static func keptSegment(_ marker: UInt8, _ segment: [UInt8]) -> [UInt8]? {
        switch marker {
        case 0xE0:
            // JFIF: version, density; its thumbnail goes.
            guard segment.has("JFIF\0", at: 0), segment.count >= 14 else { return nil }
            return segment[..<12] + [0, 0]
        case 0xE1:
            guard segment.has("Exif\0\0", at: 0), let orientation = orientation(Array(segment.dropFirst(6))) else {
                return nil
            }
            return exif(orientation)
        case 0xE2: return segment.has("ICC_PROFILE\0", at: 0) ? segment : nil
        // Adobe: how the colours are meant.
        case 0xEE: return segment.has("Adobe", at: 0) ? segment : nil
        case 0xE3...0xEF, 0xFE: return nil
        default: return segment
        }
    }

    /// Tag 0x0112 of the first directory (EXIF 2.3, TIFF 6.0): 2 to 8; nil for upright or none.
    private static func orientation(_ tiff: [UInt8]) -> UInt8? {
        let isLittle = tiff.has("II", at: 0)
        guard isLittle || tiff.has("MM", at: 0) else { return nil }
        func number(_ offset: Int, _ count: Int) -> Int? {
            (isLittle ? tiff.littleEndian(offset, count) : tiff.bigEndian(offset, count)).map { Int($0) }
        }
        guard let directory = number(4, 4), let count = number(directory, 2) else { return nil }
        for index in 0..<count {
            let entry = directory + 2 + index * 12
            guard let tag = number(entry, 2) else { return nil }
            if tag == 0x0112 { return number(entry + 8, 2).flatMap { (2...8).contains($0) ? UInt8($0) : nil } }
        }
        return nil
    }

    private static func exif(_ orientation: UInt8) -> [UInt8] {
        Array("Exif\0\0MM\0*".utf8) + [
            0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ]
    }

    // MARK: PNG (ISO/IEC 15948)

    private static let keptChunks: Set<String> = [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "pHYs",
    ]

    /// Only what the picture is made of and its colours. - Throws: `.broken` when its end is missing.
    static func png(_ bytes: [UInt8]) throws(DocumentFault) -> [UInt8] {
        var kept = Array(bytes.prefix(8))
        kept.reserveCapacity(bytes.count)
        var at = 8
        guard bytes.has("IHDR", at: 12) else { throw .broken }
        while let length = bytes.int(at, 4), at + 12 + length <= bytes.count {
            let name = String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)
            if keptChunks.contains(name) { kept.append(contentsOf: bytes[at..<at + 12 + length]) }
            if name == "IEND" { return kept }
            at += 12 + length
        }
        throw .broken
    }
}

/// MP4, M4A and 3GP (ISO/IEC 14496-12), whole or in fragments as browsers record them.
enum MP4Recording {
    /// Seconds; nil when a picture moves along.
    static func seconds(_ bytes: [UInt8]) throws(DocumentFault) -> Double? {
        var film = Film()
        guard walk(bytes, 0..<bytes.count, depth: 0, &film) else { throw .broken }
        guard film.sounds == 1, !film.hasPicture else {
            if film.sounds == 0, !film.hasPicture { throw .broken }
            return nil
        }
        return max(film.stated, film.timescale > 0 ? film.fragments / film.timescale : 0)
    }

    private struct Film {
        var sounds = 0
        var hasPicture = false
        /// Seconds that the headers state.
        var stated = 0.0
        /// Units a second of the track.
        var timescale = 0.0
        /// Units of all fragments together.
        var fragments = 0.0
        var usualSample = 0.0
        var sampleHere = 0.0
    }

    private static let holders: Set<String> = ["moov", "trak", "mdia", "moof", "traf", "mvex"]

    /// - Returns: false when boxes do not fit into each other.
    private static func walk(_ bytes: [UInt8], _ range: Range<Int>, depth: Int, _ film: inout Film) -> Bool {
        var at = range.lowerBound
        while at + 8 <= range.upperBound {
            guard var size = bytes.int(at, 4) else { return false }
            let name = String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)
            var head = 8
            if size == 1 {
                guard let large = bytes.bigEndian(at + 8, 8).flatMap({ Int(exactly: $0) }) else { return false }
                (size, head) = (large, 16)
            } else if size == 0 {
                size = range.upperBound - at
            }
            guard size >= head else { return false }
            // The sound itself may break off; the boxes that say what it is may not.
            guard size <= range.upperBound - at else { return name == "mdat" || name == "moof" }
            let body = at + head..<at + size
            if holders.contains(name) {
                guard depth < 8, walk(bytes, body, depth: depth + 1, &film) else { return false }
            } else {
                read(name, bytes, body, &film)
            }
            at += size
        }
        return true
    }

    private static func read(_ name: String, _ bytes: [UInt8], _ body: Range<Int>, _ film: inout Film) {
        let at = body.lowerBound
        switch name {
        case "mvhd", "mdhd":
            let isLong = bytes.int(at, 1) == 1
            guard let scale = bytes.int(at + (isLong ? 20 : 12), 4), scale > 0,
                let length = bytes.bigEndian(at + (isLong ? 24 : 16), isLong ? 8 : 4)
            else { return }
            // All ones: not known.
            if length != (isLong ? UInt64.max : UInt64(UInt32.max)) {
                film.stated = max(film.stated, Double(length) / Double(scale))
            }
            if name == "mdhd" { film.timescale = Double(scale) }
        case "hdlr":
            if bytes.has("soun", at: at + 8) { film.sounds += 1 }
            if bytes.has("vide", at: at + 8) { film.hasPicture = true }
        case "trex": film.usualSample = Double(bytes.int(at + 12, 4) ?? 0)
        case "tfhd":
            let flags = bytes.int(at, 4) ?? 0
            let place = at + 8 + (flags & 1 != 0 ? 8 : 0) + (flags & 2 != 0 ? 4 : 0)
            film.sampleHere = flags & 8 != 0 ? Double(bytes.int(place, 4) ?? 0) : film.usualSample
        case "trun": film.fragments += run(bytes, body, film.sampleHere)
        default: break
        }
    }

    /// Units of time that a run of samples takes.
    private static func run(_ bytes: [UInt8], _ body: Range<Int>, _ usual: Double) -> Double {
        let at = body.lowerBound
        guard let flags = bytes.int(at, 4), let count = bytes.int(at + 4, 4) else { return 0 }
        guard flags & 0x100 != 0 else { return Double(count) * usual }
        var place = at + 8 + (flags & 1 != 0 ? 4 : 0) + (flags & 4 != 0 ? 4 : 0)
        let stride =
            4 * (1 + (flags & 0x200 != 0 ? 1 : 0) + (flags & 0x400 != 0 ? 1 : 0) + (flags & 0x800 != 0 ? 1 : 0))
        var sum = 0.0
        for _ in 0..<count {
            guard place + 4 <= body.upperBound, let length = bytes.int(place, 4) else { break }
            sum += Double(length)
            place += stride
        }
        return sum
    }
}

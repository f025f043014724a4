/// How long a recording is, read from its container; the sound itself is not decoded.
enum Recording {
    /// Seconds; nil when it is no recording of sound alone (a film, another codec) or nothing is in it.
    /// - Throws: `DocumentFault.broken` when it cannot be read.
    static func seconds(of bytes: [UInt8], as kind: FileKind) throws(DocumentFault) -> Double? {
        let seconds: Double? =
            switch kind {
            case .webm: try WebMRecording.seconds(bytes)
            case .ogg: try ogg(bytes)
            case .mp4: try MP4Recording.seconds(bytes)
            case .wav: try wav(bytes)
            case .mp3: try FrameRecording.mp3(bytes)
            case .aac: try FrameRecording.aac(bytes)
            case .amr: try FrameRecording.amr(bytes)
            default: nil
            }
        guard let seconds, seconds.isFinite, seconds > 0 else { return nil }
        return seconds
    }

    /// Opus (RFC 7845) or Vorbis in Ogg (RFC 3533): the position of the last page.
    private static func ogg(_ bytes: [UInt8]) throws(DocumentFault) -> Double? {
        var at = 0
        var (rate, skipped, last): (Double?, Double, Double) = (nil, 0, 0)
        while bytes.has("OggS", at: at), let position = bytes.littleEndian(at + 6, 8), let count = bytes.int(at + 26, 1)
        {
            let table = at + 27
            guard table + count <= bytes.count else { break }
            let body = table + count
            if rate == nil {
                if bytes.has("OpusHead", at: body), let skip = bytes.littleEndian(body + 10, 2) {
                    (rate, skipped) = (48_000, Double(skip))
                } else if bytes.has("\u{1}vorbis", at: body), let frequency = bytes.littleEndian(body + 12, 4) {
                    rate = Double(frequency)
                } else {
                    return nil
                }
            }
            // All ones: no packet ends on this page.
            if position != .max { last = max(last, Double(position)) }
            at = body + bytes[table..<body].reduce(0) { $0 + Int($1) }
        }
        guard let rate, rate > 0 else { throw .broken }
        return (last - skipped) / rate
    }

    /// RIFF WAVE: the bytes of `data` at the rate of `fmt `. What is still being written states a size of zero or the largest there is.
    private static func wav(_ bytes: [UInt8]) throws(DocumentFault) -> Double? {
        var at = 12
        var rate: Double?
        while let size = bytes.littleEndian(at + 4, 4).map({ Int($0) }) {
            if bytes.has("fmt ", at: at) { rate = bytes.littleEndian(at + 16, 4).map { Double($0) } }
            if bytes.has("data", at: at) {
                guard let rate, rate > 0 else { throw .broken }
                let rest = bytes.count - at - 8
                return Double(size == 0 ? rest : min(size, rest)) / rate
            }
            at += 8 + size + size % 2
        }
        throw .broken
    }
}

/// Recordings that are nothing but frames: the length is their number. What breaks off is as long as what is there.
enum FrameRecording {
    // MARK: MP3 (ISO/IEC 11172-3, 13818-3)

    private static let rates: [[Int]] = [
        [11_025, 12_000, 8000], [], [22_050, 24_000, 16_000], [44_100, 48_000, 32_000],
    ]
    private static let newBitrates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let oldBitrates = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

    static func mp3(_ bytes: [UInt8]) throws(DocumentFault) -> Double? {
        var at = 0
        if bytes.has("ID3", at: 0), let size = bytes.int(6, 4) {
            // Seven bits a byte.
            at = 10 + (size >> 24 & 127) << 21 + (size >> 16 & 127) << 14 + (size >> 8 & 127) << 7 + (size & 127)
        }
        // Padding may follow the tag.
        while at < bytes.count, bytes[at] == 0 { at += 1 }
        var (seconds, frames) = (0.0, 0)
        while let frame = mp3Frame(bytes, at) {
            seconds += frame.seconds
            frames += 1
            at += frame.length
        }
        // One frame may be chance.
        guard frames >= 3 else { throw .broken }
        return seconds
    }

    private static func mp3Frame(_ bytes: [UInt8], _ at: Int) -> (seconds: Double, length: Int)? {
        guard let head = bytes.int(at, 4), head >> 21 == 0x7FF else { return nil }
        let version = head >> 19 & 3
        // Layer III only.
        guard version != 1, head >> 17 & 3 == 1 else { return nil }
        let (bitrateIndex, rateIndex) = (head >> 12 & 15, head >> 10 & 3)
        guard (1...14).contains(bitrateIndex), rateIndex < 3 else { return nil }
        let isNew = version == 3
        let rate = rates[version][rateIndex]
        let bitrate = (isNew ? newBitrates : oldBitrates)[bitrateIndex] * 1000
        let samples = isNew ? 1152 : 576
        let length = samples / 8 * bitrate / rate + (head >> 9 & 1)
        return (Double(samples) / Double(rate), length)
    }

    // MARK: AAC in ADTS (ISO/IEC 13818-7)

    private static let aacRates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
    ]

    static func aac(_ bytes: [UInt8]) throws(DocumentFault) -> Double? {
        var (at, seconds, frames) = (0, 0.0, 0)
        while let head = bytes.bigEndian(at, 7).map({ Int($0) }), head >> 44 == 0xFFF {
            let (rate, length) = (head >> 34 & 15, head >> 13 & 0x1FFF)
            guard aacRates.indices.contains(rate), length >= 7 else { break }
            seconds += Double(1024 * (1 + head & 3)) / Double(aacRates[rate])
            frames += 1
            at += length
        }
        guard frames >= 3 else { throw .broken }
        return seconds
    }

    // MARK: AMR (RFC 4867, 5): frames of 20 ms

    private static let narrow = [12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0]
    private static let wide = [17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0]

    static func amr(_ bytes: [UInt8]) throws(DocumentFault) -> Double? {
        let sizes: [Int]
        var at: Int
        if bytes.has("#!AMR-WB\n", at: 0) {
            (sizes, at) = (wide, 9)
        } else if bytes.has("#!AMR\n", at: 0) {
            (sizes, at) = (narrow, 6)
        } else {
            throw .broken
        }
        var frames = 0
        while at < bytes.count {
            // The first bit and the last two are always zero.
            guard bytes[at] & 0x83 == 0 else { throw .broken }
            at += 1 + sizes[Int(bytes[at] >> 3 & 15)]
            frames += 1
        }
        return Double(frames) * 0.02
    }
}

import CZlib

/// How a body travels (RFC 9110 §8.4). Other codings would save little over gzip and cost another library.
enum ContentCoding: String, Hashable, Sendable {
    case identity, gzip

    /// The best of ours that a client takes; identity when it says nothing.
    init(accepting header: String?) {
        self = .identity
        for range in (header ?? "").utf8.split(separator: UInt8(ascii: ",")).prefix(20) {
            let coding = HeaderParameters(String(decoding: range, as: UTF8.self))
            guard coding.value == "gzip" else { continue }
            if coding.parameters["q"].map({ (Double($0) ?? 0) > 0 }) ?? true { self = .gzip }
        }
    }
}

enum Gzip {
    struct Failure: Error {}

    /// RFC 1952, without a name or a time: the same bytes give the same bytes.
    static func compress(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> [UInt8] {
        guard bytes.count < Int(UInt32.max) else { throw Failure() }
        var stream = z_stream()
        let gzip: Int32 = 15 + 16  // the largest window, and gzip's own head and foot
        let begun = deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard begun == Z_OK else { throw Failure() }
        defer { deflateEnd(&stream) }
        let most = Int(deflateBound(&stream, UInt(bytes.count)))
        stream.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(bytes.count)
        var ended: Int32 = Z_BUF_ERROR
        let result = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            stream.next_out = buffer.baseAddress
            stream.avail_out = UInt32(clamping: most)
            ended = deflate(&stream, Z_FINISH)
            count = most - Int(stream.avail_out)
        }
        guard ended == Z_STREAM_END else { throw Failure() }
        return result
    }
}

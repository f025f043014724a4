import Crypto
import HTTPTypes
import Hummingbird
import NIOCore
import Participation

/// An answer held in memory in one coding, with the strong ETag of its bytes: made once, then only sent.
struct KeptAnswer: Sendable {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let body: ByteBuffer
    let etag: String

    /// - Parameters:
    ///   - headers: those of the content, and `Vary` and `Cache-Control`.
    ///   - body: in the coding that `headers` names, if any.
    init(status: HTTPResponse.Status = .ok, headers: HTTPFields, body: ByteBuffer) {
        self.status = status
        self.body = body
        etag = "\"\(Hexadecimal.encode(SHA256.hash(data: body.readableBytesView).prefix(12)))\""
        var headers = headers
        headers[.eTag] = etag
        headers[.contentLength] = String(body.readableBytes)
        self.headers = headers
    }

    /// The same content, compressed.
    func gzipped() throws -> KeptAnswer {
        let bytes = try body.withUnsafeReadableBytes { try Gzip.compress($0) }
        var headers = headers
        headers[.contentEncoding] = ContentCoding.gzip.rawValue
        return KeptAnswer(status: status, headers: headers, body: ByteBuffer(bytes: bytes))
    }

    /// The whole, or only that the client's copy still holds (RFC 9110 §13.1.2).
    func response(to request: Request) -> Response {
        guard status == .ok, isKnown(to: request) else {
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
        }
        var response = Response(status: .notModified)
        response.headers = [.eTag: etag]
        for name in [.vary, .cacheControl, .contentLanguage] as [HTTPField.Name] {
            response.headers[name] = headers[name]
        }
        return response
    }

    /// Compared weakly, as the rule has it: a proxy that compresses by itself marks our tag as weak.
    private func isKnown(to request: Request) -> Bool {
        request.headers[values: .ifNoneMatch].contains { $0 == "*" || $0.contains(etag) }
    }
}

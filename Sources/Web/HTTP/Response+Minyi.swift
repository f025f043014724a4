import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// After a POST: the browser goes on with a GET, so that a reload sends nothing twice.
    package static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path, .cacheControl: "private, no-cache"])
    }

    /// The same, saying after how many seconds another try is let through (RFC 9110, 10.2.3).
    func withRetry(after seconds: Int) -> Response {
        var response = self
        response.headers[.retryAfter] = String(seconds)
        return response
    }

    /// A page. It is the visitor's own (their language, their forms), and is asked for again each time; it may be kept by
    /// the browser for the back button, because what was typed into it is kept with it.
    package static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "private, no-cache"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Bytes to be saved as a file. The name may hold Chinese (RFC 6266, RFC 8187).
    package static func download(_ bytes: [UInt8], filename: String, contentType: String) -> Response {
        download(ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)), filename: filename, contentType: contentType)
    }

    /// The same from a body that is made while it is sent.
    package static func download(_ body: ResponseBody, filename: String, contentType: String) -> Response {
        // For clients that know no other: what is left of the name in ASCII.
        let ascii = String(
            decoding: filename.utf8.filter { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }, as: UTF8.self)
        // A name in Chinese alone would leave a nameless file, which is hidden.
        let fallback = ascii.hasPrefix(".") || ascii.isEmpty ? "minyi" + ascii : ascii
        return Response(
            status: .ok,
            headers: [
                .contentType: contentType,
                .contentDisposition:
                    "attachment; filename=\"\(fallback)\"; filename*=UTF-8''\(URLEncodedFields.encode(filename))",
                .cacheControl: "private, no-cache",
            ],
            body: body)
    }
}

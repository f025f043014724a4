import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore

@testable import Web

extension TestBrowser {
    /// Sends a form with a file, as browsers do.
    @discardableResult
    func post(
        _ path: String, _ fields: [(String, String)], file field: String, named filename: String, _ bytes: [UInt8]
    ) async throws -> TestResponse {
        let boundary = "----minyi\(UUID().uuidString)"
        var body = ByteBuffer()
        for (name, value) in fields + [("csrf", hidden("csrf") ?? "")] {
            body.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n")
        }
        body.writeString(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(filename)\"\r\n"
                + "Content-Type: text/csv\r\n\r\n")
        body.writeBytes(bytes)
        body.writeString("\r\n--\(boundary)--\r\n")
        return try await send(
            path, .post, body, [.contentType: "multipart/form-data; boundary=\(boundary)"])
    }

    /// The token of a page, which is read for it.
    func token(after path: String) async throws -> String {
        try await get(path)
        return hidden("csrf") ?? ""
    }

    /// Every hidden field of the last form on the page but the token.
    var hiddenFields: [(String, String)] {
        page.components(separatedBy: "<input type=\"hidden\" name=\"").dropFirst().compactMap { part in
            guard let end = part.range(of: "\" value=\""), let close = part[end.upperBound...].firstIndex(of: "\"")
            else { return nil }
            let name = String(part[..<end.lowerBound])
            return name == "csrf" ? nil : (name, String(part[end.upperBound..<close]))
        }
    }
}

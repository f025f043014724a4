import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Web

extension TestBrowser {
    /// Sends a form with a file, as browsers do.
    @discardableResult
    func upload(
        _ path: String, _ fields: [(String, String)], file: (field: String, name: String, bytes: [UInt8])?
    ) async throws -> TestResponse {
        let boundary = "----minyi\(UUID().uuidString)"
        var body = ByteBuffer()
        for (name, value) in fields + [("csrf", token)] {
            body.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n")
        }
        if let file {
            body.writeString(
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(file.field)\"; filename=\"\(file.name)\"\r\n"
                    + "Content-Type: application/octet-stream\r\n\r\n")
            body.writeBytes(file.bytes)
            body.writeString("\r\n")
        }
        body.writeString("--\(boundary)--\r\n")
        return try await send(path, .post, body, [.contentType: "multipart/form-data; boundary=\(boundary)"])
    }

    /// Opens the page a form has led to; what stands behind # is never sent.
    @discardableResult
    func follow(_ response: TestResponse) async throws -> TestResponse {
        try #require(response.status == .seeOther)
        let address = try #require(response.headers[.location])
        return try await get(address.firstIndex(of: "#").map { String(address[..<$0]) } ?? address)
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

import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Styles, scripts and pictures, held in memory. They are few and small, and so no request touches the disk and no path
/// can leave the folder. With the right `?v=` they may be cached for ever.
struct StaticFiles: Sendable {
    private struct File: Sendable {
        let body: ByteBuffer
        let etag: String
        let contentType: String
    }

    private static let folders = ["styles", "scripts", "images"]
    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "jpg": "image/jpeg", "ico": "image/x-icon", "webp": "image/webp",
        "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
    ]

    /// A hash over all files; stands in their addresses.
    let version: String
    private let root: String
    private let reloads: Bool
    private let files: [String: File]

    init(root: String, reloads: Bool) throws {
        self.root = root
        self.reloads = reloads
        files = try Self.load(root)
        var hash = SHA256()
        for (path, file) in files.sorted(by: { $0.key < $1.key }) { hash.update(data: Data((path + file.etag).utf8)) }
        version = hash.finalize().prefix(6).map { String(format: "%02x", $0) }.joined()
    }

    /// The file at this path; nil when there is none.
    func response(to request: Request) -> Response? {
        guard request.method == .get || request.method == .head else { return nil }
        let files = reloads ? (try? Self.load(root)) ?? files : files
        guard let file = files[request.uri.path] else { return nil }
        let forever = !reloads && request.uri.query == "v=\(version)"
        let headers: HTTPFields = [
            .contentType: file.contentType, .eTag: file.etag,
            .cacheControl: forever ? "public, max-age=31536000, immutable" : "public, max-age=0, must-revalidate",
        ]
        let known = request.headers[values: .ifNoneMatch].contains { $0.contains(file.etag) }
        if known { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.body))
    }

    private static func load(_ root: String) throws -> [String: File] {
        var files: [String: File] = [:]
        for folder in folders {
            guard let paths = FileManager.default.enumerator(atPath: "\(root)/\(folder)") else { continue }
            for case let path as String in paths {
                guard let ending = path.split(separator: ".").last, let type = types[String(ending)] else { continue }
                let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(folder)/\(path)"))
                let hash = SHA256.hash(data: data).prefix(12).map { String(format: "%02x", $0) }.joined()
                files["/\(folder)/\(path)"] = File(
                    body: ByteBuffer(bytes: data), etag: "\"\(hash)\"", contentType: type)
            }
        }
        return files
    }
}

import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation

/// Styles, scripts and pictures, held in memory. They are few and small, and so no request touches the disk and no path
/// can leave the folder. With the right `?v=` they may be cached for ever.
struct StaticFiles: Sendable {
    private typealias File = [ContentCoding: KeptAnswer]

    private static let folders = ["styles", "scripts", "images", "workers"]
    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "jpg": "image/jpeg", "ico": "image/x-icon", "webp": "image/webp",
        "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
    ]

    /// What becomes smaller by compression; pictures are compressed already.
    private static let packed: Set = ["css", "js", "svg", "webmanifest", "txt"]

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
        for (path, file) in files.sorted(by: { $0.key < $1.key }) {
            hash.update(data: Data((path + (file[.identity]?.etag ?? "")).utf8))
        }
        version = Hexadecimal.encode(hash.finalize().prefix(6))
    }

    /// The file at this path; nil when there is none.
    func response(to request: Request) -> Response? {
        guard request.method == .get || request.method == .head else { return nil }
        let files = reloads ? (try? Self.load(root)) ?? files : files
        guard let file = files[request.uri.path],
            let answer = file[ContentCoding(accepting: request.headers[.acceptEncoding])] ?? file[.identity]
        else { return nil }
        var response = answer.response(to: request)
        let forever = !reloads && request.uri.query == "v=\(version)"
        // A worker serves pages elsewhere than it stands; the only one there is serves those for the field.
        if request.uri.path.hasPrefix("/workers/"), let field = HTTPField.Name.serviceWorkerAllowed {
            response.headers[field] = "/desk/visits/"
        }
        response.headers[.cacheControl] =
            forever ? "public, max-age=31536000, immutable" : "public, max-age=0, must-revalidate"
        return response
    }

    private static func load(_ root: String) throws -> [String: File] {
        var files: [String: File] = [:]
        for folder in folders {
            guard let paths = FileManager.default.enumerator(atPath: "\(root)/\(folder)") else { continue }
            for case let path as String in paths {
                guard let ending = path.split(separator: ".").last, let type = types[String(ending)] else { continue }
                let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(folder)/\(path)"))
                let plain = KeptAnswer(
                    headers: [.contentType: type, .vary: "Accept-Encoding"], body: ByteBuffer(bytes: data))
                files["/\(folder)/\(path)"] =
                    packed.contains(String(ending))
                    ? [.identity: plain, .gzip: try plain.gzipped()] : [.identity: plain]
            }
        }
        return files
    }
}

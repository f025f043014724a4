@testable import Web

extension Multipart {
    /// A body that is there as a whole.
    /// - Parameter pieces: how many bytes arrive at once.
    static func decode(_ body: [UInt8], boundary: [UInt8], pieces: Int = .max) throws(BadForm) -> FormData {
        var reader = Multipart(boundary: boundary)
        var rest = body[...]
        while !rest.isEmpty {
            try reader.feed(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return try reader.finish()
    }
}

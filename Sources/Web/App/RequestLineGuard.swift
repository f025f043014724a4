import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Makes the request target plain before anything parses it: the router and its helpers walk `String` by grapheme and
/// expect a path. Bytes outside ASCII (old browsers send them in queries) become percent signs, an absolute address
/// loses its host, and what is no path at all becomes one that does not exist.
final class RequestLineGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        head.path = Self.plain(head.path)
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    static let nowhere = "/-"

    static func plain(_ target: String?) -> String {
        var bytes = Array((target ?? "").utf8)
        for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
            let rest = bytes.dropFirst(scheme.utf8.count)
            bytes = Array(rest.drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") })
            if bytes.first != UInt8(ascii: "/") { bytes.insert(UInt8(ascii: "/"), at: 0) }
        }
        guard bytes.first == UInt8(ascii: "/") else { return nowhere }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in bytes {
            if byte > 0x20, byte < 0x7f, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "#") {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

import Glibc
import NIOCore

/// The network a request comes from: an IPv4 address or the /64 of an IPv6 address. It is used for limits only, stays in
/// memory, and is never logged or stored.
package struct ClientNetwork: Sendable, Hashable {
    package let text: String

    /// - Parameters:
    ///   - forwardedFor: the `X-Forwarded-For` headers, given only when a proxy of ours is in front. The proxy appends
    ///     the address it saw, so only the last entry is to be believed.
    package init(peer: SocketAddress?, forwardedFor: [String]?) {
        if let last = forwardedFor?.last?.utf8.split(separator: UInt8(ascii: ",")).last {
            let trimmed = last.filter { $0 > 0x20 && $0 < 0x7f }.prefix(64)
            let address = String(decoding: trimmed, as: UTF8.self)
            text = (try? SocketAddress(ipAddress: address, port: 0)).map(Self.network) ?? "unknown"
        } else {
            text = peer.map(Self.network) ?? "unknown"
        }
    }

    private static func network(of address: SocketAddress) -> String {
        switch address {
        case .v4: address.ipAddress ?? "unknown"
        case .v6: network(ofIPv6: address.ipAddress ?? "")
        case .unixDomainSocket: "local"
        }
    }

    /// Parsed from its text: the fields of `sockaddr_in6` belong to a module that only some builds can see.
    private static func network(ofIPv6 text: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return "unknown" }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
        if isMapped { return bytes.suffix(4).map { String($0) }.joined(separator: ".") }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }
}

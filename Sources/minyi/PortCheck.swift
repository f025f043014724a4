import Glibc

/// Whether a port can be served, asked before the long steps of a start.
enum PortCheck {
    /// - Throws: `StartFailure` when the port is taken, not allowed, or the address is not this machine's.
    static func expectFree(host: String, port: Int) throws {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let answer = getaddrinfo(host, String(port), &hints, &found)
        guard answer == 0, let address = found?.pointee else {
            throw StartFailure("The host \(host) is unknown: \(String(cString: gai_strerror(answer))).")
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address.ai_addr, address.ai_addrlen) != 0 else { return }
        switch errno {
        case EADDRINUSE:
            throw StartFailure("Port \(port) is in use by another program. Choose another one: --port \(port + 1)")
        case EACCES:
            throw StartFailure("Port \(port) needs root. Choose one above 1023, and put nginx in front (README.md).")
        case EADDRNOTAVAIL:
            throw StartFailure("\(host) is not an address of this machine.")
        case let code:
            throw StartFailure("\(host):\(port) cannot be served: \(errorText(code)).")
        }
    }
}

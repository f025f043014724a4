/// The cookies a browser sent, read by bytes.
package struct CookieJar: Sendable {
    private let values: [String: String]

    package init(headers: [String]) {
        var values: [String: String] = [:]
        for header in headers {
            for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
                let trimmed = pair.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                guard let equals = trimmed.firstIndex(of: UInt8(ascii: "=")) else { continue }
                let name = String(decoding: trimmed[..<equals], as: UTF8.self)
                // The first one wins: browsers send the most specific path first.
                guard values[name] == nil else { continue }
                values[name] = String(decoding: trimmed[trimmed.index(after: equals)...], as: UTF8.self)
            }
        }
        self.values = values
    }

    package subscript(name name: String) -> String? { values[name] }
}

/// A cookie to be set: HttpOnly and SameSite=Lax always, Secure whenever the site is reached over https.
package struct SetCookie: Sendable, Equatable {
    package let name: String
    package let value: String
    /// Seconds; nil lasts until the browser is closed, 0 removes the cookie.
    package let maxAge: Int?

    /// - Parameter value: letters, digits, `-`, `_`, `.` and `~` only; anything else is left out, so that no value can
    ///   break the header.
    package init(_ name: String, _ value: String, maxAge: Int?) {
        self.name = name
        self.value = String(
            decoding: value.utf8.filter {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: "~"):
                    true
                default: false
                }
            }, as: UTF8.self)
        self.maxAge = maxAge
    }

    package static func removing(_ name: String) -> SetCookie { SetCookie(name, "", maxAge: 0) }

    func header(secure: Bool) -> String {
        "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "")
            + (maxAge.map { "; Max-Age=\($0)" } ?? "")
    }
}

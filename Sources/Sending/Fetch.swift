import CCurl
import Foundation

/// Asks a server over HTTP and reads what it answers; waits for the network. Only `https:`, and `http:` on this machine for trials.
package struct Fetch: Sendable {
    package struct Answer: Sendable {
        package let status: Int
        /// At most 64 KiB; a longer one is a failure.
        package let body: [UInt8]
    }

    package struct Failed: Error, Equatable {
        package let reason: Delivery.Reason
    }

    private let authority: String?

    /// - Parameter authority: a file with the certificates to trust instead of the system's.
    package init(authority: String? = nil) { self.authority = authority }

    package func get(_ url: String) throws(Failed) -> Answer { try run(url, headers: [], body: nil) }

    /// - Parameter account: as RFC 6749 (2.3.1) has it: both are encoded like a form first.
    package func post(
        _ url: String, form: [(name: String, value: String)], account: (name: String, password: String)? = nil
    ) throws(Failed) -> Answer {
        var headers = ["Content-Type: application/x-www-form-urlencoded", "Expect:"]
        if let account {
            let pair = Self.encoded(account.name) + ":" + Self.encoded(account.password)
            headers.append("Authorization: Basic " + Data(pair.utf8).base64EncodedString())
        }
        let body = form.map { Self.encoded($0.name) + "=" + Self.encoded($0.value) }.joined(separator: "&")
        return try run(url, headers: headers, body: Array(body.utf8))
    }

    /// Whether somebody on the way could read or change what is asked there.
    package static func isSafe(_ url: String) -> Bool {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty, parts.user == nil else {
            return false
        }
        if parts.scheme == "https" { return true }
        return parts.scheme == "http" && ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host)
    }

    private func run(_ url: String, headers: [String], body: [UInt8]?) throws(Failed) -> Answer {
        guard Self.isSafe(url),
            let transfer = Transfer(url: url, protocols: "http,https", authority: authority, allowsPrivate: true)
        else { throw Failed(reason: Delivery.Reason(.insecure)) }
        transfer.keepsAnswer = true
        transfer.set(CURLOPT_HTTPHEADER, ["Accept: application/json", "User-Agent: minyi"] + headers)
        if let body {
            transfer.set(CURLOPT_POST, 1)
            transfer.set(CURLOPT_POSTFIELDSIZE, body.count)
            transfer.send(body)
        }
        let outcome = transfer.perform()
        if let obstacle = outcome.obstacle { throw Failed(reason: obstacle) }
        guard outcome.code == CURLE_OK, outcome.status > 0 else {
            throw Failed(reason: Delivery.Reason(.failed, Int(outcome.code.rawValue)))
        }
        return Answer(status: outcome.status, body: transfer.answer)
    }

    /// As a field of a form: letters, digits and `-._~` stay.
    package static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                return String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                return "%" + (byte < 16 ? "0" : "") + digits
            }
        }.joined()
    }
}

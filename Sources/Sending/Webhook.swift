import CCurl
import Crypto
import Foundation

/// A gateway that takes notices over HTTP and passes them on: short messages, WeChat Work, or anything else. What it gets is
/// signed as the Standard Webhooks specification says (https://www.standardwebhooks.com), so it knows whom it comes from.
package struct Webhook: Sendable {
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    private let url: String
    private let key: SymmetricKey
    private let isInternal: Bool
    private let authority: String?

    /// - Parameters:
    ///   - secret: `whsec_` and the base64 of 24 to 64 bytes, as the receiver has it.
    ///   - isInternal: the gateway stands in the own network: addresses of private networks and `http:` are allowed.
    ///   - authority: a file with the certificates to trust instead of the system's.
    package init(url: String, secret: String, isInternal: Bool = false, authority: String? = nil) throws(Unusable) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.scheme == "https" || parts.scheme == "http" && isInternal
        else {
            throw Unusable(
                description: "The address of the webhook must begin with https:// and carry no name or password.")
        }
        let prefix = "whsec_"
        guard secret.hasPrefix(prefix), let bytes = Data(base64Encoded: String(secret.dropFirst(prefix.count))),
            (24...64).contains(bytes.count)
        else {
            throw Unusable(description: "The secret of the webhook must be whsec_ and the base64 of 24 to 64 bytes.")
        }
        (self.url, self.key, self.isInternal, self.authority) = (url, SymmetricKey(data: bytes), isInternal, authority)
    }

    /// Posts a body of JSON; waits for the network.
    /// - Parameter id: the same for every attempt at the same event, so that the receiver can tell that it has it.
    package func post(_ body: [UInt8], id: String, at moment: Date) -> Delivery {
        guard
            let transfer = Transfer(
                url: url, protocols: isInternal ? "http,https" : "https", authority: authority,
                allowsPrivate: isInternal)
        else { return .postponed(Delivery.Reason(.failed)) }
        let timestamp = String(Int(moment.timeIntervalSince1970))
        transfer.set(
            CURLOPT_HTTPHEADER,
            [
                "Content-Type: application/json", "User-Agent: minyi", "Expect:", "webhook-id: \(id)",
                "webhook-timestamp: \(timestamp)", "webhook-signature: \(signature(id, timestamp, body))",
            ])
        transfer.set(CURLOPT_POST, 1)
        transfer.set(CURLOPT_POSTFIELDSIZE, body.count)
        transfer.send(body)
        return Self.delivery(transfer.perform())
    }

    /// `v1,` and the base64 of an HMAC-SHA256 over `id.timestamp.body`.
    func signature(_ id: String, _ timestamp: String, _ body: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(id).\(timestamp).".utf8) + Data(body), using: key)
        return "v1,\(Data(code).base64EncodedString())"
    }

    private static func delivery(_ outcome: Transfer.Outcome) -> Delivery {
        if let obstacle = outcome.obstacle { return .postponed(obstacle) }
        guard outcome.status > 0, outcome.code == CURLE_OK || outcome.answerWasCut else {
            return .postponed(Delivery.Reason(.failed, Int(outcome.code.rawValue)))
        }
        let reason = Delivery.Reason(.answered, outcome.status)
        return switch outcome.status {
        case 200..<300: .accepted
        // Asked to wait, or it was not ready; every other 4xx would be the same again.
        case 408, 429: .postponed(reason)
        case 400..<500: .refused(reason)
        default: .postponed(reason)
        }
    }
}

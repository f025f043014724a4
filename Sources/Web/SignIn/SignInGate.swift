import Crypto
import Foundation
import Participation
import Synchronization

/// The throttle of sign-ins shared by all requests of this process, and the device cookie that tells a colleague's own
/// browser from a stranger's.
final class SignInGate: Sendable {
    private let throttle = Mutex(SignInThrottle())

    func admit(account: String, network: String, device: String?, at now: Date = Date()) -> SignInThrottle.Verdict {
        throttle.withLock { $0.admit(account: account, network: network, device: device, at: now) }
    }

    func succeeded(account: String, network: String, device: String?, at now: Date = Date()) {
        throttle.withLock { $0.succeeded(account: account, network: network, device: device, at: now) }
    }
}

/// A browser in which somebody has signed in: a random id and the accounts, as short hashes, signed together.
struct DeviceCookie {
    static let name = "device"
    private static let purpose = "device"
    private static let mostAccounts = 8

    private(set) var id: String
    private var accounts: [String]

    init(_ cookie: String?, signer: Signer) {
        let parts = (cookie.flatMap { signer.verify($0, for: Self.purpose) } ?? "").split(separator: " ").map(
            String.init)
        if let first = parts.first {
            id = first
            accounts = Array(parts.dropFirst())
        } else {
            id = SymmetricKey(size: .bits128).withUnsafeBytes { Base64URL.encode($0) }
            accounts = []
        }
    }

    /// The id, when this account has signed in here before.
    func id(for account: String) -> String? {
        accounts.contains(Self.code(account)) ? id : nil
    }

    mutating func remember(_ account: String) {
        accounts.removeAll { $0 == Self.code(account) }
        accounts = [Self.code(account)] + accounts.prefix(Self.mostAccounts - 1)
    }

    func cookie(signer: Signer, now: Date = Date()) -> SetCookie {
        let value = signer.sign(
            ([id] + accounts).joined(separator: " "), for: Self.purpose,
            expires: now.addingTimeInterval(Double(Visit.year)))
        return SetCookie(Self.name, value, maxAge: Visit.year)
    }

    private static func code(_ account: String) -> String {
        Base64URL.encode(SHA256.hash(data: Data(account.utf8)).prefix(12))
    }
}

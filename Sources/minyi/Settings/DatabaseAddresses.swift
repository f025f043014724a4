import Foundation

/// Where an existing PostgreSQL is reached, one libpq address a login role. An address may leave the password out: the
/// one in the secrets directory is used then, or libpq's own ways (password file, certificate).
struct DatabaseAddresses: Sendable {
    var owner: String?
    var visitors: String?
    var staff: String?
    var work: String?

    var isEmpty: Bool { owner == nil && visitors == nil && staff == nil && work == nil }

    /// Returns the address with a password added, unless it carries one.
    static func adding(password: String?, to address: String) -> String {
        guard let password, !carriesPassword(address) else { return address }
        if address.hasPrefix("postgresql://") || address.hasPrefix("postgres://") {
            return address + (address.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + "password=\(password)"
        }
        return address + " password=\(password)"
    }

    private static func carriesPassword(_ address: String) -> Bool {
        if address.contains("password=") || address.contains("passfile=") || address.contains("sslcert=") {
            return true
        }
        guard let scheme = address.range(of: "://") else { return false }
        let authority = address[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":")
    }
}

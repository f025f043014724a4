import Configuration
import Foundation
import Participation

/// Where PostgreSQL is reached, one libpq address a login role.
struct DatabaseAddresses: Sendable {
    private var addresses: [DatabaseRoles.Login: String] = [:]

    var isEmpty: Bool { addresses.isEmpty }

    subscript(login: DatabaseRoles.Login) -> String? {
        get { addresses[login] }
        set { addresses[login] = newValue }
    }

    /// The addresses of an embedded cluster, reached through its socket.
    static func embedded(
        socketDirectory: String, database: String = Installation.databaseName
    ) -> DatabaseAddresses {
        var databases = DatabaseAddresses()
        for login in DatabaseRoles.Login.allCases {
            databases[login] = embedded(
                socketDirectory: socketDirectory, database: database, user: login.rawValue)
        }
        return databases
    }

    static func embedded(socketDirectory: String, database: String, user: String) -> String {
        "host=\(socketDirectory) port=5432 dbname=\(database) user=\(user)"
    }

    /// Returns the address with a password added, unless it carries a password or another way to sign in.
    static func adding(password: String?, to address: String) -> String {
        guard let password, !carriesPassword(address) else { return address }
        if address.hasPrefix("postgresql://") || address.hasPrefix("postgres://") {
            return address + (address.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + "password=\(password)"
        }
        return address + " password=\(password)"
    }

    private static func carriesPassword(_ address: String) -> Bool {
        if ["password=", "passfile=", "sslcert="].contains(where: address.contains) { return true }
        guard let scheme = address.range(of: "://") else { return false }
        let authority = address[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":")
    }
}

extension DatabaseRoles.Login {
    /// The setting that holds its address, as the settings file has it below `database`.
    var nameInFile: String {
        switch self {
        case .owner: "ownerUrl"
        case .public: "publicUrl"
        case .staff: "staffUrl"
        case .work: "workUrl"
        }
    }

    var key: ConfigKey { ConfigKey(["database", nameInFile]) }

    /// The same in the environment.
    var setting: String {
        switch self {
        case .owner: "MINYI_DATABASE_OWNER_URL"
        case .public: "MINYI_DATABASE_PUBLIC_URL"
        case .staff: "MINYI_DATABASE_STAFF_URL"
        case .work: "MINYI_DATABASE_WORK_URL"
        }
    }
}

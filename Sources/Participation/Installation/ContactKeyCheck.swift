import Crypto
import Foundation
import Postgres

/// Whether the keys of an installation and its database belong together.
package struct ContactKeyCheck: Sendable {
    package enum Mismatch: Error, Equatable, CustomStringConvertible {
        case lacking([String])
        case other(String)

        package var description: String {
            switch self {
            case .lacking(let ids):
                """
                The database holds contact data encrypted with \(ids.joined(separator: ", ")), and the secrets directory \
                lacks it. Restore the directory from its backup.
                """
            case .other(let id):
                """
                The \(id) of the secrets directory is not the one this database was written with. Restore the directory \
                that belongs to the database.
                """
            }
        }
    }

    private let proofs: [String: [UInt8]]

    package init(_ secrets: Secrets) {
        proofs = secrets.contactKeys.mapValues { key in
            Array(HMAC<SHA256>.authenticationCode(for: Data("minyi contact key".utf8), using: key))
        }
    }

    /// Introduces the keys to the database, and looks for those it needs besides.
    /// - Parameter database: as the role of the desk, or of the worker.
    /// - Throws: `Mismatch`. Nothing is remembered then.
    package func callAsFunction(in database: Database) async throws {
        try await database.write { [proofs] tx in
            for (id, proof) in proofs.sorted(by: { $0.key < $1.key }) {
                let same = try tx.value("select introduce_contact_key(\(id), \(proof))", as: Bool.self)
                guard same else { throw Mismatch.other(id) }
            }
            let needed = try tx.values("select contact_keys_in_use()", as: String.self)
            let lacking = needed.filter { proofs[$0] == nil }
            guard lacking.isEmpty else { throw Mismatch.lacking(lacking) }
        }
    }
}

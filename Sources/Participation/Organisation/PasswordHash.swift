import Crypto
import CryptoExtras
import Foundation

/// scrypt hashes of passwords, as `scrypt$15$8$1$salt$hash` (log₂ of the rounds, block size, parallelism; Base64).
///
/// One hash takes 32 MiB and about 0.1 s, so hashing runs on threads of its own, two at once at most: the threads that
/// serve pages never wait for it, and a flood of sign-ins cannot take the memory of the machine.
package enum PasswordHash {
    private struct Parameters {
        var logRounds = 15
        var blockSize = 8
        var parallelism = 1

        /// A stored hash is our own, but a wrong one must not be able to ask for gigabytes.
        var isReasonable: Bool {
            (10...20).contains(logRounds) && (1...16).contains(blockSize) && (1...4).contains(parallelism)
        }
    }

    private static let threads = OwnThreads("password-hash", threads: 2, longestQueue: 32)

    /// A new hash of the password with a fresh salt.
    /// - Parameter logRounds: log₂ of the rounds; less than 15 only for throw-away accounts of tests.
    package static func make(_ password: String, logRounds: Int = 15) async throws -> String {
        try await threads.run {
            let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
            return try encode(password, salt: salt, parameters: Parameters(logRounds: logRounds))
        }
    }

    /// Whether the password belongs to the stored hash. With `nil` (no such account) the same work is done and the
    /// answer is false, so that the time taken does not tell whether an account exists.
    package static func verify(_ password: String, against stored: String?) async throws -> Bool {
        try await threads.run {
            guard let stored, let (salt, parameters) = decode(stored) else {
                _ = try encode(password, salt: Array(repeating: 0, count: 16), parameters: Parameters())
                return false
            }
            return constantTimeEqual(try encode(password, salt: salt, parameters: parameters), stored)
        }
    }

    private static func encode(_ password: String, salt: [UInt8], parameters: Parameters) throws -> String {
        // Two keyboards may compose the same letter differently; NFC makes them one password.
        let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << parameters.logRounds,
            blockSize: parameters.blockSize, parallelism: parameters.parallelism)
        let hash = key.withUnsafeBytes { Data($0) }
        return "scrypt$\(parameters.logRounds)$\(parameters.blockSize)$\(parameters.parallelism)"
            + "$\(Data(salt).base64EncodedString())$\(hash.base64EncodedString())"
    }

    private static func decode(_ stored: String) -> (salt: [UInt8], parameters: Parameters)? {
        let parts = stored.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 6, parts[0] == "scrypt", let logRounds = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Data(base64Encoded: parts[4])
        else { return nil }
        let parameters = Parameters(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        return parameters.isReasonable ? (Array(salt), parameters) : nil
    }

    private static func constantTimeEqual(_ left: String, _ right: String) -> Bool {
        let (a, b) = (Array(left.utf8), Array(right.utf8))
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

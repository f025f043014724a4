import Foundation
import Participation

/// The receipts that this browser may show without typing number and code again: after sending, or after looking one up.
/// Signed, out of reach of scripts, gone with the browser's session and after a day at the latest, because many people
/// share a computer.
struct ReceiptCookie: Sendable {
    struct Entry: Sendable, Equatable {
        let number: String
        let code: QueryCode
    }

    static let name = "receipts"
    private static let purpose = "receipts"
    private static let most = 8
    private static let lifetime: TimeInterval = 86_400

    /// The newest first.
    private(set) var entries: [Entry]

    init(_ cookie: String?, signer: Signer) {
        let value = cookie.flatMap { signer.verify($0, for: Self.purpose) } ?? ""
        entries = value.split(separator: " ").compactMap { pair in
            let parts = pair.split(separator: ":").map(String.init)
            guard parts.count == 2, let code = QueryCode(parts[1]) else { return nil }
            return Entry(number: parts[0], code: code)
        }
    }

    func code(of number: String) -> QueryCode? { entries.first { $0.number == number }?.code }

    mutating func remember(_ number: String, _ code: QueryCode) {
        entries.removeAll { $0.number == number }
        entries = [Entry(number: number, code: code)] + entries.prefix(Self.most - 1)
    }

    mutating func forget(_ number: String) { entries.removeAll { $0.number == number } }

    func cookie(signer: Signer, now: Date = Date()) -> SetCookie {
        guard !entries.isEmpty else { return .removing(Self.name) }
        let value = entries.map { "\($0.number):\($0.code.digits)" }.joined(separator: " ")
        return SetCookie(
            Self.name, signer.sign(value, for: Self.purpose, expires: now.addingTimeInterval(Self.lifetime)),
            maxAge: nil)
    }
}

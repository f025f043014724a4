import Foundation
import HTTPTypes
import Participation

/// What somebody gets for what they have just sent: the number and the code that open the receipt, and what proves it.
struct NewReceipt: Sendable {
    let number: String
    let code: QueryCode
    let receivedAt: Date
    let proof: [UInt8]

    /// - Throws: when the door has taken it and says no number, which it never does.
    init(_ outcome: IntakeOutcome, code: QueryCode) throws {
        guard let number = outcome.number, let receivedAt = outcome.receivedAt, let proof = outcome.proof else {
            throw Problem(.internalServerError, .internalError)
        }
        (self.number, self.code, self.receivedAt, self.proof) = (number, code, receivedAt, proof)
    }
}

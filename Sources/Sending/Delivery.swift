/// What became of one attempt to hand something over.
package enum Delivery: Sendable, Equatable {
    /// The other side has taken it over.
    case accepted
    /// It never will take it.
    case refused(Reason)
    /// Not now: trying again later makes sense.
    case postponed(Reason)

    /// Why, without a word of what the other side said: servers quote addresses.
    package struct Reason: Sendable, Equatable, CustomStringConvertible {
        package enum Word: String, Sendable, CaseIterable {
            /// An answer with a code of its own; the number is that code.
            case answered
            /// Nobody listens there, or the name is unknown.
            case unreachable
            case timeout
            /// No encryption, or a certificate that cannot be trusted.
            case insecure
            /// The mail server does not know the account or its password.
            case signIn = "sign_in"
            /// The address belongs to a private network, which was not allowed.
            case privateAddress = "private_address"
            /// Anything else; the number is libcurl's code.
            case failed
        }

        package let word: Word
        package var number: Int?

        package init(_ word: Word, _ number: Int? = nil) { (self.word, self.number) = (word, number) }

        /// `answered 550`
        package var description: String { number.map { "\(word.rawValue) \($0)" } ?? word.rawValue }
    }
}

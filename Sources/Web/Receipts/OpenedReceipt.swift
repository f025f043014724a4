import Participation
import Postgres
import Slips
import Text

/// What number and code have opened: the receipt of a comment, of a message, of a sheet or of a registration.
enum OpenedReceipt {
    case comment(Receipt)
    case message(MessageReceipt)
    case sheet(SheetReceipt)
    case registration(RegistrationReceipt)

    /// - Parameter mac: `QueryCodes.mac` of the code typed.
    /// - Returns: nil when number and code do not belong together; nothing says which of them is wrong.
    static func find(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> OpenedReceipt? {
        // Of one questionnaire thousands are sent in an hour, and each is opened at once: one question for them instead of two.
        if let sheet = try await SheetReceipt.find(number, mac: mac, in: database) { return .sheet(sheet) }
        return switch try await ReceiptKind.find(number, mac: mac, in: database) {
        case nil, .sheet: nil
        case .comment: try await Receipt.find(number, mac: mac, in: database).map(OpenedReceipt.comment)
        case .message: try await MessageReceipt.find(number, mac: mac, in: database).map(OpenedReceipt.message)
        case .registration:
            try await RegistrationReceipt.find(number, mac: mac, in: database).map(OpenedReceipt.registration)
        }
    }

    var number: String {
        switch self {
        case .comment(let receipt): receipt.number
        case .message(let receipt): receipt.number
        case .sheet(let receipt): receipt.number
        case .registration(let receipt): receipt.number
        }
    }

    var holdsWords: Bool {
        switch self {
        case .comment(let receipt): receipt.holdsWords
        case .message(let receipt): receipt.holdsWords
        case .sheet(let receipt): receipt.holdsWords
        case .registration(let receipt): receipt.holdsWords
        }
    }

    var canonicalForm: CanonicalForm {
        switch self {
        case .comment(let receipt): receipt.canonicalForm
        case .message(let receipt): receipt.canonicalForm
        case .sheet(let receipt): receipt.canonicalForm
        case .registration(let receipt): receipt.canonicalForm
        }
    }

    /// The receipt as a picture to keep.
    func slip(_ code: QueryCode, masthead: String, publicURL: String, _ texts: Texts) -> ReceiptSlip {
        switch self {
        case .comment(let receipt): receipt.slip(code, masthead: masthead, publicURL: publicURL, texts)
        case .message(let receipt): receipt.slip(code, masthead: masthead, publicURL: publicURL, texts)
        case .sheet(let receipt): receipt.slip(code, masthead: masthead, publicURL: publicURL, texts)
        case .registration(let receipt): receipt.slip(code, masthead: masthead, publicURL: publicURL, texts)
        }
    }
}

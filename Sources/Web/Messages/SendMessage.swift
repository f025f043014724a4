import Participation
import Text

/// What became of a message that somebody has sent.
enum MessageAnswer {
    /// It is stored; `before` when it had been already.
    case received(NewReceipt, before: Bool)
    /// The key stands for another message, with this number.
    case keyReused(number: String)
    case faulty(FormErrors)
}

extension WebApplication {
    /// The one way of a message from the web through the door, whether a form was filled in or a program sent it.
    func send(_ message: Message, _ texts: Texts) async throws -> MessageAnswer {
        guard message.faults.isEmpty else { return .faulty(FormErrors(of: message.faults, texts)) }
        func faulty(_ field: String, _ key: String) -> MessageAnswer {
            .faulty(FormErrors(field, texts["messages.errors.\(key)", ["limit": Message.longestTitle]]))
        }
        let outcome = try await intake.accept(message, in: pools.public)
        switch outcome.verdict {
        case .accepted, .already:
            let receipt = try NewReceipt(outcome, code: intake.codes.code(for: message.key))
            return .received(receipt, before: outcome.verdict == .already)
        case .keyReused: return .keyReused(number: outcome.number ?? "")
        case .unknownUnit: return faulty("unit", "unit_unknown")
        case .unknownFile: return faulty("files", "files_gone")
        case .phoneRequired: return faulty("phone", "phone_required")
        case .titleEmpty: return faulty("title", "title_empty")
        case .empty: return faulty("message", "body_empty")
        case .notAllowed: throw Problem.forbidden
        // Malformed, or what is said of other kinds of submissions only.
        default: throw Problem.badRequest
        }
    }
}

import Foundation
import Postgres

/// A submission as it stands before its door: a comment before `intake`, a message before `intake_messages`, a sheet before
/// `intake_sheets`, a registration before `intake_registrations`.
package enum IntakeItem: Sendable {
    case comment(CommentItem)
    case message(MessageItem)
    case sheet(SheetItem)
    case registration(RegistrationItem)
}

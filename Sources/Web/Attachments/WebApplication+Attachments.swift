import Foundation
import Hummingbird
import Participation

extension WebApplication {
    /// Scans of signed forms and slips, for those whose units they belong to.
    func addAttachments(to router: Router<MinyiContext>) {
        desk(router).get("attachments/:id") { _, context -> Response in
            let actor = try context.staff.databaseActor
            guard let id = UUID(uuidString: try context.text("id")),
                let attachment = try await Attachment.find(id, in: pools.staff, as: actor)
            else { throw Problem.notFound }
            let database = pools.staff
            return .download(attachment, as: attachment.plainName) {
                try await Attachment.chunk($0, of: id, in: database, as: actor)
            }
        }
    }
}

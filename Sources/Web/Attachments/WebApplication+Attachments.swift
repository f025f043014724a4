import Documents
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
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
            // Chunk by chunk: a file never stands in memory as a whole, and no connection waits for a slow reader.
            let body = ResponseBody(contentLength: attachment.size) { writer in
                var ordinal = 0
                while let chunk = try await Attachment.chunk(ordinal, of: id, in: database, as: actor) {
                    try await writer.write(ByteBuffer(bytes: chunk))
                    ordinal += 1
                }
                try await writer.finish(nil)
            }
            // The name it came with may name a person; this one says enough.
            let name = "\(id.uuidString.lowercased().prefix(8)).\(attachment.kind.ending)"
            var response = Response.download(
                body, filename: name, contentType: attachment.kind.rawValue)
            // It may be sealed at any time.
            response.headers[.cacheControl] = "no-store"
            return response
        }
    }
}

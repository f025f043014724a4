import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Participation
import Postgres

/// The context of a request: what Hummingbird needs, and the visit.
package struct MinyiContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package private(set) var visit: Visit
    package let channel: any NIOCore.Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        visit = Visit()
    }

    /// Names the request in the log and on error pages.
    package var requestID: String { logger[metadataKey: "hb.request.id"]?.description ?? "-" }
    package var language: Language { visit.language }
    package var texts: Texts { visit.texts }
    package var form: FormData { visit.form }

    /// The signed-in member of staff. Routes below `/desk` have one; elsewhere this is a 403.
    package var staff: StaffActor {
        get throws {
            guard let staff = visit.staff else { throw Problem.forbidden }
            return staff
        }
    }

    /// The actor of database calls on the staff pool.
    package var actor: DatabaseActor { visit.staff?.databaseActor ?? .anonymous }

    /// The same request without the person who sent it.
    /// - Parameter token: stands in forms instead of theirs.
    func forNobodyInParticular(token: String? = nil) -> MinyiContext {
        var context = self
        context.visit = visit.withoutPerson(token: token)
        return context
    }

    /// A number in the path, such as `:id`; anything else is a page that does not exist.
    package func number(_ name: String) throws -> Int {
        guard let text = parameters.get(name), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text)
        else { throw Problem.notFound }
        return number
    }

    /// A text in the path, percent-decoded; what cannot be decoded is a page that does not exist.
    package func text(_ name: String) throws -> String {
        guard let raw = parameters.get(name) else { throw Problem.notFound }
        guard raw.utf8.contains(UInt8(ascii: "%")) else { return raw }
        let escaped = raw.utf8.flatMap { $0 == UInt8(ascii: "+") ? Array("%2B".utf8) : [$0] }
        guard let fields = try? URLEncodedFields.decode(Array("v=".utf8) + escaped), let field = fields.first,
            fields.count == 1
        else { throw Problem.notFound }
        return field.value
    }

    /// Whether the other end is on this machine, and no proxy asks for somebody else.
    func isFromThisMachine(_ request: Request) -> Bool {
        let forwarded = HTTPField.Name.forwardedFor.map { request.headers.contains($0) } ?? true
        let address = channel.remoteAddress?.ipAddress ?? ""
        return !forwarded && (address.hasPrefix("127.") || address == "::1")
    }
}

extension Request {
    /// The fields of the query, decoded as strictly as a form. Nobody has sent too much here: an address with a name or a
    /// number of fields beyond all reason was made up.
    package func query() throws -> FormData {
        do throws(BadForm) {
            return FormData(fields: try URLEncodedFields.decode((uri.query ?? "").utf8))
        } catch {
            throw error == .tooMany ? Problem.badRequest : error
        }
    }

    var authority: String? { head.authority }
}

extension HTTPField.Name {
    /// Whom a proxy of ours asks for.
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")
    /// How far a service worker may reach (Service Workers, section 4.1).
    static let serviceWorkerAllowed = HTTPField.Name("Service-Worker-Allowed")
}

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation
import Text

/// A page with a form that nobody has begun, as everyone gets it, with gaps for what is one visitor's alone: the tokens of its forms, and the
/// key under which it will be sent.
struct BlankForm: Sendable {
    /// What stands in the gaps while the page is made.
    fileprivate static let token = GappedText.mark()
    fileprivate static let key = UUID()

    private let headers: HTTPFields
    private let text: GappedText

    /// - Parameter page: made with the two above.
    fileprivate init(_ page: ByteBuffer, headers: HTTPFields) {
        self.headers = headers
        text = GappedText(String(buffer: page), marks: [Self.token, Self.key.uuidString.lowercased()])
    }

    fileprivate var size: Int { text.size }

    fileprivate func filled(token: String, key: UUID) -> Response {
        let body = ByteBuffer(
            string: text.filled([HTMLEscaping.escape(token), key.uuidString.lowercased()]))
        var headers = headers
        headers[.contentLength] = String(body.readableBytes)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}

/// Blank forms, each made once for each change, language and display: when a thousand people open the same one in a minute, what is their own
/// is put in, and nothing is made anew.
package struct BlankForms: Sendable {
    private struct Key: Hashable {
        let address: String
        let language: Language
        let display: Display
    }

    /// 8 MB: some hundred.
    private static let limit = 8 * 1024 * 1024

    private let memory: PublicMemory<Key, BlankForm>

    init(_ freshness: Freshness) {
        memory = PublicMemory(freshness, limit: Self.limit) { $0.size + 1024 }
    }

    /// - Parameters:
    ///   - key: under which this visitor will send it.
    ///   - address: path of the page, as its own links would write it.
    ///   - topic: what makes the page out of date; it may show only what `sql/0014` watches.
    ///   - make: makes the page for a key, in a context without a person in it. It sets no cookies.
    func form(
        _ key: UUID, at address: String, about topic: PublicState.Topic, _ context: MinyiContext,
        make: @escaping @Sendable (UUID, MinyiContext) async throws -> Response
    ) async throws -> Response {
        let visit = context.visit
        visit.moveTo(address)
        // Their name, or a word for the next page, stands in the frame.
        guard visit.staff == nil, !visit.hasFlash else { return try await make(key, context) }
        let blank = try await memory.value(
            Key(address: address, language: visit.language, display: visit.display), about: topic
        ) {
            let nobody = context.forNobodyInParticular(token: BlankForm.token)
            let response = try await make(BlankForm.key, nobody)
            // A cookie would be lost on everyone.
            guard nobody.visit.setCookies.isEmpty, let page = try await response.body.collected() else {
                throw Problem.unavailable
            }
            return BlankForm(page, headers: response.headers)
        }
        return blank.filled(token: visit.csrfToken(), key: key)
    }
}

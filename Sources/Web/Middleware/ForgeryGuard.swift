import Foundation
import HTTPTypes
import Hummingbird

/// Takes a form only from a page of ours that was made for this browser.
///
/// The token is a signed code over the session or the visit's cookie (a signed double submit), so nothing is stored. A
/// form whose token does not fit comes back as a page with all its fields and a fresh token: usually the page was open
/// longer than the cookie lasts. A form that the browser says comes from another site comes back without that button.
struct ForgeryGuard: RouterMiddleware {
    typealias Context = MinyiContext
    package static let field = "csrf"
    /// Forms that write nothing and stand in pages that everyone gets alike: a token in them would be somebody's.
    private static let harmless: Set<String> = ["/questionnaires/{number}/choice"]
    /// Pressed in a mail program, by its server, without any page of ours (RFC 8058): the secret in the address is the token.
    private static let byItsSecret: Set<String> = ["/reminders/{secret}/stop"]

    let publicURL: String

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Below /api no cookie counts: there is nothing to forge.
        if request.method == .get || request.method == .head || request.isForAPI {
            return try await next(request, context)
        }
        if let path = context.endpointPath, Self.byItsSecret.contains(path) { return try await next(request, context) }
        guard !isForeign(request) else { throw Problem(.forbidden, .foreignPage) }
        let isHarmless = context.endpointPath.map { Self.harmless.contains($0) } ?? false
        guard isHarmless || context.visit.accepts(csrf: context.form.exactly(Self.field)) else {
            throw Problem(.forbidden, .expiredPage)
        }
        return try await next(request, context)
    }

    private func isForeign(_ request: Request) -> Bool {
        if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ request.headers[$0] }), site == "cross-site" {
            return true
        }
        // "null" says nothing (privacy settings, old in-app browsers): the token decides alone.
        guard let origin = request.headers[.origin], origin != "null" else { return false }
        if origin == publicURL { return false }
        guard let host = origin.range(of: "://").map({ origin[$0.upperBound...] }) else { return true }
        return request.authority.map { host != $0 } ?? true
    }
}

import HTTPTypes
import Hummingbird
import NIOCore

/// Reads who comes and how they want to see the site; on the way out sets the cookies of the visit, and takes the body
/// from answers to HEAD.
struct Arrival: RouterMiddleware {
    typealias Context = MinyiContext
    let pages: PageRenderer
    let signer: Signer
    let trustsProxy: Bool
    let secureCookies: Bool

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let (headers, channel, trustsProxy) = (request.headers, context.channel, trustsProxy)
        context.visit.begin(
            request: request,
            network: {
                let forwarded = trustsProxy ? HTTPField.Name.forwardedFor.map { headers[values: $0] } : nil
                return ClientNetwork(
                    peer: channel.remoteAddress, forwardedFor: forwarded.flatMap { $0.isEmpty ? nil : $0 })
            }, signer: signer, texts: pages.texts)
        var response = try await next(request, context)
        for cookie in context.visit.setCookies {
            response.headers.append(HTTPField(name: .setCookie, value: cookie.header(secure: secureCookies)))
        }
        return request.method == .head ? response.createHeadResponse() : response
    }
}

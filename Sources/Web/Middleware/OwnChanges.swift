import Hummingbird
import Participation

/// Who has changed something at the desk sees it on the next page: this process learns of it before it answers. Others
/// learn of it a moment later.
struct OwnChanges: RouterMiddleware {
    typealias Context = MinyiContext
    let freshness: Freshness

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        let isChange = request.method != .get && request.method != .head && context.visit.staff != nil
        // What was changed stays changed, whether this is learnt now or later.
        if isChange { _ = try? await freshness.ask() }
        return response
    }
}

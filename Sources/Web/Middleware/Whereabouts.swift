import Hummingbird

/// Answers what needs neither body nor session: static files, paths that do not exist, methods a path does not have.
/// Without this a wrong address would first be told that its form has expired.
struct Whereabouts: RouterMiddleware {
    typealias Context = MinyiContext
    let table: RouteTable
    let assets: StaticFiles

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // The router sets the endpoint before it runs this chain, unless no route matched.
        guard context.endpointPath == nil else { return try await next(request, context) }
        if let file = assets.response(to: request) {
            context.coreContext.endpointPath.value = "static"
            return file
        }
        let methods = table.methods(at: request.uri.path)
        throw methods.isEmpty ? Problem.notFound : Problem.methodNotAllowed(methods)
    }
}

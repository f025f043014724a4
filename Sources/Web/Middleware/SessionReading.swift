import Hummingbird
import Participation
import Postgres

/// Finds out which member of staff a session cookie belongs to. The cookie holds 32 random bytes, the database their hash.
struct SessionReading: RouterMiddleware {
    typealias Context = MinyiContext
    static let cookie = "session"

    let staff: Database

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        try await read(context)
        return try await next(request, context)
    }

    /// Signs the visit in when its cookie belongs to a session; once, when a large body was already let in by it.
    func read(_ context: Context) async throws {
        guard context.visit.staff == nil,
            let token = context.visit.cookies[name: Self.cookie].flatMap(Base64URL.decode), token.count == 32
        else {
            return
        }
        let hash = StaffSession.hash(of: token)
        if let actor = try await StaffSession.find(tokenHash: hash, in: staff) {
            context.visit.signIn(actor, sessionHash: hash)
        }
    }
}

import HTTPTypes
import Hummingbird

/// Headers that keep pages from doing or being part of what we did not write.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = MinyiContext
    let https: Bool

    /// No inline script or style anywhere. `data:` images are the small marks of the style sheet.
    static let policy = [
        "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self' data: blob:",
        "font-src 'self'", "connect-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'",
        "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private static let always: [HTTPField] = [
        HTTPField(name: .contentSecurityPolicy, value: policy),
        HTTPField(name: .xContentTypeOptions, value: "nosniff"),
        HTTPField(name: .crossOriginResourcePolicy, value: "same-origin"),
        field("Referrer-Policy", "same-origin"),
        field("Cross-Origin-Opener-Policy", "same-origin"),
        // For browsers that do not know frame-ancestors.
        field("X-Frame-Options", "DENY"),
        field("Permissions-Policy", "camera=(), microphone=(self), geolocation=(), payment=()"),
    ].compactMap(\.self)
    private static let overHTTPS = HTTPField(name: .strictTransportSecurity, value: "max-age=31536000")

    private static func field(_ name: String, _ value: String) -> HTTPField? {
        HTTPField.Name(name).map { HTTPField(name: $0, value: value) }
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        // No handler sets one of them, so there is none to be looked for and replaced.
        response.headers.append(contentsOf: Self.always)
        if https { response.headers.append(Self.overHTTPS) }
        return response
    }
}

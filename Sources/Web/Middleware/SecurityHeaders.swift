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

    private static let xFrameOptions = HTTPField.Name("X-Frame-Options")
    private static let referrerPolicy = HTTPField.Name("Referrer-Policy")
    private static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")
    private static let permissionsPolicy = HTTPField.Name("Permissions-Policy")

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        func set(_ name: HTTPField.Name?, _ value: String) {
            if let name { response.headers[name] = value }
        }
        set(.contentSecurityPolicy, Self.policy)
        set(.xContentTypeOptions, "nosniff")
        set(Self.referrerPolicy, "same-origin")
        set(Self.openerPolicy, "same-origin")
        set(.crossOriginResourcePolicy, "same-origin")
        // For browsers that do not know frame-ancestors.
        set(Self.xFrameOptions, "DENY")
        set(Self.permissionsPolicy, "camera=(), microphone=(), geolocation=(), payment=()")
        if https { set(.strictTransportSecurity, "max-age=31536000") }
        return response
    }
}

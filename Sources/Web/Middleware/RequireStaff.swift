import HTTPTypes
import Hummingbird

/// Lets only signed-in members of staff pass. A page leads to the sign-in and back; a form whose sign-in has expired
/// becomes the sign-in page with the typed fields kept inside, to be sent again afterwards.
///
/// What a member of staff may then do is decided by the database, not here.
struct RequireStaff: RouterMiddleware {
    typealias Context = MinyiContext
    let pages: PageRenderer

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if context.visit.staff != nil { return try await next(request, context) }
        if request.method == .get || request.method == .head {
            return .seeOther("/desk/sign-in?to=\(URLEncodedFields.encode(context.visit.here))")
        }
        let texts = context.texts
        let kept = KeptForm(context.form, action: context.visit.here)
        let page = SignInPage(
            title: texts["sign_in.title"], name: "", to: "/desk", kept: kept.encoded,
            notice: texts[kept.hadFiles ? "sign_in.expired_with_files" : "sign_in.expired"], errors: FormErrors())
        return try pages.render(page, in: context, status: .unauthorized)
    }
}

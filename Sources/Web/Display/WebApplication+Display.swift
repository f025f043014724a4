import Hummingbird

extension WebApplication {
    /// Language, size and theme. Links (GET) are enough, because only cookies of the visitor's own change; forms work too.
    func addDisplay(to router: Router<MinyiContext>) {
        router.get("/display") { request, context -> Response in
            change(try request.query(), context)
        }
        router.post("/display") { _, context -> Response in
            change(context.form, context)
        }
    }

    private func change(_ form: FormData, _ context: MinyiContext) -> Response {
        if let language = Language(rawValue: form.string("lang")) {
            context.visit.set(SetCookie(Visit.languageCookie, language.rawValue, maxAge: Visit.year))
        }
        var display = context.visit.display
        if let size = Display.Size(rawValue: form.string("size")) { display.size = size }
        if let theme = Display.Theme(rawValue: form.string("theme")) { display.theme = theme }
        if display != context.visit.display {
            context.visit.set(SetCookie(Display.cookie, display.cookieValue, maxAge: Visit.year))
        }
        return .seeOther(LocalPath(form.optional("to"))?.text ?? "/")
    }
}

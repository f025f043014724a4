import HTTPTypes
import Hummingbird
import Participation

extension WebApplication {
    func addSignIn(to router: Router<MinyiContext>) {
        router.get("/desk/sign-in") { request, context -> Response in
            let to = LocalPath(try request.query().optional("to"))?.text ?? "/desk"
            if context.visit.staff != nil { return .seeOther(to) }
            return try pages.render(signInPage(context, to: to), in: context)
        }

        router.post("/desk/sign-in") { _, context -> Response in
            try await signIn(context)
        }

        router.post("/desk/sign-out") { _, context -> Response in
            if let hash = context.visit.sessionHash { try await StaffSession.close(tokenHash: hash, in: pools.staff) }
            context.visit.set(.removing(SessionReading.cookie))
            var response = Response.seeOther("/")
            // Others may use this computer, and the back button must not show them the desk (W3C Clear Site Data).
            if let name = HTTPField.Name("Clear-Site-Data") { response.headers[name] = "\"cache\"" }
            return response
        }
    }

    private func signIn(_ context: MinyiContext) async throws -> Response {
        let form = context.form
        let texts = context.texts
        let name = form.string("name")
        // Sign-in names are stored in lower case; a phone's keyboard likes to begin with a capital.
        let account = name.lowercased()
        let password = form.exactly("password")
        let to = LocalPath(form.optional("to"))?.text ?? "/desk"
        let network = context.visit.network.text
        var device = DeviceCookie(context.visit.cookies[name: DeviceCookie.name], signer: signer)

        var errors = FormErrors()
        errors.require(!name.isEmpty && name.utf8.count <= 200, "name", texts["sign_in.name_missing"])
        errors.require(!password.isEmpty && password.utf8.count <= 1024, "password", texts["sign_in.password_missing"])
        guard errors.isEmpty else {
            return try pages.render(
                signInPage(context, to: to, errors: errors), in: context, status: .unprocessableContent)
        }

        let known = device.id(for: account)
        if case .wait(let seconds) = signInGate.admit(account: account, network: network, device: known) {
            let errors = FormErrors("name", texts["sign_in.wait", ["count": seconds]])
            return try pages.render(
                signInPage(context, to: to, errors: errors), in: context, status: .tooManyRequests
            ).withRetry(after: seconds)
        }
        let record = try await StaffSession.signInRecord(name: account, in: pools.staff)
        guard try await PasswordHash.verify(password, against: record?.passwordHash), let record else {
            let errors = FormErrors("name", texts["sign_in.wrong"])
            return try pages.render(
                signInPage(context, to: to, errors: errors), in: context, status: .unprocessableContent)
        }
        signInGate.succeeded(account: account, network: network, device: known)

        // A session there was before (someone else's on a shared computer) ends with the new one.
        if let old = context.visit.sessionHash { try await StaffSession.close(tokenHash: old, in: pools.staff) }
        let session = try await openSession(of: record.staffID, context)
        device.remember(account)
        context.visit.set(device.cookie(signer: signer))
        guard let kept = form.optional(KeptForm.field).flatMap(KeptForm.init(encoded:)) else { return .seeOther(to) }

        // Typed before the sign-in expired: shown once more, with a token for the new session, to be sent by its author.
        context.visit.useSession(session.cookie)
        if let staff = try await StaffSession.find(tokenHash: session.hash, in: pools.staff) {
            context.visit.signIn(staff, sessionHash: session.hash)
        }
        let page = ProblemPage(
            title: texts["sign_in.resume_title"], status: nil, text: texts["sign_in.resume_text"],
            next: texts["sign_in.resume_next"], reference: nil, kept: kept.shown(texts), sendAgain: true)
        return try pages.render(page, in: context)
    }

    /// Opens a session and sends its cookie with the answer.
    @discardableResult
    func openSession(of staffID: Int, _ context: MinyiContext) async throws -> (cookie: String, hash: [UInt8]) {
        let session = StaffSession.makeToken()
        try await StaffSession.open(staffID: staffID, tokenHash: session.hash, in: pools.staff)
        let cookie = Base64URL.encode(session.token)
        // The cookie outlives the session: a form sent after its end is then known as this browser's own, and leads
        // straight to the sign-in page with everything typed.
        context.visit.set(SetCookie(SessionReading.cookie, cookie, maxAge: 7 * 86400))
        return (cookie, session.hash)
    }

    private func signInPage(_ context: MinyiContext, to: String, errors: FormErrors = FormErrors()) -> SignInPage {
        let kept = context.form.optional(KeptForm.field)
        return SignInPage(
            title: context.texts["sign_in.title"], name: context.form.string("name"), to: to, kept: kept,
            notice: kept == nil ? nil : context.texts["sign_in.expired"], errors: errors)
    }
}

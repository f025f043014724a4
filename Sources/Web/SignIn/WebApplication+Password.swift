import HTTPTypes
import Hummingbird
import Participation

extension WebApplication {
    func addPassword(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("password") { _, context in try passwordPage(context) }
        desk.post("password") { _, context in try await changePassword(context) }
    }

    private func passwordPage(
        _ context: MinyiContext, errors: FormErrors = FormErrors(), status: HTTPResponse.Status = .ok
    ) throws -> Response {
        try pages.render(
            PasswordPage(title: context.texts["sign_in.change.title"], errors: errors), in: context, status: status)
    }

    private func changePassword(_ context: MinyiContext) async throws -> Response {
        let (form, texts, staff) = (context.form, context.texts, try context.staff)
        // Whoever sits down at a desk that was left open must not be able to guess the old one.
        let account = "password \(staff.staffID)"
        let network = context.visit.network.text
        if case .wait(let seconds) = signInGate.admit(account: account, network: network, device: nil) {
            return try passwordPage(
                context, errors: FormErrors("old", texts["sign_in.wait", ["count": seconds]]), status: .tooManyRequests
            ).withRetry(after: seconds)
        }
        let change = ChangePassword(id: staff.staffID, old: form.exactly("old"), new: form.exactly("new"))
        do {
            guard try await change(in: pools.staff, as: staff.databaseActor) else {
                return try passwordPage(
                    context, errors: FormErrors("old", texts["sign_in.change.wrong"]), status: .unprocessableContent)
            }
        } catch AccountFault.password {
            signInGate.succeeded(account: account, network: network, device: nil)
            return try passwordPage(
                context, errors: FormErrors("new", texts["staff.errors.password"]), status: .unprocessableContent)
        }
        signInGate.succeeded(account: account, network: network, device: nil)
        // Every session ended with the old password; this browser goes on with a new one.
        try await openSession(of: staff.staffID, context)
        context.visit.flash(.done, texts["sign_in.change.done"])
        return .seeOther("/desk")
    }
}

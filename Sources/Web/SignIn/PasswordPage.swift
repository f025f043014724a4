/// Where a member of staff changes their own password.
struct PasswordPage: Page {
    static let template = "sign-in/password"

    let title: String
    let errors: FormErrors

    static let samples = [
        PasswordPage(title: "修改密码", errors: FormErrors()),
        PasswordPage(title: "修改密码", errors: FormErrors([("old", "原来的密码不对。"), ("new", "密码要有10至200个字。")])),
    ]
}

/// The sign-in of members of staff.
struct SignInPage: Page {
    static let template = "sign-in/sign-in"

    let title: String
    let name: String
    /// Where to go afterwards.
    let to: String
    /// A form that was typed before the sign-in expired (`KeptForm.encoded`).
    let kept: String?
    /// Why this page is here, when it was not asked for.
    let notice: String?
    let errors: FormErrors

    static let samples = [
        SignInPage(title: "登录", name: "", to: "/desk", kept: nil, notice: nil, errors: FormErrors()),
        SignInPage(
            title: "登录", name: "chen", to: "/desk/x", kept: "W10", notice: "登录已过期。",
            errors: FormErrors([("name", "请填写登录名。"), ("password", "请填写密码。")])),
    ]
}

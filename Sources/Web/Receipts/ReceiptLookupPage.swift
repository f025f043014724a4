/// Number and code, to open a receipt.
struct ReceiptLookupPage: Page {
    static let template = "receipts/lookup"

    struct Recent: Sendable {
        let href: String
        let number: String
    }

    let title: String
    let number: String
    let code: String
    let errors: FormErrors
    /// Those this browser still remembers.
    let recent: Filled<Recent>?

    static let samples = [
        ReceiptLookupPage(
            title: "查回执", number: "MY-2026-000127-0", code: "4072 9518 3364",
            errors: {
                var errors = FormErrors("number", "编号不对。")
                errors.add("code", "查询码不对。")
                return errors
            }(),
            recent: Filled([Recent(href: "/receipts/MY-2026-000127-0", number: "MY-2026-000127-0")])),
        ReceiptLookupPage(title: "查回执", number: "", code: "", errors: FormErrors(), recent: nil),
    ]
}

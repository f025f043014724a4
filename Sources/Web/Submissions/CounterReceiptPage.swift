/// A receipt as it is handed over the counter: shown once, to be printed for the author.
struct CounterReceiptPage: Page {
    static let template = "submissions/counter-receipt"

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let receipt: ReceiptPage
    let nextHref: String
    let nextText: String

    static let samples = ReceiptPage.samples.map {
        CounterReceiptPage(
            title: "已登记", crumbs: [Crumb(href: "/desk", text: "工作台")], lead: "请打印。", receipt: $0, nextHref: "/e",
            nextText: "再登记一件")
    }
}

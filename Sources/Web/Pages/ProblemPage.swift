/// The page for everything that went another way than asked: errors, an expired page, typed text to be sent once more.
struct ProblemPage: Page {
    static let template = "problems/problem"

    let title: String
    /// The HTTP status as people quote it on the phone; absent where nothing is wrong.
    let status: Int?
    let text: String
    let next: String
    /// Stands in the log beside what went wrong.
    let reference: String?
    /// What had been typed; absent when nothing had.
    let kept: KeptForm.Shown?
    /// Whether there is a button that sends it again.
    let sendAgain: Bool

    static var samples: [ProblemPage] {
        let form = FormData(
            fields: [
                .init(name: "content", value: "建议第12条改为\n“30日内答复”。"), .init(name: "idempotency", value: "a-b"),
            ],
            files: [
                .init(field: "scan", filename: "a.pdf", contentType: "application/pdf", contents: UploadedFile([1]))
            ])
        let texts = Texts(language: .chinese, all: ["fields.other": "您填写的内容"])
        return [
            ProblemPage(
                title: "没有这个页面", status: 404, text: "…", next: "…", reference: nil, kept: nil, sendAgain: false),
            ProblemPage(
                title: "页面停留太久", status: 403, text: "…", next: "…", reference: "a1b2",
                kept: KeptForm(form, action: "/x").shown(texts), sendAgain: true),
            ProblemPage(
                title: "有误", status: nil, text: "…", next: "…", reference: nil,
                kept: KeptForm(form, action: "/x").shown(texts), sendAgain: false),
        ]
    }
}

import Participation

/// A file that a worker makes of what stands here now: one asks for it, waits for it, and takes it (`parts/files`).
struct FileLine: Sendable {
    let text: String
    /// How it is with it, where there is something to say.
    let note: String?
    /// Where it is taken; absent while there is none.
    let href: String?
    /// Where it is asked for, with `value` as `field`.
    let action: String
    let field: String
    let value: String
    /// What the button says that asks for it; absent while it is made, and once it is.
    let make: String?
}

extension FileLine {
    /// - Parameters:
    ///   - name: 海报（PDF）
    ///   - state: nil while nobody has asked for it.
    init(
        _ name: String, _ state: MadeFile.State?, href: String, action: String, field: String, value: String,
        mayAsk: Bool = true, _ texts: Texts
    ) {
        text = texts["builder.paper.take", ["name": name]]
        note =
            switch state {
            case .waiting: texts["reports.document_waits", ["name": name]]
            case .failed: texts["reports.document_failed", ["name": name]]
            case .made, nil: nil
            }
        self.href = state == .made ? href : nil
        (self.action, self.field, self.value) = (action, field, value)
        make = mayAsk && (state == nil || state == .failed) ? texts["reports.make", ["name": name]] : nil
    }

    private init(_ text: String, note: String? = nil, href: String? = nil, make: String? = nil) {
        (self.text, self.note, self.href, self.make) = (text, note, href, make)
        (action, field, value) = ("/make", "format", "pdf")
    }

    static let samples = Filled([
        FileLine("下载海报（PDF）", href: "/p"), FileLine("公告（DOCX）", note: "没有生成。", make: "生成公告（DOCX）"),
    ])
}

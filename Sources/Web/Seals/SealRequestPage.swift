import Participation

/// Asks why something is to be sealed, where that was not said yet.
struct SealRequestPage: Page {
    static let template = "seals/request"

    struct Hidden: Sendable {
        let name: String
        let value: String
    }

    struct Choice: Sendable {
        let value: String
        let text: String
        let hint: String
    }

    let title: String
    let what: String
    /// What was asked about, to be sent again.
    let target: [Hidden]
    let reasons: [Choice]
    let errors: FormErrors

    init(_ form: FormData, errors: FormErrors, _ texts: Texts) {
        title = texts["seals.request.title"]
        if let number = form.optional("submission") {
            what = texts["seals.request.submission", ["number": number]]
        } else {
            what =
                texts[
                    "consultations.version",
                    [
                        "kind": texts["consultations.kinds.\(form.string("kind"))"], "version": form.string("version"),
                    ]]
        }
        target = ["submission", "procedure", "kind", "version"].compactMap { name in
            form.optional(name).map { Hidden(name: name, value: $0) }
        }
        reasons = texts.sealChoices
        self.errors = errors
    }

    private init(errors: FormErrors) {
        (title, what) = ("申请封存", "意见 MY-2026-000001-3")
        target = [Hidden(name: "submission", value: "MY-2026-000001-3")]
        reasons = [Choice(value: "secret", text: "疑似涉密", hint: "24 小时内报告")]
        self.errors = errors
    }

    static let samples = [SealRequestPage(errors: FormErrors("reason", "请选择理由。"))]
}

extension Texts {
    var sealChoices: [SealRequestPage.Choice] {
        Seal.Reason.allCases.map {
            .init(
                value: $0.rawValue, text: self["seals.reasons.\($0.rawValue)"],
                hint: self["seals.reason_hints.\($0.rawValue)"])
        }
    }
}

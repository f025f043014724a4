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
        var chosen = false
    }

    /// A version that holds the same words.
    struct Other: Sendable {
        let id: Int
        let text: String
        let href: String
        let shared: String
        let chosen: Bool
    }

    let title: String
    let what: String
    /// What was asked about, to be sent again.
    let target: [Hidden]
    let reasons: [Choice]
    let others: Filled<Other>?
    let errors: FormErrors

    /// - Parameter neighbours: versions that can be sealed in the same step; those with the same text are chosen at first, and
    ///   those that only name the same matter or place are not: a result is not sealed by mistake with the notice of its hearing.
    init(_ form: FormData, neighbours: [SealNeighbour] = [], errors: FormErrors = FormErrors(), _ texts: Texts) {
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
        let reason = form.string("reason")
        reasons = texts.sealChoices.map {
            Choice(value: $0.value, text: $0.text, hint: $0.hint, chosen: $0.value == reason)
        }
        let chosen = form.has("asked") ? Set(form.ints("also")) : Set(neighbours.filter { !$0.isNamedOnly }.map(\.id))
        others = Filled(neighbours.map { Other($0, chosen: chosen.contains($0.id), texts) })
        self.errors = errors
    }

    private init(errors: FormErrors) {
        (title, what) = ("申请封存", "意见 MY-2026-000001-3")
        target = [Hidden(name: "submission", value: "MY-2026-000001-3")]
        reasons = [Choice(value: "secret", text: "疑似涉密", hint: "24 小时内报告", chosen: true)]
        others = Filled([
            Other(id: 7, text: "修改稿 第 1 版", href: "/consultations/C", shared: "12 处相同", chosen: true)
        ])
        self.errors = errors
    }

    static let samples = [SealRequestPage(errors: FormErrors("reason", "请选择理由。"))]
}

extension SealRequestPage.Other {
    fileprivate init(_ it: SealNeighbour, chosen: Bool, _ texts: Texts) {
        id = it.id
        text =
            texts[
                "consultations.version",
                ["kind": texts["consultations.kinds.\(it.kind.rawValue)"], "version": it.version]]
        href = it.kind.address(of: it.subjectNumber, version: it.version)
        shared = it.isNamedOnly ? texts["seals.request.named"] : texts["seals.request.shared", ["count": it.shared]]
        self.chosen = chosen
    }
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

import Participation

/// What the site says of itself, for an administrator to fill in.
struct SettingsPage: Page {
    static let template = "organisation/settings"

    struct Fault: Sendable {
        let id: String
        let text: String
    }

    struct Entry: Sendable {
        let key: String
        let label: String
        let hint: String
        let value: String
        let error: Fault?
        let missing: Bool
    }

    let title: String
    let entries: [Entry]
    /// One sentence when something that every page should show is still empty.
    let warning: String?
    let errors: FormErrors

    init(values: [SiteSettings.Key: String], missing: [SiteSettings.Key], errors: FormErrors, texts: Texts) {
        title = texts["settings.title"]
        warning = missing.isEmpty ? nil : texts["settings.missing", ["count": missing.count]]
        self.errors = errors
        entries = SiteSettings.Key.allCases.map { key in
            Entry(
                key: key.rawValue, label: texts["settings.labels.\(key.rawValue)"],
                hint: texts["settings.hints.\(key.rawValue)"], value: values[key] ?? "",
                error: errors[field: key.rawValue].map { Fault(id: "\(key.rawValue)-error", text: $0) },
                missing: missing.contains(key))
        }
    }

    private init(title: String, entries: [Entry], warning: String?, errors: FormErrors) {
        (self.title, self.entries, self.warning, self.errors) = (title, entries, warning, errors)
    }

    static let samples = [
        SettingsPage(
            title: "网站设置",
            entries: [
                Entry(
                    key: "organ", label: "主办单位", hint: "全称", value: "", error: Fault(id: "organ-error", text: "请填写。"),
                    missing: true),
                Entry(key: "contact", label: "联系方式", hint: "电话", value: "0762", error: nil, missing: false),
            ],
            warning: "还有 1 项没有填。", errors: FormErrors("organ", "请填写。"))
    ]
}

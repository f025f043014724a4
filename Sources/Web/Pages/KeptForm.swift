import Foundation

/// A form that could not be taken for a reason that lies not in what was typed (an expired page or sign-in, a busy
/// server). Its fields go back to the person, so that nothing typed is lost; passwords and tokens do not.
package struct KeptForm: Sendable {
    static let field = "kept"
    /// What a page of questions keeps account of by itself; nobody has typed it, though there are blanks in it.
    private static let accounts: Set = [WebApplication.carried, "asked", "told"]
    /// A label longer or odder than this is shown; plain ids and keys travel hidden.
    private static let longestToken = 64

    package let action: String
    package let fields: [FormData.Field]
    /// Files cannot be handed back to a browser; they have to be chosen again.
    package let hadFiles: Bool

    package init(_ form: FormData, action: String) {
        self.action = action
        fields = form.fields.filter { $0.name != ForgeryGuard.field && !$0.name.lowercased().contains("password") }
        hadFiles = form.files.contains(where: \.isChosen)
    }

    package init?(encoded: String) {
        guard let bytes = Base64URL.decode(encoded),
            let parts = try? JSONDecoder().decode([[String]].self, from: Data(bytes)),
            let head = parts.first, head.count == 2, let action = LocalPath(head[0])
        else { return nil }
        self.action = action.text
        hadFiles = head[1] == "files"
        fields = parts.dropFirst().compactMap { $0.count == 2 ? FormData.Field(name: $0[0], value: $0[1]) : nil }
    }

    /// The whole form as one hidden field, for the way through the sign-in page.
    package var encoded: String {
        let parts = [[action, hadFiles ? "files" : ""]] + fields.map { [$0.name, $0.value] }
        guard let data = try? JSONEncoder().encode(parts) else { return "" }
        return Base64URL.encode(data)
    }

    /// The form as the page shows it: what a person typed in the open, the rest hidden.
    package func shown(_ texts: Texts) -> Shown {
        Shown(
            action: action, hadFiles: hadFiles,
            fields: fields.enumerated().map { position, field in
                let key = "fields.\(field.name)"
                let label = texts.has(key) ? texts[key] : nil
                return ShownField(
                    id: "kept-\(position)", name: field.name, value: field.value,
                    label: label ?? texts["fields.other"],
                    visible: !field.value.isEmpty && !Self.accounts.contains(field.name)
                        && (label != nil || !Self.isToken(field.value)))
            })
    }

    package struct Shown: Sendable {
        let action: String
        let hadFiles: Bool
        let fields: [ShownField]
    }

    package struct ShownField: Sendable {
        let id: String
        let name: String
        let value: String
        let label: String
        let visible: Bool
    }

    private static func isToken(_ value: String) -> Bool {
        value.utf8.count <= longestToken
            && value.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: ":"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }
}

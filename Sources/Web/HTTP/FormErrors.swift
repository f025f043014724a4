import Text

/// What is wrong with a form: a sentence beside each field, and all of them in a summary on top that links to them.
///
/// In a template: `{{#errors.any}}…{{#errors.items}}<a href="#{{.field}}">{{.text}}</a>{{/errors.items}}{{/errors.any}}`,
/// and beside a field `{{#errors.by.content}}<p class="error">{{.}}</p>{{/errors.by.content}}`. A field's `id` is its name.
package struct FormErrors: Sendable, Error {
    package struct Item: Sendable, Equatable {
        package let field: String
        package let text: String
    }

    package private(set) var items: [Item] = []

    package init() {}

    package init(_ field: String, _ text: String) { add(field, text) }

    package init(_ items: [(field: String, text: String)]) { self.items = items.map { Item(field: $0, text: $1) } }

    package var isEmpty: Bool { items.isEmpty }

    package mutating func add(_ field: String, _ text: String) {
        items.append(Item(field: field, text: text))
    }

    package mutating func add(contentsOf others: FormErrors) { items += others.items }

    /// Adds the text when the condition does not hold.
    package mutating func require(_ condition: Bool, _ field: String, _ text: @autoclosure () -> String) {
        if !condition { add(field, text()) }
    }

    /// Says beside its field that a text is too long.
    package mutating func limit(_ field: String, of form: FormData, to most: Int, _ texts: Texts) {
        require(
            TextLength.count(form.string(field)) <= most, field, texts["procedures.errors.too_long", ["count": most]])
    }

    /// The first text of a field.
    package subscript(field field: String) -> String? {
        items.first { $0.field == field }?.text
    }
}

extension FormErrors: TemplateValue {
    package var templateFields: [String: Any?] {
        var by: [String: Any] = [:]
        for item in items where by[item.field] == nil { by[item.field] = item.text }
        return ["any": !items.isEmpty, "items": items, "by": OpenNames(by)]
    }
}

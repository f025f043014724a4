/// A list that a template shows with something around it (a heading, a table): `{{#open}}<ul>{{#items}}…{{/items}}</ul>{{/open}}`.
/// Absent when there is nothing in it, so that `{{^open}}` can say so.
package struct Filled<Item: Sendable>: Sendable {
    package let items: [Item]

    package init?(_ items: [Item]) {
        guard !items.isEmpty else { return nil }
        self.items = items
    }
}

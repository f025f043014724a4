/// A page: everything its template shows, as a plain struct.
///
/// Stored properties are what the template sees; texts that need a number or a date are put together before, with
/// `context.texts["key", ["count": 3]]`. Fixed words stand in the template as `{{t.feature.key}}`.
///
/// `samples` show every part of the template at least once: a test renders them in both languages and checks every name
/// of the template against them. Add the type to `WebApplication.pageTypes`.
package protocol Page: Sendable {
    /// The template's path below `web/templates`, without its ending.
    static var template: String { get }
    static var samples: [Self] { get }
    /// What the browser's tab and history show.
    var title: String { get }
}

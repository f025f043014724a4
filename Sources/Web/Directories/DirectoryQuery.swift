import Participation
import Text

/// What an address asks of the directories.
struct DirectoryQuery: Sendable {
    var filter = DirectorySearch.Filter()
    /// Of the directory that alone is searched; whether there is one is found out later.
    var directoryNumber: String?
    var after: DirectorySearch.Place?

    init() {}

    init(_ query: FormData) {
        filter.text = String(query.string("q").unicodeScalars.prefix(100))
        filter.fieldID = query.int("field")
        filter.unitID = query.int("unit")
        filter.townID = query.int("town")
        filter.tier = String(query.string("tier").unicodeScalars.prefix(40))
        filter.audience = DirectorySearch.Audience(rawValue: query.string("audience"))
        filter.mode = DirectorySearch.Mode(rawValue: query.string("mode"))
        filter.limit = DirectorySearch.Limit(rawValue: query.string("limit"))
        directoryNumber = query.optional("directory")
        let place = query.string("after").split(separator: ".").compactMap { Int($0) }
        if place.count == 2, let position = Int32(exactly: place[1]) {
            after = .init(directoryID: place[0], position: Int(position))
        }
    }

    var asksNothing: Bool { filter.isEmpty && directoryNumber == nil }

    /// As an address writes it, without a question mark.
    func encoded(after place: DirectorySearch.Place? = nil) -> String {
        func text(_ number: Int?) -> String { number.map { String($0) } ?? "" }
        let from = place.map { "\($0.directoryID).\($0.position)" } ?? ""
        let fields: [(String, String)] = [
            ("q", filter.text), ("field", text(filter.fieldID)), ("unit", text(filter.unitID)),
            ("town", text(filter.townID)), ("tier", filter.tier), ("audience", filter.audience?.rawValue ?? ""),
            ("mode", filter.mode?.rawValue ?? ""), ("limit", filter.limit?.rawValue ?? ""),
            ("directory", directoryNumber ?? ""), ("after", from),
        ]
        return fields.filter { !$0.1.isEmpty }.map { "\($0.0)=\(URLEncodedFields.encode($0.1))" }
            .joined(separator: "&")
    }
}

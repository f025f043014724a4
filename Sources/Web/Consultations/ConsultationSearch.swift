/// What is looked for on the page of a consultation, from its query.
struct ConsultationSearch: Sendable {
    let filter: DraftTable.Filter
    /// The number of a row to go to.
    let row: String?
    /// Shown comments older than this one.
    let before: Int?

    /// Nothing: the page as everyone gets it.
    var isEmpty: Bool { !filter.isActive && row == nil && before == nil }

    init(_ query: FormData) {
        row = query.optional("row").map { FormData.plainDigits($0) }
        before = query.int("before")
        filter = DraftTable.Filter(
            text: String(query.string("q").unicodeScalars.prefix(100)), level1: query.string("level1"),
            tier: query.string("tier"), missingRow: row.map { String($0.unicodeScalars.prefix(20)) })
    }
}

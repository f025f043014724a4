import Documents

/// 台账: a table to take along, as CSV or XLSX. It is written to disk row by row and sent from there, so that it may be as long as
/// the list is, and either arrives whole or not at all.
struct LedgerSheet: Sendable {
    typealias Format = TableFile.Format

    let name: String
    let heading: [String]
    /// Of the columns, in characters; by their headings where none are given.
    var widths: [Double]?
    /// Laid out for paper: across the page, the heading on every one.
    var isPrinted = false

    /// - Parameter rows: adds one row after the other.
    /// - Throws: `SheetWriter.Full`, what the disk says, or what `rows` throws.
    func file(
        as format: Format, _ rows: (_ add: ([SheetWriter.Cell]) throws -> Void) throws -> Void
    ) throws -> WrittenFile {
        try WrittenFile(
            "\(name).\(format.rawValue)", contentType: format.contentType,
            at: { path in
                try TableFile(name: name, heading: heading, widths: widths, isPrinted: isPrinted)
                    .write(to: path, as: format, rows)
            })
    }
}

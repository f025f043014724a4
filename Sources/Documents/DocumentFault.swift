/// Why a document is not read. What it holds was made by strangers, so each limit has a name of its own.
package enum DocumentFault: Error, Sendable, Equatable {
    /// Not whole, or not built as its format wants it.
    case broken
    /// Only its owner's password opens it.
    case encrypted
    /// A programme rides along: `vbaProject.bin`.
    case macros
    /// Unpacked it would be far larger than any real document: a zip bomb.
    case unpacksTooLarge
    /// A document type definition: office programs write none, and it can point to other files.
    case definitions
    /// Elements within elements beyond what any office program writes.
    case tooDeep
    /// Reading took longer than the time given.
    case tooSlow
    /// Merged ranges that lie over each other: no program says which of them counts.
    case overlappingMerges(line: Int)
    /// A part that is fetched from elsewhere when the document is opened.
    case partsElsewhere
    /// The workbook has no sheet, or none of that name.
    case noSheet
    case tooManyRows(limit: Int)
    case tooManyColumns(limit: Int, line: Int)
    case tooManyCells(limit: Int)
    /// - Parameter limit: bytes of UTF-8.
    case cellTooLong(limit: Int, line: Int, column: Int)
}

/// The texts that cells of an XLSX file refer to by number. All of them are needed at any time, so they stand in one block of
/// memory, without an object each.
struct SharedStrings {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    init() {}

    /// - Throws: `DocumentFault`.
    init(_ part: ZipArchive.Entry, in workbook: Workbook, limits: Sheet.Limits) throws {
        var (bytes, ends, text) = ([UInt8](), [Int](), StringItem(limit: limits.cellBytes))
        let reader = try XMLReader()
        reader.onStart = { element, _ in text.start(element) }
        reader.onText = { piece in
            // Where the text is used is not known yet, so no cell is named.
            guard text.append(piece) else {
                throw DocumentFault.cellTooLong(limit: limits.cellBytes, line: 0, column: 0)
            }
        }
        reader.onEnd = { element in
            text.end(element)
            guard element == "si" else { return }
            guard ends.count < limits.cells else { throw DocumentFault.tooManyCells(limit: limits.cells) }
            bytes.append(contentsOf: text.bytes)
            ends.append(bytes.count)
            text.clear()
        }
        try workbook.read(part, with: reader)
        (self.bytes, self.ends) = (bytes, ends)
    }

    /// Nil for a number that is not there.
    subscript(index: Int) -> String? {
        guard ends.indices.contains(index) else { return nil }
        return CellText.text(bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
    }
}

/// The runs of a text (`si`, `is`) put together: `t` within it, but not how characters are read aloud (`rPh`).
struct StringItem {
    private var text: CellText
    private var isText = false
    private var isReading = false

    init(limit: Int) { text = CellText(limit: limit) }

    var bytes: [UInt8] { text.bytes }
    var string: String { text.text }

    mutating func start(_ element: String) {
        if element == "t" { isText = !isReading }
        if element == "rPh" { isReading = true }
    }

    mutating func end(_ element: String) {
        if element == "t" { isText = false }
        if element == "rPh" { isReading = false }
    }

    /// - Returns: false when it grows beyond the limit.
    mutating func append(_ piece: UnsafeBufferPointer<UInt8>) -> Bool { isText ? text.append(piece) : true }

    mutating func clear() { text.clear() }
}

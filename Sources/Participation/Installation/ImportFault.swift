/// One thing that is wrong with a file of an installation, in the words of the person who made it.
package struct ImportFault: Sendable, Equatable, CustomStringConvertible {
    package let line: Int
    /// Empty where it is about the line as a whole.
    package let column: String
    package let value: String
    package let expected: String

    package var description: String { "第\(line)行「\(column)」：\(value.isEmpty ? "（空）" : value)，应为\(expected)" }
}

/// Everything that is wrong with the file; nothing of it was loaded.
package struct ImportFaults: Error, CustomStringConvertible {
    package let faults: [ImportFault]
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

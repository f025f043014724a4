/// A text cut where people pause: behind 。！？； and at line ends. Together the pieces are the text.
package enum Sentences {
    /// - Returns: pieces with the signs, spaces and line ends that follow them; none is empty.
    package static func of(_ text: String) -> [String] {
        var pieces: [String] = []
        var piece = String.UnicodeScalarView()
        var isOver = false
        for scalar in text.unicodeScalars {
            // What closes a sentence, closing quotes and space still belong to it.
            if isOver, !closes(scalar), !scalar.properties.isWhitespace {
                pieces.append(String(piece))
                piece = String.UnicodeScalarView()
                isOver = false
            }
            piece.append(scalar)
            if closes(scalar) || scalar == "\n" { isOver = isOver || ends(scalar) }
        }
        if !piece.isEmpty { pieces.append(String(piece)) }
        return pieces
    }

    private static func ends(_ scalar: Unicode.Scalar) -> Bool { "。！？；!?;…\n".unicodeScalars.contains(scalar) }

    private static func closes(_ scalar: Unicode.Scalar) -> Bool {
        ends(scalar) || "”’」』）)".unicodeScalars.contains(scalar)
    }
}

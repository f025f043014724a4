extension DeskForm.Field {
    /// What another has filled in where it differs from mine, in the order of the fields.
    /// - Parameter mine: the same fields.
    static func differing(_ theirs: [DeskForm.Field], from mine: [DeskForm.Field], _ texts: Texts) -> [Fact] {
        zip(theirs, mine).filter { $0.words != $1.words }.map { theirs, _ in
            Fact(label: theirs.label, text: theirs.words.isEmpty ? texts["editions.nothing"] : theirs.words)
        }
    }

    /// What is filled in, or the names of what is chosen.
    private var words: String {
        let chosen = [select, radios, checks].compactMap(\.self).flatMap(\.items).filter(\.chosen).map(\.text)
        return chosen.isEmpty ? area?.text ?? (line ?? day)?.items.first ?? "" : chosen.joined(separator: " · ")
    }
}

import Documents

extension DocumentContent {
    /// What of the document is not taken over, in words; empty when nothing is left out.
    func leftOut(_ texts: Texts) -> String {
        [("pictures", pictures), ("footnotes", footnotes), ("counted", countedItems)].filter { $0.1 > 0 }
            .map { texts["drafts.document.\($0.0)", ["count": $0.1]] }.joined(
                separator: texts["drafts.document.semicolon"])
    }
}

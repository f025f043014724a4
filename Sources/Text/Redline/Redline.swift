/// What was struck out of a text and what was written in, word by word: 修改对照.
///
/// Leaving out what was inserted gives the old text, leaving out what was deleted the new one, byte for byte.
package struct Redline: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case kept, deleted, inserted
    }

    package struct Piece: Sendable, Equatable {
        package let kind: Kind
        package let text: String

        package init(_ kind: Kind, _ text: String) { (self.kind, self.text) = (kind, text) }
    }

    /// In reading order; where words were replaced the deleted ones come first. None is empty, no two neighbours are alike.
    package let pieces: [Piece]

    package init(from old: String, to new: String) {
        var longWords: [ArraySlice<UInt8>: Int32] = [:]
        let (before, after) = (RedlineWords(old, &longWords), RedlineWords(new, &longWords))
        // Eight characters in a row are hardly ever the same by chance.
        var edits = SequenceDifference.hunks(from: before.ids, to: after.ids, anchor: 8)
        RedlineReading.join(&edits)
        RedlineReading.align(&edits, before.ids, after.ids)
        var pieces: [Piece] = []
        func add(_ kind: Kind, _ text: String) {
            if !text.isEmpty { pieces.append(Piece(kind, text)) }
        }
        var read = 0
        for edit in edits {
            add(.kept, before.text(read..<edit.old.lowerBound))
            add(.deleted, before.text(edit.old))
            add(.inserted, after.text(edit.new))
            read = edit.old.upperBound
        }
        add(.kept, before.text(read..<before.count))
        self.pieces = pieces
    }

    package var isUnchanged: Bool { pieces.allSatisfy { $0.kind == .kept } }

    /// The text before, without what was inserted.
    package var old: String { text { $0 != .inserted } }

    /// The text after, without what was deleted.
    package var new: String { text { $0 != .deleted } }

    private func text(_ isWanted: (Kind) -> Bool) -> String {
        pieces.reduce(into: "") { if isWanted($1.kind) { $0 += $1.text } }
    }
}

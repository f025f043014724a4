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

    /// In reading order; where words were replaced the deleted ones come first. None is empty, no two neighbours are
    /// alike.
    package let pieces: [Piece]

    package init(from old: String, to new: String) {
        guard !old.utf8.elementsEqual(new.utf8) else {
            pieces = new.isEmpty ? [] : [Piece(.kept, new)]
            return
        }
        var longWords: [ByteKey: Int32] = [:]
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

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// Cut where the new text is: one redline for each of `parts`, which together are the new text. What was deleted
    /// between two of them stays with the former.
    func cut(into parts: [String]) -> [Redline] {
        var rest = pieces[...]
        return parts.enumerated().map { index, part in
            var cut: [Piece] = []
            var wanted = part.utf8.count
            while let piece = rest.first, wanted > 0 || piece.kind == .deleted || index == parts.count - 1 {
                rest.removeFirst()
                let count = piece.text.utf8.count
                if piece.kind == .deleted || count <= wanted {
                    cut.append(piece)
                    wanted -= piece.kind == .deleted ? 0 : count
                } else {
                    // A part ends between two code points.
                    cut.append(Piece(piece.kind, String(decoding: piece.text.utf8.prefix(wanted), as: UTF8.self)))
                    rest =
                        [Piece(piece.kind, String(decoding: piece.text.utf8.dropFirst(wanted), as: UTF8.self))] + rest
                    wanted = 0
                }
            }
            return Redline(pieces: cut)
        }
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

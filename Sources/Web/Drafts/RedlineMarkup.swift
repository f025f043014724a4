import Text

extension Markup {
    /// Deleted and inserted words, with words for those who hear the page: colour, strike and underline are for the others.
    init(_ redline: Redline, _ texts: Texts) { self.init(pieces: redline.pieces, texts) }

    init(pieces: [Redline.Piece], _ texts: Texts) {
        let (deleted, inserted) = (texts["editions.redline.deleted"], texts["editions.redline.inserted"])
        self.init(
            trusted: pieces.reduce(into: "") { markup, piece in
                let text = HTMLEscaping.escape(piece.text)
                switch piece.kind {
                case .kept: markup += text
                case .deleted: markup += "<del><b class=\"unseen\">\(deleted)</b>\(text)</del>"
                case .inserted: markup += "<ins><b class=\"unseen\">\(inserted)</b>\(text)</ins>"
                }
            })
    }
}

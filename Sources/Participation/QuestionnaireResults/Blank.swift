import Foundation
import Text

/// What is taken out of something that somebody wrote before it is shown (遮盖), and what is read then. The words as they were written stay
/// where they are, for the desk.
package struct Blank: Sendable, Encodable, Equatable {
    /// Why it cannot be taken out so.
    package enum Fault: Error, Equatable {
        /// It does not stand in the text, sign for sign.
        case absent(String)
        /// Nothing would be left: such a text is not shown at all.
        case nothingLeft
    }

    package let wording: UUID
    package let passages: [String]
    /// What is shown; see `RedactionPolicy`.
    package let words: String

    package init(_ passages: [String], of wording: TextWording) throws(Fault) {
        for passage in passages where !Self.stands(passage, in: wording.words) { throw .absent(passage) }
        (self.wording, self.passages) = (wording.id, passages)
        words = RedactionPolicy.text(wording.words, without: passages)
        guard words.unicodeScalars.contains(where: { $0 != "*" && !$0.properties.isWhitespace }) else {
            throw .nothingLeft
        }
    }

    /// Stars are what is put there: they cannot be taken out.
    package static func stands(_ passage: String, in words: String) -> Bool {
        passage.utf8.contains { $0 != UInt8(ascii: "*") } && !words.places(of: passage).isEmpty
    }

    /// What was typed, one a line; without white space around it, and each once.
    package static func passages(_ typed: String) -> [String] {
        typed.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .reduce(into: []) { if !$1.isEmpty, !$0.contains($1) { $0.append($1) } }
    }
}

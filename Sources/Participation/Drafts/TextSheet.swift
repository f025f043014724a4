import Foundation
import Text

/// The text of a measure or plan, read: its headings and clauses in order.
package struct TextSheet: Sendable, Equatable {
    package struct Clause: Sendable, Equatable {
        /// Of the text, from 1.
        package let line: Int
        /// 0 a clause; 1, 2 … a heading of that level.
        package let depth: Int
        /// 第三条, 一、 or （二） as it is written; empty for a paragraph without a number.
        package let number: String
        /// Paragraphs stand on lines of their own.
        package internal(set) var text: String

        package init(line: Int, depth: Int, number: String, text: String) {
            (self.line, self.depth, self.number, self.text) = (line, depth, number, text)
        }
    }

    /// Two numbers that do not follow each other: a person should look whether something is missing.
    package struct Gap: Sendable, Equatable {
        package let line: Int
        package let before: String
        package let after: String
    }

    /// Why a text is not taken; the sentences are in the locales under `drafts.text.refused`.
    package enum Refused: Error, Sendable, Equatable {
        case empty
        case tooLong(limit: Int)
        case tooManyClauses(limit: Int)
        case clauseTooLong(line: Int, limit: Int)
    }

    /// Characters of the whole.
    package static let longest = 100_000
    package static let mostClauses = 3000
    /// Characters of one clause.
    package static let longestClause = 20_000

    /// What stands above the first clause as a title; empty when there is none.
    package let title: String
    package let clauses: [Clause]
    package let gaps: [Gap]

    /// - Throws: `Refused`.
    package init(reading text: String) throws(Refused) {
        guard text.unicodeScalars.count <= Self.longest else { throw .tooLong(limit: Self.longest) }
        var reading = TextReading(TextNormalisation.normalised(text))
        reading.read()
        (title, clauses, gaps) = (reading.title, reading.clauses, reading.gaps)
        guard !clauses.isEmpty else { throw .empty }
        guard clauses.count <= Self.mostClauses else { throw .tooManyClauses(limit: Self.mostClauses) }
        if let long = clauses.first(where: { $0.text.unicodeScalars.count > Self.longestClause }) {
            throw .clauseTooLong(line: long.line, limit: Self.longestClause)
        }
    }

    /// How many clauses there are, headings not counted.
    package var count: Int { clauses.count { $0.depth == 0 } }
}

import Foundation

/// The transcript in pages: what was said with what corrected it, never in its place.
package struct Transcript: Sendable {
    package struct Line: Sendable {
        package let entry: TranscriptEntry
        /// In order; the last is what holds.
        package var corrections: [TranscriptEntry]
        package var isHidden: Bool
        /// It was said before the end and came after it: an outbox had waited.
        package let isLate: Bool

        /// What it is now: a correction may make a question of a statement.
        package var kind: TranscriptEntry.Kind { corrections.last { $0.becomes != nil }?.becomes ?? entry.kind }

        /// As it reads now.
        package var body: String { corrections.last?.body ?? entry.body }
    }

    package struct Page: Sendable {
        package let number: Int
        package var lines: [Line]
        /// The newest position on it: who confirms says what they have seen.
        package var seen: Int
        /// When it was last corrected or hidden.
        package var changedAt: Date?
    }

    package static let linesPerPage = 12

    package let pages: [Page]
    /// What corrected who somebody is, not what they said: entries that correct the one by which they are there.
    package let ofPeople: [TranscriptEntry]
    package var lines: [Line] { pages.flatMap(\.lines) }

    package init(_ entries: [TranscriptEntry]) {
        var lines: [Line] = []
        var places: [Int: Int] = [:]
        let end = entries.first { $0.kind == .ended }?.position ?? .max
        for entry in entries {
            if entry.kind.hasWords {
                places[entry.position] = lines.count
                lines.append(Line(entry: entry, corrections: [], isHidden: false, isLate: entry.position > end))
            } else if let index = entry.replaces.flatMap({ places[$0] }) {
                if entry.kind == .hidden {
                    lines[index].isHidden = true
                } else {
                    lines[index].corrections.append(entry)
                }
            }
        }
        var pages: [Page] = []
        for (index, line) in lines.enumerated() {
            let number = line.entry.page ?? index / Self.linesPerPage + 1
            if pages.last?.number != number {
                pages.append(Page(number: number, lines: [], seen: 0, changedAt: nil))
            }
            pages[pages.count - 1].lines.append(line)
        }
        for entry in entries {
            let place = entry.kind.hasWords ? entry.position : entry.replaces
            guard let place,
                let index = pages.firstIndex(where: { $0.lines.contains { $0.entry.position == place } })
            else { continue }
            pages[index].seen = max(pages[index].seen, entry.position)
            if !entry.kind.hasWords { pages[index].changedAt = entry.at }
        }
        self.pages = pages
        let presences = Set(entries.filter { $0.kind == .presence }.map(\.position))
        ofPeople = entries.filter { $0.kind == .correction && $0.replaces.map(presences.contains) == true }
    }

    /// Corrections of words.
    package var corrections: Int { lines.reduce(0) { $0 + $1.corrections.count } }
}

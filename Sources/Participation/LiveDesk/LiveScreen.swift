import Foundation

/// What stands on the screen, entry by entry.
package struct LiveScreen: Sendable, Equatable {
    package struct Line: Codable, Sendable, Equatable {
        package let place: Int
        /// As it was corrected.
        package var kind: TranscriptEntry.Kind
        package let speaker: SpeakerLabel?
        /// As it reads now; empty once hidden.
        package var body: String
        /// What was first said, struck through; in order.
        package var struck: [String]
        package var isHidden: Bool
        /// A correction made of it what `kind` says.
        package var isOtherKind = false
    }

    package static let longest = 20

    package private(set) var agenda = ""
    package private(set) var speaker: SpeakerLabel?
    package private(set) var next: SpeakerLabel?
    /// When the time of who speaks is over; nil while no clock runs.
    package private(set) var until: Date?
    /// The last twenty with words, oldest first.
    package private(set) var lines: [Line] = []
    package private(set) var position = 0
    package private(set) var isOver = false

    package init() {}

    package init(_ entries: [ScreenEntry]) {
        for entry in entries { take(entry) }
    }

    /// What came before is left out: a screen that catches up may get it twice.
    package mutating func take(_ entry: ScreenEntry) {
        guard entry.place > position else { return }
        position = entry.place
        switch entry.kind {
        case .began, .presence: break
        case .agenda: (agenda, speaker, next, until) = (entry.label, nil, nil, nil)
        case .call:
            (speaker, next) = (entry.speaker, entry.nextSpeaker)
            until = Self.end(entry)
        case .time: until = Self.end(entry)
        case .statement, .question, .reply, .procedural:
            lines.append(
                Line(
                    place: entry.place, kind: entry.kind, speaker: entry.speaker, body: entry.body, struck: [],
                    isHidden: false))
            if lines.count > Self.longest { lines.removeFirst() }
        case .correction, .hidden: change(entry)
        case .ended: (speaker, next, until, isOver) = (nil, nil, nil, true)
        }
    }

    private mutating func change(_ entry: ScreenEntry) {
        guard let index = lines.firstIndex(where: { $0.place == entry.replaces }) else { return }
        if entry.kind == .hidden {
            (lines[index].body, lines[index].struck, lines[index].isHidden) = ("", [], true)
        } else if !lines[index].isHidden {
            lines[index].struck.append(lines[index].body)
            lines[index].body = entry.body
            if let kind = entry.becomes { (lines[index].kind, lines[index].isOtherKind) = (kind, true) }
        }
    }

    private static func end(_ entry: ScreenEntry) -> Date? {
        guard let seconds = entry.seconds, seconds > 0 else { return nil }
        return entry.at.addingTimeInterval(TimeInterval(seconds))
    }
}

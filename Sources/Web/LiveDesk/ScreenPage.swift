import Foundation
import Participation
import Text

/// What everybody in the hall reads: which item, who speaks and for how long, who is next, and the last twenty things said.
struct ScreenPage: Page {
    static let template = "live_desk/screen"

    struct Line: Sendable {
        let place: Int
        let kind, label, text: String
        let struck: [String]
        /// That it was corrected, and what it became.
        let mark: String?
        let isHidden: Bool
    }

    let title, stateText, stream: String
    let position, nowMillis, untilMillis: Int
    let agenda, speaker, next, timeText: String
    let lines: [Line]

    /// - Parameter key: of the hall, where not everybody may follow.
    init(
        _ it: GatheringScreen, _ screen: LiveScreen, address: String, key: String?, now: Date, _ texts: Texts
    ) {
        (title, stateText) = (it.title, texts["live_desk.states.\(it.state.rawValue)"])
        stream = address + "/stream" + (key.map { "?key=\(URLEncodedFields.encode($0))" } ?? "")
        (position, nowMillis) = (screen.position, EventStream.millis(now))
        untilMillis = screen.until.map(EventStream.millis) ?? 0
        func shown(_ text: String, _ none: String) -> String { text.isEmpty ? texts["live_desk.screen.\(none)"] : text }
        agenda = screen.isOver ? texts["live_desk.screen.ended"] : shown(screen.agenda, "no_agenda")
        speaker = shown(LiveDeskPages.label(screen.speaker, texts), "nobody")
        next = shown(LiveDeskPages.label(screen.next, texts), "no_next")
        timeText =
            screen.until.map { until in
                let left = Int(until.timeIntervalSince(now).rounded(.up))
                let seconds = abs(left) % 60
                let time = "\(abs(left) / 60):\(seconds < 10 ? "0" : "")\(seconds)"
                return left < 0 ? texts["live_desk.screen.over", ["time": time]] : time
            } ?? ""
        lines = screen.lines.map { line in
            Line(
                place: line.place, kind: line.kind.rawValue, label: LiveDeskPages.label(line.speaker, texts),
                text: line.isHidden ? texts["live_desk.screen.hidden"] : line.body, struck: line.struck,
                mark: line.struck.isEmpty
                    ? nil : line.isOtherKind ? Self.mark(line.kind, texts) : texts["live_desk.screen.corrected"],
                isHidden: line.isHidden)
        }
    }

    /// Beside what a correction made something else of.
    static func mark(_ kind: TranscriptEntry.Kind, _ texts: Texts) -> String {
        texts["live_desk.screen.became", ["kind": texts["live_desk.kinds.\(kind.rawValue)"]]]
    }

    private init(isHidden: Bool) {
        (title, stateText, stream) = ("养老服务听证会", "正在进行", "/hearings/H-2026-000001-7/stream")
        (position, nowMillis, untilMillis) = (7, 1_764_205_200_000, 1_764_205_500_000)
        (agenda, speaker, next, timeText) = ("陈述意见", "参加人3 张某", "参加人4", "5:00")
        lines = [
            Line(
                place: 6, kind: "statement", label: "参加人3 张某", text: "建议增加助餐点。", struck: ["建议增加助餐。"],
                mark: "已更正", isHidden: isHidden)
        ]
    }

    static let samples = [ScreenPage(isHidden: false), ScreenPage(isHidden: true)]
}

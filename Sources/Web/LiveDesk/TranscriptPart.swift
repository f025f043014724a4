import Foundation
import Participation
import Text

/// Something said, with what it was before it was corrected.
struct TranscriptLinePart: Sendable {
    let place: Int
    let label, time, text: String
    let before: [String]
    let isCorrected: Bool

    init(_ line: Transcript.Line, _ texts: Texts) {
        let all = [line.entry] + line.corrections
        self.init(
            place: line.entry.position, label: LiveDeskPages.label(line.entry, texts),
            time: ChinaTime.minute(line.entry.saidAt, in: texts.clock), bodies: all.map(\.body))
    }

    /// The lines of a page as who was there reads it: a correction names what it corrects.
    static func all(_ page: [OwnTranscript.Line], _ texts: Texts) -> [TranscriptLinePart] {
        page.filter { $0.kind.hasWords }.map { line in
            let later = page.filter { $0.kind == .correction && $0.replaces == line.place }
            return TranscriptLinePart(
                place: line.place, label: line.label, time: ChinaTime.minute(line.at, in: texts.clock),
                bodies: [line.body] + later.map(\.body))
        }
    }

    private init(place: Int, label: String, time: String, bodies: [String]) {
        (self.place, self.label, self.time) = (place, label, time)
        (text, before, isCorrected) = (bodies.last ?? "", Array(bodies.dropLast()), bodies.count > 1)
    }

    static let sample = [
        TranscriptLinePart(place: 6, label: "参加人3", time: "9:10", bodies: ["建议增加助餐。", "建议增加助餐点。"]),
        TranscriptLinePart(place: 7, label: "主持人", time: "9:12", bodies: ["请下一位。"]),
    ]
}

struct TranscriptPagePart: Sendable {
    let number: Int
    let heading: String
    let lines: [TranscriptLinePart]
}

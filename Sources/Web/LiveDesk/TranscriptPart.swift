import Foundation
import Participation
import Text

/// Something said, with what it was before it was corrected.
struct TranscriptLinePart: Sendable {
    /// A sentence beside a field that was refused.
    struct Fault: Sendable {
        let id: String
        let text: String

        init?(_ field: String, _ errors: FormErrors) {
            guard let text = errors[field: field] else { return nil }
            (id, self.text) = (field + "-error", text)
        }
    }

    /// The form that corrects it.
    struct Correct: Sendable {
        let action: String
        /// Of the form: pressed twice, it is one correction.
        let key: String
        /// The key of what it corrects.
        let replaces: String
        let id: String
        let body: String
        let error: Fault?
        /// It came back.
        let isOpen: Bool

        /// - Parameter typed: what came back, of whichever line.
        init(_ line: Transcript.Line, action: String, typed: FormData, _ errors: FormErrors) {
            (self.action, key) = (action, IdempotencyKey.make())
            (replaces, id) = (line.entry.key.uuidString.lowercased(), "body-\(line.entry.position)")
            isOpen = UUID(uuidString: typed.string("replaces")) == line.entry.key
            body = isOpen ? typed.exactly("body") : line.body
            error = isOpen ? Fault(id, errors) : nil
        }

        fileprivate init() {
            (action, key, replaces, id, body, isOpen) = ("/c", "k", "r", "body-6", "建议增加助餐点。", true)
            error = Fault(id, FormErrors(id, "没有改动。"))
        }
    }

    let place: Int
    let label, time, what, text: String
    let before: [String]
    let isCorrected: Bool
    /// Where whoever wrote it down corrects it on this page.
    var correct: Correct?

    init(_ line: Transcript.Line, correct: Correct? = nil, _ texts: Texts) {
        let all = [line.entry] + line.corrections
        self.init(
            place: line.entry.position, label: LiveDeskPages.label(line.entry.speaker, texts),
            time: ChinaTime.minute(line.entry.saidAt, in: texts.clock),
            what: Self.what(
                line.entry.kind, became: line.kind == line.entry.kind ? nil : line.kind, isLate: line.isLate, texts),
            bodies: all.map(\.body), correct: correct)
    }

    /// The lines of a page as who was there reads it: a correction names what it corrects.
    static func all(_ page: [OwnTranscript.Line], _ texts: Texts) -> [TranscriptLinePart] {
        page.filter { $0.kind.hasWords }.map { line in
            let later = page.filter { $0.kind == .correction && $0.replaces == line.place }
            let became = later.last { $0.becomes != nil }?.becomes
            return TranscriptLinePart(
                place: line.place, label: LiveDeskPages.label(line.speaker, texts),
                time: ChinaTime.minute(line.saidAt, in: texts.clock),
                what: Self.what(
                    line.kind, became: became == line.kind ? nil : became, isLate: line.isLate, texts),
                bodies: [line.body] + later.map(\.body))
        }
    }

    private static func what(
        _ kind: TranscriptEntry.Kind, became: TranscriptEntry.Kind?, isLate: Bool, _ texts: Texts
    ) -> String {
        let words = LiveDeskPages.kind(kind, became: became, texts)
        return isLate ? texts["live_desk.transcript.late", ["what": words]] : words
    }

    private init(
        place: Int, label: String, time: String, what: String, bodies: [String], correct: Correct? = nil
    ) {
        self.correct = correct
        (self.place, self.label, self.time, self.what) = (place, label, time, what)
        (text, before, isCorrected) = (bodies.last ?? "", Array(bodies.dropLast()), bodies.count > 1)
    }

    static let sample = [
        TranscriptLinePart(
            place: 6, label: "参加人3", time: "9:10", what: "陈述意见", bodies: ["建议增加助餐。", "建议增加助餐点。"], correct: Correct()),
        TranscriptLinePart(place: 7, label: "主持人", time: "9:12", what: "程序事项", bodies: ["请下一位。"]),
    ]
}

struct TranscriptPagePart: Sendable {
    let number: Int
    let heading: String
    let lines: [TranscriptLinePart]
}

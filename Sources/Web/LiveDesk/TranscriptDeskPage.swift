import Foundation
import Participation
import Text

/// The transcript in pages, who has confirmed it, and how it ended with who has not.
struct TranscriptDeskPage: Page {
    static let template = "live_desk/transcript-desk"

    struct EndPart: Sendable {
        let action: String
        let person: Int
        let outcomes: [Choice]
        /// As typed.
        let reason: String
        /// It came back.
        let isOpen: Bool
    }

    struct PersonPart: Sendable {
        let label, standing: String
        let objections: [String]
        let ends: EndPart?
    }

    /// Somebody a visit met, with the form that corrects who they are.
    struct MetPart: Sendable {
        let label: String
        /// What was corrected, and when.
        let changes: [String]
        let form: CorrectionPart?
    }

    struct ScanPart: Sendable {
        let action: String
        let href: String?
    }

    struct ClosePart: Sendable {
        let action, title, lead, button: String
    }

    let title: String
    let lead: String
    let crumbs: [Crumb]
    let closes: ClosePart?
    /// That what was hidden becomes opinions too, where something was.
    let hiddenText: String?
    let people: Filled<PersonPart>?
    let scan: ScanPart?
    let pages: [TranscriptPagePart]
    let met: Filled<MetPart>?
    let errors: FormErrors

    /// - Parameter typed: what was refused: how it ended with somebody, or what somebody of a visit or their words are corrected to.
    init(
        _ it: Gathering, people all: [GatheringPerson], transcript: Transcript, marks: [TranscriptMark],
        ends: [TranscriptEnd], typed: FormData, errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        let (desk, isHeld) = (LiveDeskPages.desk(it), it.state == .held)
        // Nobody confirms what they said on a doorstep: who wrote it down looks at it once more.
        let isVisit = it.kind == .visit
        // What was said in a room is corrected at the live desk.
        let corrects = isVisit && (isHeld || it.state == .underWay)
        title = texts["live_desk.transcript.\(isVisit ? "visit_title" : "title")"]
        lead = texts["live_desk.transcript.\(isVisit ? "visit_lead" : "lead")"]
        crumbs = LiveDeskPages.crumbs(it, texts)
        let words = "live_desk.\(isVisit ? "close_visit" : "close")"
        closes =
            isHeld
            ? ClosePart(
                action: desk + "/close", title: texts["\(words).title"], lead: texts["\(words).lead"],
                button: texts["\(words).button"]) : nil
        let hidden = transcript.lines.count { $0.isHidden }
        hiddenText = isHeld && hidden > 0 ? texts["live_desk.close.hidden", ["count": hidden]] : nil
        people = Filled(
            (isVisit ? [] : all.filter(\.confirms)).map { person in
                let own = marks.filter { $0.personID == person.id && !$0.isVoid }
                let end = ends.first { $0.personID == person.id }
                let missing = transcript.pages.count - own.count
                let isOpen = typed.int("person") == person.id
                let outcome: String? = isOpen ? typed.string("outcome") : nil
                let reason = isOpen ? typed.exactly("reason") : ""
                let standing =
                    end.map { texts["live_desk.ends.outcomes.\($0.outcome.rawValue)"] + " \($0.reason)" }
                    ?? (missing <= 0
                        ? texts["live_desk.transcript.all"]
                        : texts["live_desk.transcript.missing", ["count": missing]])
                return PersonPart(
                    label: LiveDeskPages.label(person, texts), standing: standing,
                    objections: own.filter { $0.verdict == .objected }.map {
                        texts["live_desk.transcript.objected", ["page": $0.page, "note": $0.note]]
                    },
                    ends: isHeld && end == nil && missing > 0
                        ? EndPart(
                            action: desk + "/transcript/ends", person: person.id,
                            outcomes: TranscriptEnd.Outcome.allCases.map {
                                Choice(
                                    value: $0.rawValue, text: texts["live_desk.ends.outcomes.\($0.rawValue)"],
                                    chosen: $0.rawValue == outcome)
                            }, reason: reason, isOpen: isOpen) : nil)
            })
        scan =
            isHeld && !isVisit
            ? ScanPart(
                action: desk + "/transcript/scan",
                href: it.transcriptScanID.map { "/desk/attachments/\($0.uuidString.lowercased())" }) : nil
        pages = transcript.pages.map { page in
            TranscriptPagePart(
                number: page.number, heading: texts["live_desk.transcript.page", ["page": page.number]],
                lines: page.lines.map {
                    TranscriptLinePart(
                        $0,
                        correct: corrects
                            ? TranscriptLinePart.Correct(
                                $0, action: "/desk/visits/\(it.number)/correct", typed: typed, errors) : nil, texts)
                })
        }
        met = Filled(
            (isVisit ? all.filter { $0.role == .met } : []).map { person in
                MetPart(
                    person, changes: transcript.ofPeople.filter { $0.personID == person.id },
                    action: corrects ? "/desk/visits/\(it.number)/people/\(person.id)" : nil, typed: typed, errors,
                    texts)
            })
        self.errors = errors
    }

    private init(pages: [TranscriptPagePart]) {
        (title, lead, crumbs) = ("笔录", "逐页确认。", [Crumb(href: "/desk", text: "工作台")])
        closes = ClosePart(action: "/close", title: "办结", lead: "办结以后列入意见。", button: "办结")
        hiddenText = "有1条已从大屏隐去。"
        people = Filled([
            PersonPart(
                label: "参加人3", standing: "还差1页", objections: ["第1页有异议：少了一句。"],
                ends: EndPart(
                    action: "/ends", person: 3, outcomes: [Choice(value: "paper", text: "签在纸上", chosen: true)],
                    reason: "不在家", isOpen: true))
        ])
        scan = ScanPart(action: "/scan", href: "/desk/attachments/a")
        self.pages = pages
        met = Filled([
            MetPart(
                label: "受访人3", changes: ["10:00 更正：姓名"],
                form: .sample),
            MetPart(label: "受访人4", changes: [], form: nil),
        ])
        errors = FormErrors("scan", "请选一个文件。")
    }

    static let samples = [
        TranscriptDeskPage(pages: []),
        TranscriptDeskPage(pages: [TranscriptPagePart(number: 1, heading: "第1页", lines: TranscriptLinePart.sample)]),
    ]
}

extension TranscriptDeskPage.MetPart {
    /// - Parameters:
    ///   - changes: corrections of who they are.
    ///   - action: nil where nothing is corrected any more.
    init(
        _ it: GatheringPerson, changes: [TranscriptEntry], action: String?, typed: FormData, _ errors: FormErrors,
        _ texts: Texts
    ) {
        label = LiveDeskPages.label(it, texts)
        self.changes = changes.map {
            texts["visits.correct.changed", ["moment": ChinaTime.minute($0.at, in: texts.clock), "what": $0.body]]
        }
        form = action.map { CorrectionPart(it, action: $0, typed: typed, errors, texts) }
    }
}

import Foundation
import Participation
import Text

extension SubmissionListPage {
    /// What a form on the list has sent, when it came back with a mistake.
    struct Typed {
        var picked: Set<Int> = []
        var answer: Answer?
        var faults: [Answer.Fault] = []
        var errors = FormErrors()
    }

    /// Scalars of a text that the list shows.
    fileprivate static let excerptLength = 120

    init(
        _ found: SubmissionPage, of procedure: ProcedureHeading, filter: SubmissionFilter, after: Int,
        reconciliation: Reconciliation, done: ScreeningStep?, staff: StaffActor, typed: Typed, _ texts: Texts
    ) {
        let desk = "/desk/procedures/\(procedure.number)"
        let address = desk + "/submissions"
        title = texts["submissions.list.title"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: desk, text: procedure.title),
        ]
        self.procedure = procedure.title
        progress = AnsweringProgress(reconciliation, texts)
        mayScreen = staff.has(.organiser) || staff.has(.clerk)
        entryHref = mayScreen && procedure.takesEntries ? desk + "/entry" : nil
        resultHref = desk + "/result"
        self.done = done.map { StepTaken($0, undoAction: address + "/undo" + filter.query(after: after), texts) }
        tabs = SubmissionFilter.View.inOrderOfWork.map { view in
            var other = filter
            other.view = view
            return Tab(
                text: texts["submissions.views.\(view.rawValue)"], count: found.counts[view] ?? 0,
                href: address + other.query(), current: view == filter.view)
        }
        view = filter.view.rawValue
        filterAction = address
        channels = Channel.ofComments.map {
            .init(
                id: $0.rawValue, value: $0.rawValue, text: texts.channel($0.rawValue), chosen: $0 == filter.channel)
        }
        let whole = AnswerFields.Choice(
            id: "whole", value: SubmissionFilter.whole, text: texts["submissions.whole"],
            chosen: filter.row == SubmissionFilter.whole)
        rows =
            [whole]
            + found.rows.map {
                .init(id: $0, value: $0, text: texts["submissions.row", ["row": $0]], chosen: $0 == filter.row)
            }
        text = filter.text
        clearHref = filter.isNarrowed ? address + SubmissionFilter(view: filter.view).query() : nil
        lines = Filled(found.lines.map { Line($0, picked: typed.picked.contains($0.id), texts) })
        let nothing = found.counts[.all] == 0 ? "none" : filter.isNarrowed ? "narrowed" : filter.view.rawValue
        emptyText = texts["submissions.empty.\(nothing).text"]
        emptyNext = texts["submissions.empty.\(nothing).next"]
        action = address + filter.query(after: after)
        batch = UUID().uuidString.lowercased()
        hiddenCodes = HiddenCode.choices(chosen: nil, texts)
        answer =
            staff.has(.organiser)
            ? AnswerFields(typed.answer, suffix: "many", faults: typed.faults, texts) : nil
        answerOpen = typed.answer != nil
        firstHref = after > 0 ? address + filter.query() : nil
        previousHref = found.previous.flatMap { $0 > 0 ? address + filter.query(after: $0) : nil }
        nextHref = found.next.map { address + filter.query(after: $0) }
        errors = typed.errors
    }
}

extension SubmissionListPage.Line {
    fileprivate init(_ line: SubmissionLine, picked: Bool, _ texts: Texts) {
        id = line.id
        number = line.number
        href = "/desk/submissions/\(line.number)"
        self.picked = picked
        let words = line.body.unicodeScalars
        excerpt =
            words.isEmpty
            ? nil
            : String(words.prefix(SubmissionListPage.excerptLength))
                + (words.count > SubmissionListPage.excerptLength ? "…" : "")
        absence =
            line.isSealed
            ? texts["submissions.absence.sealed"] : line.isWithdrawn ? texts["submissions.absence.withdrawn"] : nil
        about = line.rowNumber.map { texts["submissions.row", ["row": $0]] } ?? texts["submissions.whole"]
        sender = texts["submissions.senders.\(line.submitter.rawValue)", ["count": line.people]]
        channel = texts.channel(line.channel.rawValue)
        receivedAt = ChinaTime.minute(line.receivedAt, in: texts.clock)
        screening = .init(kind: line.screening.rawValue, text: texts.screening(line.screening))
        flags = line.flags.map { .init(kind: $0.rawValue, text: texts.flag($0)) }
        hint = line.mayHoldPersonalData
        outcomes = line.outcomes.map { .init(kind: $0.rawValue, text: texts.outcome($0.rawValue)) }
        waiting =
            line.isWithdrawn || line.isAnswered
            ? nil : texts["submissions.waiting", ["count": line.opinions - line.outcomes.count]]
    }
}

extension AnsweringProgress {
    /// Nil while nothing is in.
    init?(_ reconciliation: Reconciliation, _ texts: Texts) {
        guard reconciliation.submissions > 0 else { return nil }
        ended = reconciliation.ended
        total = reconciliation.submissions
        text = texts["submissions.progress", ["ended": reconciliation.ended, "total": reconciliation.submissions]]
    }
}

extension SubmissionFilter.View {
    fileprivate static let inOrderOfWork: [SubmissionFilter.View] = [
        .pending, .unanswered, .flagged, .shown, .hidden, .withdrawn, .all,
    ]
}

extension HiddenCode {
    static func choices(chosen: HiddenCode?, _ texts: Texts) -> [AnswerFields.Choice] {
        allCases.map {
            .init(id: "code-\($0.rawValue)", value: $0.rawValue, text: texts.hiddenCode($0), chosen: $0 == chosen)
        }
    }
}

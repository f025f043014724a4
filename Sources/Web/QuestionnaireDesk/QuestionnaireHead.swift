import Foundation
import Participation
import Text

/// What stands on top of every page about one questionnaire at the desk: its state, what to do next, and the way to the others.
struct QuestionnaireHead: Sendable {
    enum Place: String, CaseIterable, Sendable {
        case builder, settings, check, preview, invitations, paper, entry, samples, kiosks, results, cross, publication
    }

    struct Tab: Sendable {
        let href: String
        let text: String
        let isHere: Bool
    }

    let number: String
    let state: String
    let stateText: String
    let facts: String
    let next: String
    let tabs: [Tab]

    init(_ it: DeskQuestionnaire, here: Place, for staff: StaffActor, _ texts: Texts) {
        number = it.number
        // Open, but nobody more can answer.
        let isFull = it.state == .open && it.mostSheets.map { it.sheets >= $0 } ?? false
        (state, stateText) = (
            it.state.rawValue, isFull ? texts["questionnaires.states.full"] : texts.state(of: it.state)
        )
        facts = [
            texts["builder.kind_of.\(it.kind.rawValue)"], it.unitName, texts.period(from: it.opensAt, to: it.endsAt),
            it.state == .preparing ? nil : texts["builder.sheets", ["count": it.sheets]],
        ].compactMap { $0 }.joined(separator: " · ")
        next = texts.next(it)
        tabs = Self.places(it, staff).map {
            Tab(
                href: it.address + ($0 == .builder ? "" : "/" + $0.rawValue),
                text: texts["builder.tabs.\($0.rawValue)"],
                isHere: $0 == here)
        }
    }

    private static func places(_ it: DeskQuestionnaire, _ staff: StaffActor) -> [Place] {
        Place.allCases.filter { place in
            switch place {
            case .entry: it.takesEntries && (staff.has(.organiser) || staff.has(.clerk))
            case .samples:
                it.state != .preparing && it.voiceAllowsSamples && (staff.has(.organiser) || staff.has(.clerk))
            case .kiosks: it.state != .preparing && staff.has(.organiser) && it.voiceAllowsKiosks
            case .invitations: it.voice == .code
            case .results, .cross, .publication: it.state != .preparing
            case .builder, .settings, .check, .preview, .paper: true
            }
        }
    }

    private init(tabs: [Tab]) {
        (number, state, stateText, facts) = ("Q-2026-000001-3", "preparing", "准备中", "问卷 · 县民政局")
        (next, self.tabs) = ("查一遍,然后打开。", tabs)
    }

    static let sample = QuestionnaireHead(tabs: [Tab(href: "/desk/questionnaires/Q-1", text: "题目", isHere: true)])
}

extension DeskQuestionnaire {
    var address: String { "/desk/questionnaires/\(number)" }

    func isEditable(by staff: StaffActor) -> Bool { isWorkedOn && staff.has(.organiser, in: [unitID]) }
}

extension Texts {
    func state(of state: DeskQuestionnaire.State) -> String { self["builder.states.\(state.rawValue)"] }

    func crumbs(to it: DeskQuestionnaire) -> [Crumb] {
        [
            Crumb(href: "/desk", text: self["nav.desk"]),
            Crumb(href: "/desk/questionnaires", text: self["builder.list.title"]),
        ]
    }

    /// What a questionnaire waits for, in a sentence.
    func next(_ it: DeskQuestionnaire) -> String {
        next(it.state, opensAt: it.opensAt, closesAt: it.closesAt, entryUntil: it.entryUntil, now: it.now)
    }

    func next(_ it: DeskQuestionnaire.Line) -> String {
        if it.isFull { return self["builder.next.full"] }
        return next(it.state, opensAt: it.opensAt, closesAt: it.closesAt, entryUntil: it.entryUntil, now: it.now)
            + (it.isCorrected && it.state != .preparing && it.now < it.closesAt ? self["builder.next.corrected"] : "")
    }

    /// Where the next step is taken; nil while there is nothing to do.
    func nextPlace(_ it: DeskQuestionnaire.Line, for staff: StaffActor) -> QuestionnaireHead.Place? {
        let takesEntries = it.entryUntil.map { it.now < $0 } ?? false
        return switch it.state {
        case .preparing: .check
        case .announced, .open, .suspended: it.isCorrected && it.now < it.closesAt ? .check : nil
        case .closed: takesEntries && staff.has(.clerk) ? .entry : .results
        case .published: .results
        case .terminated: nil
        }
    }

    private func next(
        _ state: DeskQuestionnaire.State, opensAt: Date, closesAt: Date, entryUntil: Date?, now: Date
    ) -> String {
        switch state {
        case .preparing: self["builder.next.preparing"]
        case .announced: self["builder.next.announced", ["moment": ChinaTime.minute(opensAt, in: clock)]]
        case .open: self["builder.next.open", ["moment": ChinaTime.deadline(closesAt, in: clock)]]
        case .suspended: self["builder.next.suspended"]
        case .closed:
            if let entryUntil, now < entryUntil {
                self["builder.next.entry", ["moment": ChinaTime.deadline(entryUntil, in: clock)]]
            } else {
                self["builder.next.closed"]
            }
        case .published, .terminated: self["builder.next.\(state.rawValue)"]
        }
    }
}

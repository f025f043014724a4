import Foundation
import Participation
import Text

extension Gathering {
    var address: String { "/desk/hearings/\(number)" }
}

extension PublicGathering {
    var address: String { "/\(kind.path)/\(number)" }
}

extension Texts {
    func crumbs(to it: Gathering) -> [Crumb] {
        [
            Crumb(href: "/desk", text: self["nav.desk"]), Crumb(href: "/desk/hearings", text: self["nav.hearings"]),
            Crumb(href: it.address, text: it.title),
        ]
    }

    func state(of state: Gathering.State) -> String { self["gatherings.states.\(state.rawValue)"] }

    /// At the desk: a forum or visit is convened before it is announced, if it ever is.
    func state(of it: Gathering) -> String {
        it.kind != .hearing && it.state == .announced ? self["gatherings.called"] : state(of: it.state)
    }

    /// 参加人3 张某（某村）, in the language of the page: for who works on it, with the unit as it was written down.
    /// - Parameter contact: nil where nobody has read it; then the public name stands, if there is one.
    func label(of person: GatheringPerson, _ contact: Contact? = nil) -> String {
        LiveDeskPages.label(
            SpeakerLabel(role: person.role, seat: person.seat, name: person.name(contact), of: person.knownUnit), self)
    }

    func state(of person: GatheringPerson) -> String {
        guard person.role != .met else { return self["gatherings.met"] }
        let state = self["gatherings.person_states.\(person.state.rawValue)"]
        return person.removedReason.isEmpty
            ? state : self["gatherings.guest.why", ["state": state, "reason": person.removedReason]]
    }

    /// A paper by the name that such papers have.
    func paper(_ kind: Clearance.Kind, of it: Gathering) -> String {
        paper(kind.rawValue, of: it.kind) ?? self.kind(kind)
    }

    /// - Returns: nil where such papers are called the same wherever they come from.
    func paper(_ kind: String, of form: Gathering.Kind) -> String? {
        let own = "gatherings.papers_of.\(form.rawValue).\(kind)"
        return has(own) ? self[own] : nil
    }

    /// When it takes place; while it is postponed, that this is not known.
    func time(from start: Date?, to end: Date?) -> String {
        guard let start else { return self["gatherings.no_time"] }
        guard let end else { return ChinaTime.minute(start, in: clock) }
        return self[
            "gatherings.from_to",
            ["from": ChinaTime.minute(start, in: clock), "to": ChinaTime.end(end, of: start, in: clock)]]
    }

    func registration(from start: Date?, until end: Date?) -> String? {
        guard let start, let end else { return nil }
        return self[
            "gatherings.from_to",
            ["from": ChinaTime.minute(start, in: clock), "to": ChinaTime.deadline(end, in: clock)]]
    }

    /// `报名 3 天后截止（12月7日24:00）`, or from when one can, or that it is over; nil once that matters no more.
    func registrationLeft(_ it: PublicGathering) -> String? {
        guard !it.openCategories.isEmpty, let until = it.registrationUntil else { return nil }
        switch it.refusal {
        case nil:
            let days = max(0, ChinaTime.lastDay(before: until).days(since: ChinaTime.date(it.now)))
            return self[
                "gatherings.registering", ["left": closes(in: days), "moment": ChinaTime.deadline(until, in: clock)]]
        case .notOpen?:
            return it.registrationFrom.map {
                self["gatherings.registers_from", ["moment": ChinaTime.minute($0, in: clock)]]
            }
        case .closed? where it.state == .announced: return self["gatherings.registration_over"]
        default: return nil
        }
    }

    /// Who may register: their age, and what else was asked for.
    func conditions(of it: PublicGathering) -> String {
        guard it.kind == .hearing, !it.openCategories.isEmpty else { return it.conditions }
        let ages =
            it.mostAge.map { self["gatherings.ages", ["least": it.leastAge, "most": $0]] }
            ?? self["gatherings.age", ["least": it.leastAge]]
        return it.conditions.isEmpty ? ages : ages + self["refusals.separator"] + it.conditions
    }

    /// What is wrong with the days alone, while the rest is still to be filled in.
    func dayErrors(_ form: GatheringForm, _ kind: Gathering.Kind, now: Date?) -> FormErrors {
        guard !form.input.startsAt.isEmpty else {
            return FormErrors("starts_at", self["gatherings.planner.day_first"])
        }
        let days: Set = [
            "starts_at", "ends_at", "registration_from", "registration_until", "list_on", "materials_on", "report_on",
        ]
        var errors = FormErrors()
        do throws(ProcedurePlan.Faults) {
            _ = try GatheringPlan(form.input, kind: kind)
        } catch {
            let faults = ProcedurePlan.Faults(faults: error.faults.filter { days.contains($0.field) })
            errors = gatheringErrors(faults)
        }
        if let now, let start = ChinaTime.parse(form.input.startsAt), ChinaTime.date(start) <= ChinaTime.date(now) {
            errors.add("starts_at", self["refusals.gatherings_ahead"])
        }
        return errors
    }

    /// The sentences beside the fields of a plan.
    func gatheringErrors(_ faults: ProcedurePlan.Faults) -> FormErrors {
        FormErrors(
            faults.faults.map { fault in
                let count: [String: Int] = fault.number.map { ["count": $0] } ?? [:]
                let what = self["procedures.errors.\(fault.code)", count]
                let label = "gatherings.labels.\(GatheringForm.column(fault.field))"
                guard has(label) else { return (GatheringForm.field(fault.field), what) }
                return (
                    GatheringForm.field(fault.field),
                    self["procedures.errors.of", ["field": self[label], "what": what]]
                )
            })
    }
}

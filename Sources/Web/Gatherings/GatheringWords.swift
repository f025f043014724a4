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

    /// When it takes place; while it is postponed, that this is not known.
    func time(from start: Date?, to end: Date?) -> String {
        guard let start else { return self["gatherings.no_time"] }
        guard let end else { return ChinaTime.minute(start, in: clock) }
        let ends =
            ChinaTime.date(start) == ChinaTime.date(end)
            ? String(ChinaTime.input(end).suffix(5)) : ChinaTime.minute(end, in: clock)
        return self["gatherings.from_to", ["from": ChinaTime.minute(start, in: clock), "to": ends]]
    }

    func registration(from start: Date?, until end: Date?) -> String? {
        guard let start, let end else { return nil }
        return self[
            "gatherings.from_to",
            ["from": ChinaTime.minute(start, in: clock), "to": ChinaTime.deadline(end, in: clock)]]
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

import Participation
import Text

/// How the desk speaks of a procedure.
extension Texts {
    /// The state as it stands on a label: an extended one says so.
    func state(of procedure: Procedure) -> String {
        procedure.state == .open && procedure.extended
            ? self["states.extended"] : self["states.\(procedure.state.rawValue)"]
    }

    func kind(_ kind: Clearance.Kind) -> String { self["consultations.kinds.\(kind.rawValue)"] }

    /// What an event says, without who and when.
    func event(_ event: ProcedureEvent) -> String {
        let kind = event.clearanceKind.flatMap(Clearance.Kind.init(rawValue:)).map(kind) ?? ""
        let general = "procedures.events.\(event.subject).\(event.kind)"
        let particular = general + "_\(event.code ?? "")"
        return self[has(particular) ? particular : general, ["kind": kind]]
    }
}

import Foundation
import Participation
import Text

/// The form of a procedure as typed. Day and hour are fields of their own: 24:00 is an hour that no browser's picker has.
struct ProcedureForm: Sendable {
    /// What the plan is made from.
    private(set) var input = ProcedurePlan.Input()
    private(set) var opensOn = ""
    private(set) var opensTime = ""
    private(set) var closesOn = ""
    private(set) var closesTime = ""

    /// A procedure that exists.
    init(_ procedure: Procedure) {
        input = ProcedurePlan.Input(procedure)
        (opensOn, opensTime) = Self.parts(input.opensAt)
        (closesOn, closesTime) = Self.parts(input.closesAt)
    }

    /// A new one about an edition; it is measured against the rule for directories unless somebody chooses another.
    init(edition: ProcedurePlan.Choice?, in setting: ProcedurePlan.Setting) {
        input.editionID = edition?.editionID
        input.unitID = edition?.unitID
        input.title = edition.map { $0.title.contains("征求意见稿") ? $0.title : $0.title + "（征求意见稿）" } ?? ""
        input.ruleID = Self.rules(in: setting, chosen: nil).first { $0.code == "directory" }?.id
        (opensTime, closesTime) = ("00:00", "24:00")
    }

    init(_ form: FormData) {
        (opensOn, opensTime) = (form.string("opens_at"), form.string("opens_time"))
        (closesOn, closesTime) = (form.string("closes_at"), form.string("closes_time"))
        input.title = form.string("title")
        input.unitID = form.int("unit")
        input.editionID = form.int("edition")
        input.ruleID = form.int("rule")
        input.legalBasis = form.exactly("legal_basis")
        input.explanatoryNote = form.exactly("explanatory_note")
        input.opensAt = Self.moment(opensOn, opensTime)
        input.closesAt = Self.moment(closesOn, closesTime)
        input.shorteningReason = form.exactly("shortening_reason")
        input.contactPhone = form.string("contact_phone")
        input.contactAddress = form.string("contact_address")
        input.contactPostcode = form.string("contact_postcode")
        input.contactEmail = form.string("contact_email")
        input.nameRule = form.string("name_rule")
        input.phoneRule = form.string("phone_rule")
        input.commentsShown = form.bool("comments_shown")
        input.revisionDueOn = form.string("revision_due_on")
        input.publicationDueOn = form.string("publication_due_on")
        input.resultDueOn = form.string("result_due_on")
    }

    /// The organising unit of a procedure that exists stays.
    mutating func keepUnit(of procedure: Procedure) { input.unitID = procedure.unitID }

    /// The rules a period can be measured against: those in force today, and the one that was chosen.
    static func rules(in setting: ProcedurePlan.Setting, chosen: Int?) -> [LegalRule] {
        setting.rules.filter {
            $0.kind == .minimumPeriod && ($0.isValid(on: ChinaTime.date(setting.now)) || $0.id == chosen)
        }
    }

    /// Day and hour as one moment; a day alone where no hour is given. People type 9:00, 9：00, ９:00, 9点 and 9点半.
    static func moment(_ day: String, _ time: String) -> String {
        if day.isEmpty { return "" }
        var time = FormData.plainDigits(time)
        if time.isEmpty { return day }
        var spoken = time
        for (said, written) in [("点半", ":30"), ("点", ":"), ("时", ":"), ("分", "")] {
            spoken = spoken.replacing(said, with: written)
        }
        if spoken.hasSuffix(":") { spoken += "00" }
        // What is no hour stays as it was typed.
        if spoken.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: ":")).contains($0) }) { time = spoken }
        if time.utf8.firstIndex(of: UInt8(ascii: ":")).map({ time.utf8.distance(from: time.startIndex, to: $0) }) == 1 {
            time = "0" + time
        }
        return "\(day)T\(time)"
    }

    private static func parts(_ moment: String) -> (day: String, time: String) {
        let halves = moment.split(separator: "T", maxSplits: 1)
        return (halves.first.map(String.init) ?? "", halves.dropFirst().first.map(String.init) ?? "")
    }
}

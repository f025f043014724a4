import Foundation
import Participation
import Text

extension CaseForm {
    static let longestText = 2000
    static let longestNote = 1000

    /// What the form asks for; throws `FormErrors` with a sentence for each field that cannot be taken.
    func act(_ form: FormData, on record: CaseRecord, _ texts: Texts) throws(FormErrors) -> CaseAct {
        var reading = CaseFormReading(form: self, data: form, texts: texts)
        let act = reading.act(on: record)
        guard reading.errors.isEmpty, let act else { throw reading.errors }
        return act
    }
}

extension Texts {
    /// What is wrong with a field of a case's form. It names the field: the summary on top of the page has no other hint at it.
    func fault(
        _ key: String, of name: String, in form: CaseForm, _ arguments: [String: any CustomStringConvertible] = [:]
    ) -> String {
        let field = self["casework.forms.\(form.key).\(name)"]
        return self["casework.errors.\(key)", arguments.merging(["field": field]) { one, _ in one }]
    }
}

extension FormData {
    /// Of the reply that stood on the page with the form, 0 for none; another version is read before it is decided about.
    var seenVersion: Int { int("seen_version").flatMap { Int32(exactly: $0) }.map(Int.init) ?? 0 }
}

/// Reads one form, collecting what is wrong with it.
private struct CaseFormReading {
    let form: CaseForm
    let data: FormData
    let texts: Texts
    var errors = FormErrors()

    private func text(_ name: String) -> String { TextNormalisation.normalised(data.string(form.field(name))) }

    private mutating func fault(_ name: String, _ key: String, _ arguments: [String: any CustomStringConvertible] = [:])
    {
        errors.add(form.field(name), texts.fault(key, of: name, in: form, arguments))
    }

    /// A text that must be there, or may.
    private mutating func words(_ name: String, needed: Bool, atMost: Int = CaseForm.longestText) -> String {
        let text = text(name)
        if needed, text.isEmpty { fault(name, "needed") }
        let over = TextLength.count(text) - atMost
        if over > 0 { fault(name, "too_long", ["count": over]) }
        return text
    }

    /// One of the values of a closed list.
    private mutating func code<T: RawRepresentable<String>>(_ name: String, as type: T.Type = T.self) -> T? {
        let found = T(rawValue: data.string(form.field(name)))
        if found == nil { fault(name, "choose") }
        return found
    }

    private mutating func answer(_ name: String) -> Bool? {
        let found = ["yes": true, "no": false][data.string(form.field(name))]
        if found == nil { fault(name, "choose") }
        return found
    }

    private mutating func day(_ name: String) -> CalendarDate? {
        let found = CalendarDate(data.string(form.field(name)))
        if found == nil { fault(name, "day") }
        return found
    }

    mutating func act(on record: CaseRecord) -> CaseAct? {
        switch form {
        case .screening, .rescreening: return screening()
        case .emergency: return .recordEmergency(called: words("called", needed: true))
        case .concerned:
            return .setConcerned(
                units: data.ints(form.field("units")), staff: data.ints(form.field("staff")),
                reason: words("reason", needed: true))
        case .publishable:
            let (may, reason) = (answer("may"), words("reason", needed: true))
            return may.map { .setPublishable($0, reason: reason) }
        case .assignment, .reassignment:
            let (unit, urgency) = (data.int(form.field("unit")), code("urgency", as: CaseFile.Urgency.self))
            if unit == nil { fault("unit", "unit") }
            let assisting = data.ints(form.field("assisting")).filter { $0 != unit }
            let remark = words("remark", needed: false)
            guard let unit, let urgency else { return nil }
            return .assign(
                unit: unit, from: data.int("seen_unit"), assisting: assisting, urgency: urgency, remark: remark)
        case .giveBack:
            let (reason, remark) = (code("code", as: CaseAct.GiveBackReason.self), words("remark", needed: true))
            return reason.map { .giveBack($0, remark: remark) }
        case .link: return .link(other: words("number", needed: true, atMost: 40), linked: true)
        case .remark:
            let (kind, body) = (code("kind", as: CaseAct.RemarkKind.self), words("body", needed: true))
            return kind.map { .remark($0, body: body) }
        case .opinion: return .remark(.opinion, body: words("body", needed: true))
        case .approval, .officeApproval:
            let granted = answer("granted")
            let note = words("note", needed: granted == false, atMost: CaseForm.longestNote)
            return granted.map { .approve(version: data.seenVersion, granted: $0, note: note, paper: nil) }
        case .recall: return .recall
        case .resume: return .resume
        case .review:
            let passed = answer("passed")
            let note = words("note", needed: passed == false, atMost: CaseForm.longestNote)
            return passed.map { .review(version: data.seenVersion, passed: $0, note: note) }
        case .wording:
            return .word(
                version: data.seenVersion,
                .init(
                    title: words("heading", needed: true, atMost: 200),
                    question: words("question", needed: true, atMost: 5000),
                    answer: words("answer", needed: true, atMost: Reply.longest)))
        case .extensionRequest:
            let (day, reason) = (day("day"), words("reason", needed: true, atMost: CaseForm.longestNote))
            if let day, let ceiling = record.ceiling, day > ceiling {
                fault("day", "ceiling", ["day": ChinaTime.day(ceiling, in: texts.clock)])
            }
            return day.map { .askExtension(until: $0, reason: reason) }
        case .extensionDecision:
            let granted = answer("granted")
            let note = words("note", needed: granted == false, atMost: CaseForm.longestNote)
            guard let granted, let id = record.extensions.first(where: \.isPending)?.id else { return nil }
            return .decideExtension(id: id, granted: granted, note: note)
        case .pause:
            let (reason, remark) = (code("code", as: CaseAct.PauseReason.self), words("remark", needed: true))
            return reason.map { .pause($0, remark: remark) }
        case .supervision:
            let (demand, day) = (words("demand", needed: true), day("day"))
            return day.map { .supervise(demand: demand, answerDueOn: $0) }
        case .supervisionAnswer:
            let answer = words("answer", needed: true, atMost: 4000)
            return record.supervisions.first { $0.closedAt == nil }.map {
                .answerSupervision(id: $0.id, answer: answer)
            }
        case .supervisionClosing:
            let (finding, text) = (code("finding", as: Supervision.Finding.self), words("text", needed: false))
            guard let finding, let id = record.supervisions.first(where: { $0.closedAt == nil })?.id else { return nil }
            return .closeSupervision(id: id, finding, text: text)
        case .callback:
            let (result, remark) = (code("result", as: CaseAct.CallbackResult.self), words("remark", needed: false))
            return result.map { .recordCallback($0, remark: remark) }
        case .paper: return nil  // has a file: its handler stores it first
        }
    }

    private mutating func screening() -> CaseAct? {
        let verdict = code("verdict", as: CaseAct.Verdict.self)
        let text = words("text", needed: verdict?.needsText ?? false)
        let original = data.string(form.field("original")).uppercased()
        let reason = form == .rescreening ? words("reason", needed: true) : ""
        guard let verdict else { return nil }
        // `declined.internal`: a reason belongs to one verdict.
        let code = data.string(form.field("code")).split(separator: ".").last.map(String.init) ?? ""
        if !verdict.codes.isEmpty, !verdict.codes.contains(code) { fault("code", "code") }
        if verdict == .duplicate, original.isEmpty { fault("original", "original") }
        let told = verdict == .accepted || verdict == .duplicate ? "" : text
        return .screen(
            verdict, code: verdict.codes.isEmpty ? nil : code, text: told,
            original: verdict == .duplicate ? original : "",
            reason: reason)
    }
}

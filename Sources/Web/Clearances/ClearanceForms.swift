import Participation
import Text

/// The forms by which a clearance goes on, as a person has filled them in. None has an answer chosen beforehand.
enum ClearanceForms {
    static let longestNote = 1000
    static let longestSigner = 40

    /// `1`, `0`, or nothing chosen.
    fileprivate static func verdict(_ text: String) -> Bool? { ["1": true, "0": false][text] }

    fileprivate static func check(
        note: String, needed: String?, _ field: String, _ errors: inout FormErrors, _ texts: Texts
    ) {
        if let needed, note.isEmpty { errors.add(field, texts["clearances.errors.\(needed)"]) }
        let over = TextLength.count(note) - longestNote
        if over > 0 { errors.add(field, texts["clearances.errors.note_too_long", ["count": over]]) }
    }

    /// 保密审查, with the disclosure attribute.
    struct Review: Sendable {
        let passed: Bool?
        let attribute: Clearance.Attribute?
        let note: String

        init(_ form: FormData) {
            passed = verdict(form.string("passed"))
            attribute = Clearance.Attribute(rawValue: form.string("attribute"))
            note = TextNormalisation.normalised(form.string("review_note"))
        }

        func errors(_ texts: Texts) -> FormErrors {
            var errors = FormErrors()
            errors.require(passed != nil, "passed", texts["clearances.errors.passed"])
            errors.require(attribute != nil, "attribute", texts["clearances.errors.attribute"])
            let needed =
                passed == false
                ? "note_refused" : attribute == nil || attribute == .proactive ? nil : "note_attribute"
            check(note: note, needed: needed, "review_note", &errors, texts)
            return errors
        }
    }

    /// 审签 on screen.
    struct Approval: Sendable {
        let granted: Bool?
        let note: String

        init(_ form: FormData) {
            granted = verdict(form.string("granted"))
            note = TextNormalisation.normalised(form.string("approval_note"))
        }

        func errors(_ texts: Texts) -> FormErrors {
            var errors = FormErrors()
            errors.require(granted != nil, "granted", texts["clearances.errors.granted"])
            check(note: note, needed: granted == false ? "note_refused" : nil, "approval_note", &errors, texts)
            return errors
        }
    }

    /// 审签 on paper: who signed, when, and the scan.
    struct PaperRecord: Sendable {
        let granted: Bool?
        let signer: String
        /// As it was typed.
        let signedOn: String
        let note: String
        let scan: FormData.File?

        init(_ form: FormData) {
            granted = verdict(form.string("paper_granted"))
            signer = TextNormalisation.normalised(form.string("signer"))
            signedOn = form.string("signed_on")
            note = TextNormalisation.normalised(form.string("paper_note"))
            scan = form.file("scan")
        }

        var signedDay: CalendarDate? { CalendarDate(signedOn) }

        func errors(for clearance: Clearance, _ texts: Texts) -> FormErrors {
            var errors = FormErrors()
            errors.require(granted != nil, "paper_granted", texts["clearances.errors.granted"])
            let length = TextLength.count(signer)
            errors.require((1...longestSigner).contains(length), "signer", texts["clearances.errors.signer"])
            errors.require(signer != clearance.preparedBy, "signer", texts["clearances.errors.signer_is_author"])
            if let day = signedDay {
                let (first, last) = (ChinaTime.date(clearance.preparedAt), ChinaTime.date(clearance.now))
                errors.require(
                    first <= day && day <= last, "signed_on",
                    texts[
                        "clearances.errors.signed_between",
                        ["from": ChinaTime.day(first, in: texts.clock), "to": ChinaTime.day(last, in: texts.clock)]])
            } else {
                errors.add("signed_on", texts["clearances.errors.signed_on"])
            }
            check(note: note, needed: granted == false ? "note_refused" : nil, "paper_note", &errors, texts)
            errors.require(scan != nil, "scan", texts["clearances.errors.scan"])
            return errors
        }
    }
}

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

    /// What the paper is, and the attribute its drafter proposes.
    struct Description: Sendable {
        let version: Int
        let attribute: Clearance.Attribute?
        let reason: String
        let documentNumber: String
        /// As it was typed.
        let writtenOn: String
        let subject: String
        let keywords: String

        init(_ form: FormData) {
            version = form.int("version") ?? 0
            attribute = Clearance.Attribute(rawValue: form.string("proposed"))
            reason = TextNormalisation.normalised(form.string("attribute_reason"))
            documentNumber = form.string("document_number")
            writtenOn = form.string("written_on")
            subject = form.string("subject")
            keywords = form.string("keywords")
        }

        /// As it stands.
        init(_ it: Clearance) {
            version = it.version
            attribute = it.proposedAttribute
            reason = it.proposedReason
            documentNumber = it.head.documentNumber
            writtenOn = it.head.writtenOn?.description ?? ""
            subject = it.head.subject
            keywords = it.head.keywords
        }

        var head: PaperHead {
            PaperHead(
                documentNumber: documentNumber, writtenOn: CalendarDate(writtenOn), subject: subject, keywords: keywords
            )
        }

        func errors(today: CalendarDate, _ texts: Texts) -> FormErrors {
            var errors = FormErrors()
            errors.require(attribute != nil, "proposed", texts["clearances.errors.attribute"])
            check(
                note: reason, needed: attribute == nil || attribute == .proactive ? nil : "note_attribute",
                "attribute_reason", &errors, texts)
            let day = CalendarDate(writtenOn)
            errors.require(
                writtenOn.isEmpty || day.map { $0 <= today } ?? false, "written_on",
                texts["clearances.errors.written_on"])
            for (name, text, longest) in [
                ("document_number", documentNumber, PaperHead.longestDocumentNumber),
                ("subject", subject, PaperHead.longestSubject), ("keywords", keywords, PaperHead.longestKeywords),
            ] where TextLength.count(text) > longest {
                errors.add(
                    name,
                    texts["clearances.errors.note_too_long", ["count": TextLength.count(text) - longest]])
            }
            return errors
        }
    }

    /// 保密审查, with the disclosure attribute.
    struct Review: Sendable {
        /// Of what was on the page; 0, which no paper has, where the form does not say.
        let version: Int
        let passed: Bool?
        let attribute: Clearance.Attribute?
        let note: String

        init(_ form: FormData) {
            version = form.int("version") ?? 0
            passed = verdict(form.string("passed"))
            attribute = Clearance.Attribute(rawValue: form.string("attribute"))
            note = TextNormalisation.normalised(form.string("review_note"))
        }

        func errors(for clearance: Clearance, _ texts: Texts) -> FormErrors {
            var errors = FormErrors()
            errors.require(passed != nil, "passed", texts["clearances.errors.passed"])
            errors.require(attribute != nil, "attribute", texts["clearances.errors.attribute"])
            // Where the office agrees with the drafter, the drafter's reason holds.
            let differs = attribute.map { $0 != clearance.proposedAttribute } ?? false
            let needed =
                passed == false
                ? "note_refused" : differs ? attribute == .proactive ? "note_opened" : "note_attribute" : nil
            check(note: note, needed: needed, "review_note", &errors, texts)
            return errors
        }
    }

    /// 审签 on screen.
    struct Approval: Sendable {
        let version: Int
        let granted: Bool?
        /// What who signs decides on; nil where nothing was chosen.
        let attribute: Clearance.Attribute?
        let note: String

        init(_ form: FormData) {
            version = form.int("version") ?? 0
            granted = verdict(form.string("granted"))
            attribute = Clearance.Attribute(rawValue: form.string("decided"))
            note = TextNormalisation.normalised(form.string("approval_note"))
        }

        func errors(for clearance: Clearance, _ texts: Texts) -> FormErrors {
            var errors = FormErrors()
            errors.require(granted != nil, "granted", texts["clearances.errors.granted"])
            let differs = attribute.map { $0 != clearance.attribute } ?? false
            check(
                note: note, needed: granted == false ? "note_refused" : differs ? "note_differs" : nil,
                "approval_note", &errors, texts)
            return errors
        }
    }

    /// 审签 on paper: who signed, when, and the scan.
    struct PaperRecord: Sendable {
        let version: Int
        let granted: Bool?
        let attribute: Clearance.Attribute?
        let signer: String
        /// As it was typed.
        let signedOn: String
        let note: String
        let scan: FormData.File?

        init(_ form: FormData) {
            version = form.int("version") ?? 0
            granted = verdict(form.string("paper_granted"))
            attribute = Clearance.Attribute(rawValue: form.string("paper_decided"))
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
            let differs = attribute.map { $0 != clearance.attribute } ?? false
            check(
                note: note, needed: granted == false ? "note_refused" : differs ? "note_differs" : nil, "paper_note",
                &errors, texts)
            errors.require(scan != nil, "scan", texts["clearances.errors.scan"])
            return errors
        }
    }
}

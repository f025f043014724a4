import Foundation
import Postgres
import Text

/// A consultation in preparation: checked input, ready to be stored.
package struct ProcedurePlan: Sendable, Equatable {
    /// What a form holds, as typed.
    package struct Input: Sendable, Equatable {
        package var title = ""
        package var unitID: Int?
        /// The edition that is put before the public.
        package var editionID: Int?
        package var ruleID: Int?
        package var legalBasis = ""
        package var explanatoryNote = ""
        /// `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, China time.
        package var opensAt = ""
        /// Empty: as long as the rule asks.
        package var closesAt = ""
        package var shorteningReason = ""
        package var contactPhone = ""
        package var contactAddress = ""
        package var contactPostcode = ""
        package var contactEmail = ""
        package var nameRule = "optional"
        package var phoneRule = "optional"
        package var commentsShown = false
        package var revisionDueOn = ""
        package var publicationDueOn = ""
        package var resultDueOn = ""

        package init() {}
    }

    /// What the input is checked against.
    package struct Setting: Sendable {
        package var calendar: WorkCalendar
        package var rules: [LegalRule]
        /// Units the actor may organise for.
        package var unitIDs: Set<Int>
        /// Editions the actor may see, with the draft and field of each.
        package var editions: [Choice]
        package var entryWindowDays: Int
        package var now: Date

        package init(
            calendar: WorkCalendar, rules: [LegalRule], unitIDs: Set<Int>, editions: [Choice], entryWindowDays: Int,
            now: Date
        ) {
            (self.calendar, self.rules, self.unitIDs) = (calendar, rules, unitIDs)
            (self.editions, self.entryWindowDays, self.now) = (editions, entryWindowDays, now)
        }
    }

    /// An edition that can be chosen.
    package struct Choice: Row, Equatable {
        package let editionID: Int
        package let ordinal: Int
        package let draftID: Int
        package let title: String
        package let field: String
        package let unitID: Int
        /// Rows of a directory, or clauses of a text.
        package let rows: Int
        package let isText: Bool
        /// Not final, and not before the public yet.
        package let isOpen: Bool

        package init(_ row: RowReader) throws {
            editionID = try row["edition_id"]
            ordinal = try row["ordinal"]
            draftID = try row["draft_id"]
            title = try row["title"]
            field = try row["field"]
            unitID = try row["unit_id"]
            rows = try row["rows"]
            isText = try row["is_text"]
            isOpen = try row["is_open"]
        }

        package init(
            editionID: Int, ordinal: Int, draftID: Int, title: String, field: String, unitID: Int, rows: Int,
            isText: Bool = false, isOpen: Bool = true
        ) {
            (self.editionID, self.ordinal, self.draftID) = (editionID, ordinal, draftID)
            (self.title, self.field, self.unitID, self.rows) = (title, field, unitID, rows)
            (self.isText, self.isOpen) = (isText, isOpen)
        }

        /// The newest first.
        package static let all: SQL = """
            select e.id as edition_id, e.ordinal, d.id as draft_id, d.title, d.field, d.unit_id,
              (select count(*) from passages p where p.edition_id = e.id and p.depth = 0) as rows, d.kind = 'text' as is_text,
              e.stage <> 'final' and not exists (
                select from procedures c where c.edition_id = e.id and c.state <> 'terminated') as is_open
            from editions e join drafts d on d.id = e.draft_id order by e.id desc limit 500
            """
    }

    /// What is wrong with a field; its sentence is in the locales under `procedures.errors`.
    package struct Fault: Sendable, Equatable {
        package let field: String
        package let code: String
        package let number: Int?

        package init(_ field: String, _ code: String, number: Int? = nil) {
            (self.field, self.code, self.number) = (field, code, number)
        }
    }

    package struct Faults: Error, Sendable, Equatable {
        package let faults: [Fault]

        package init(faults: [Fault]) { self.faults = faults }
    }

    package let title: String
    package let unitID: Int
    package let edition: Choice
    package let ruleID: Int?
    package let legalBasis: String
    package let explanatoryNote: String
    package let opensAt: Date
    package let closesAt: Date
    package let entryUntil: Date
    package let shorteningReason: String
    package let contactPhone: String
    package let contactAddress: String
    package let contactPostcode: String
    package let contactEmail: String
    package let nameRule: String
    package let phoneRule: String
    package let commentsShown: Bool
    package let revisionDueOn: CalendarDate?
    package let publicationDueOn: CalendarDate?
    package let resultDueOn: CalendarDate?

    /// The longest period, from opening to closing.
    package static let mostDays = 400

    /// The period that the input means if it is announced now, whatever else is wrong with it, and what is wrong with the period itself.
    package static func period(of input: Input, in setting: Setting) -> (period: Period?, faults: Faults) {
        var check = PlanCheck(input: input)
        let period = check.period(setting)
        return (period, Faults(faults: check.faults))
    }

    /// A closing as typed. A day alone means to its end; `T00:00` means the end of the day before.
    package static func closing(_ text: String) -> Date? {
        if let date = CalendarDate(text) { return ChinaTime.midnightAfter(date) }
        return ChinaTime.parse(text)
    }

    /// - Throws: `Faults` with everything that is wrong, a fault a field.
    package init(_ input: Input, in setting: Setting) throws(Faults) {
        var check = PlanCheck(input: input)
        title = check.text("title", input.title, 1...200)
        let unit = check.unit(setting)
        let choice = check.edition(setting)
        legalBasis = check.text("legal_basis", input.legalBasis, 0...1000)
        explanatoryNote = check.text("explanatory_note", input.explanatoryNote, 0...20_000)
        shorteningReason = check.text("shortening_reason", input.shorteningReason, 0...1000)
        contactPhone = check.phone(input.contactPhone)
        contactAddress = check.text("contact_address", input.contactAddress, 0...200)
        contactPostcode = check.postcode(input.contactPostcode)
        contactEmail = check.email(input.contactEmail)
        nameRule = check.rule("name_rule", input.nameRule)
        phoneRule = check.rule("phone_rule", input.phoneRule)
        commentsShown = input.commentsShown
        let period = check.period(setting)
        revisionDueOn = check.planned("revision_due_on", input.revisionDueOn, after: period?.closesAt)
        publicationDueOn = check.planned("publication_due_on", input.publicationDueOn, after: period?.closesAt)
        resultDueOn = check.planned("result_due_on", input.resultDueOn, after: period?.closesAt)
        if contactPhone.isEmpty, contactAddress.isEmpty, contactEmail.isEmpty {
            check.add("contact_phone", "no_contact")
        }
        guard let unit, let choice, let period, check.faults.isEmpty else { throw Faults(faults: check.faults) }
        (unitID, edition, ruleID) = (unit, choice, input.ruleID)
        // As typed: the publication moves an opening that lies back, when it comes to it.
        (opensAt, closesAt) = (ChinaTime.parse(input.opensAt) ?? period.opensAt, period.closesAt)
        entryUntil = Period.entryUntil(
            closesAt: period.closesAt, workingDays: setting.entryWindowDays, calendar: setting.calendar)
    }
}

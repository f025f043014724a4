import Foundation
import Postgres
import Text

/// Stores a plan: a new consultation, or one that is still in preparation. Changing one sets aside whatever was prepared,
/// reviewed or approved for it: an approval covers exactly the words that were approved.
package struct SaveProcedure: Sendable {
    package let plan: ProcedurePlan

    package init(_ plan: ProcedurePlan) { self.plan = plan }

    /// Needs the role organiser in the organising unit. The units of the draft see the procedure too. A double click makes
    /// one procedure: the same plan stored by the same person within ten minutes is found again.
    /// - Returns: its number.
    package func create(in database: Database, as actor: DatabaseActor) async throws -> String {
        try await database.write(as: actor) { [plan] tx in
            try tx.execute("select pg_advisory_xact_lock(hashtext('minyi.create_procedure'))")
            let twin = try tx.firstValue(
                """
                select number from procedures
                where state = 'preparing' and edition_id = \(plan.edition.editionID) and unit_id = \(plan.unitID)
                  and title = \(plan.title) and opens_at = \(plan.opensAt) and closes_at = \(plan.closesAt)
                  and created_by = actor_staff() and created_at > minyi_clock() - interval '10 minutes'
                """, as: String.self)
            if let twin { return twin }
            return try tx.value(
                """
                insert into procedures (title, field, unit_id, unit_ids, draft_id, edition_id, rule_id, legal_basis,
                  explanatory_note, opens_at, closes_at, entry_until, shortening_reason, contact_phone, contact_address,
                  contact_postcode, contact_email, name_rule, phone_rule, comments_shown, revision_due_on, publication_due_on,
                  result_due_on, created_by)
                select \(plan.title), d.field, \(plan.unitID),
                  array(select distinct u from unnest(array_append(d.unit_ids, \(plan.unitID)::bigint)) u order by u), d.id,
                  \(plan.edition.editionID), \(plan.ruleID), \(plan.legalBasis), \(plan.explanatoryNote), \(plan.opensAt),
                  \(plan.closesAt), \(plan.entryUntil), \(plan.shorteningReason), \(plan.contactPhone), \(plan.contactAddress),
                  \(plan.contactPostcode), \(plan.contactEmail), \(plan.nameRule), \(plan.phoneRule), \(plan.commentsShown),
                  \(plan.revisionDueOn), \(plan.publicationDueOn), \(plan.resultDueOn), actor_staff()
                from drafts d where d.id = \(plan.edition.draftID)
                returning number
                """, as: String.self)
        }
    }

    /// - Returns: false when it is not there, not the actor's to change, or no longer in preparation.
    package func update(number: String, in database: Database, as actor: DatabaseActor) async throws -> Bool {
        try await database.write(as: actor) { [plan] tx in
            try tx.execute(
                """
                update procedures set title = \(plan.title), edition_id = \(plan.edition.editionID), field = \(plan.edition.field),
                  rule_id = \(plan.ruleID), legal_basis = \(plan.legalBasis), explanatory_note = \(plan.explanatoryNote),
                  opens_at = \(plan.opensAt), closes_at = \(plan.closesAt), entry_until = \(plan.entryUntil),
                  shortening_reason = \(plan.shorteningReason), contact_phone = \(plan.contactPhone),
                  contact_address = \(plan.contactAddress), contact_postcode = \(plan.contactPostcode),
                  contact_email = \(plan.contactEmail), name_rule = \(plan.nameRule), phone_rule = \(plan.phoneRule),
                  comments_shown = \(plan.commentsShown), revision_due_on = \(plan.revisionDueOn),
                  publication_due_on = \(plan.publicationDueOn), result_due_on = \(plan.resultDueOn)
                where number = \(number) and state = 'preparing' and draft_id = \(plan.edition.draftID)
                """) == 1
        }
    }
}

extension ProcedurePlan.Setting {
    /// Everything a form is checked against, read in one transaction.
    /// - Parameter unitIDs: the units the actor may organise for.
    package static func load(unitIDs: Set<Int>, _ tx: borrowing Session) throws -> Self {
        Self(
            calendar: try WorkCalendar.load(tx), rules: try tx.all(LegalRule.all), unitIDs: unitIDs,
            editions: try tx.all(ProcedurePlan.Choice.all),
            entryWindowDays: try SiteSettings.load(tx).entryWindowDays,
            now: try tx.value("select minyi_clock()", as: Date.self))
    }
}

extension ProcedurePlan.Input {
    /// A closing as the form shows it: midnight is 24:00 of the day it ends.
    package static func closing(_ moment: Date) -> String {
        ChinaTime.wallClock(moment).isMidnight
            ? "\(ChinaTime.lastDay(before: moment))T24:00" : ChinaTime.input(moment)
    }

    /// The form of a procedure that exists.
    package init(_ procedure: Procedure) {
        self.init()
        title = procedure.title
        unitID = procedure.unitID
        editionID = procedure.editionID
        ruleID = procedure.ruleID
        legalBasis = procedure.legalBasis
        explanatoryNote = procedure.explanatoryNote
        opensAt = ChinaTime.input(procedure.opensAt)
        closesAt = Self.closing(procedure.closesAt)
        shorteningReason = procedure.shorteningReason
        contactPhone = procedure.contactPhone
        contactAddress = procedure.contactAddress
        contactPostcode = procedure.contactPostcode
        contactEmail = procedure.contactEmail
        nameRule = procedure.nameRule
        phoneRule = procedure.phoneRule
        commentsShown = procedure.commentsShown
        revisionDueOn = procedure.revisionDueOn?.description ?? ""
        publicationDueOn = procedure.publicationDueOn?.description ?? ""
        resultDueOn = procedure.resultDueOn?.description ?? ""
    }
}

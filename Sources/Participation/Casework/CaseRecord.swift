import Foundation
import Postgres
import Text

/// Everything the desk knows of one case, as far as who asks may see it.
package struct CaseRecord: Sendable {
    /// Another case: one about the same matter, one it repeats, one that repeats it.
    package struct Reference: Row, Identifiable {
        package let id: Int
        package let number: String
        package let title: String
        package let state: CaseFile.State

        package init(_ row: RowReader) throws {
            id = try row["id"]
            number = try row["number"]
            title = try row["title"]
            state = try row["state"]
        }

        static func linked(with id: Int) -> SQL {
            """
            select c.id, c.number, c.title, c.state from cases c join case_links l
              on l.case_id = \(id) and l.other_id = c.id or l.other_id = \(id) and l.case_id = c.id order by c.id
            """
        }
    }

    /// A file that goes out with a reply.
    package struct ReplyFile: Row {
        package let replyID: Int
        package let id: UUID
        package let name: String

        package init(_ row: RowReader) throws {
            replyID = try row["reply_id"]
            id = try row["id"]
            name = try row["name"]
        }
    }

    package let file: CaseFile
    /// The clock that runs, or ran last: of screening while it is received, of the answer afterwards.
    package let clock: LegalClock?
    /// Until when the unit that has it can give it back (exclusive).
    package let giveBackUntil: Date?
    package let replies: [Reply]
    package let replyFiles: [ReplyFile]
    package let remarks: [CaseRemark]
    package let extensions: [CaseExtension]
    package let supervisions: [Supervision]
    package let events: [CaseEvent]
    package let linked: [Reference]
    package let original: Reference?
    package let duplicates: [Reference]
    /// Units that exist.
    package let units: [Unit]
    package let templates: [ReplyTemplate]
    /// Colleagues by name, for whom the case may concern.
    package let colleagues: [Colleague]
    /// For whoever assigns: which units it may be for, and why.
    package let proposals: [UnitProposal]
    /// The last day an extension may ask for.
    package let ceiling: CalendarDate?

    /// A member of staff.
    package struct Colleague: Row, Identifiable {
        package let id: Int
        package let name: String
        package let unitName: String

        package init(_ row: RowReader) throws {
            id = try row["id"]
            name = try row["display_name"]
            unitName = try row["unit_name"]
        }
    }

    /// The reply that is being written or was told last.
    package var reply: Reply? { replies.first { $0.ordinal == file.reopened + 1 } }

    private static let references: SQL = "select c.id, c.number, c.title, c.state from cases c"

    /// - Returns: nil where there is none that the actor may see.
    package static func find(_ id: Int, for staff: StaffActor, in database: Database) async throws -> CaseRecord? {
        try await database.read(as: staff.databaseActor) { tx in
            guard let file = try tx.first(CaseFile.with(id: id), as: CaseFile.self) else { return nil }
            let screens = staff.has(.organiser, in: [file.officeID]) || staff.has(.clerk, in: [file.officeID])
            return CaseRecord(
                file: file,
                clock: try (file.state == .received ? file.screeningClockID : file.clockID ?? file.screeningClockID)
                    .flatMap { try LegalClock.find($0, tx) },
                giveBackUntil: try tx.firstValue(
                    """
                    select k.due_at from case_assignments a join clocks k on k.id = a.clock_id
                    where a.case_id = \(id) and a.ended_at is null and k.due_at is not null
                    """, as: Date.self),
                replies: try tx.all(Reply.of(case: id), as: Reply.self),
                replyFiles: try tx.all(
                    """
                    select x.reply_id, f.id, f.name from replies r join reply_attachments x on x.reply_id = r.id
                    join attachments f on f.id = x.attachment_id where r.case_id = \(id) order by r.ordinal, x.ordinal
                    """, as: ReplyFile.self),
                remarks: try tx.all(CaseRemark.of(case: id), as: CaseRemark.self),
                extensions: try tx.all(CaseExtension.of(case: id), as: CaseExtension.self),
                supervisions: try tx.all(Supervision.of(case: id), as: Supervision.self),
                events: try tx.all(CaseEvent.of(case: id), as: CaseEvent.self),
                linked: try tx.all(Reference.linked(with: id), as: Reference.self),
                original: try tx.first(
                    "\(references) where c.id = (select original_id from cases where id = \(id))", as: Reference.self),
                duplicates: try tx.all("\(references) where c.original_id = \(id) order by c.id", as: Reference.self),
                units: try tx.all(Unit.all, as: Unit.self).filter { $0.validUntil == nil },
                templates: try tx.all(
                    ReplyTemplate.offered(for: file.submissionID == nil ? .opinion : .message), as: ReplyTemplate.self),
                colleagues: screens
                    ? try tx.all(
                        """
                        select s.id, s.display_name, u.name as unit_name from staff s join units u on u.id = s.unit_id
                        where s.active or s.id = any (\(file.concernedStaffIDs))
                        order by s.id = any (\(file.concernedStaffIDs)) desc, u.name, s.display_name limit 1000
                        """, as: Colleague.self) : [],
                proposals: screens && [.accepted, .assigned].contains(file.state)
                    ? UnitProposal.grouped(try tx.all(UnitProposal.Reason.of(case: id), as: UnitProposal.Reason.self))
                    : [],
                ceiling: file.clockID == nil || !file.state.isOpen
                    ? nil : try tx.firstValue("select case_ceiling(\(id))", as: CalendarDate.self))
        }
    }
}

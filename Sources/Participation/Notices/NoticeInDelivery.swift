import Foundation
import Postgres

/// The notice of a job that this process has taken, and where it is to go; the worker's only look at how people are reached.
struct NoticeInDelivery: Row {
    let id: UUID
    let kind: String
    let facts: String
    let audience: NoticeKind.Audience
    let number: String?
    let unitName: String?
    /// Why it is not to be delivered: a reason of the table.
    let obstacle: String?
    /// An author's contact, still encrypted.
    let contact: (id: UUID, keyID: String, sealed: [UInt8])?
    let signInName: String?
    /// The work address of a colleague, or that of an organisation's office; empty where there is none.
    let email: String?

    init(_ row: RowReader) throws {
        id = try row["id"]
        kind = try row["kind"]
        facts = try row["facts"]
        audience = try row["audience"]
        number = try row["number"]
        unitName = try row["unit_name"]
        obstacle = try row["obstacle"]
        if let contactID = try row["contact_id"] as UUID? {
            contact = (contactID, try row["key_id"], try row["sealed"])
        } else {
            contact = nil
        }
        signInName = try row["sign_in_name"]
        email = try row["email"]
    }

    /// The table its contact is bound to.
    var contactTable: String {
        switch audience {
        case .person: "gathering_contacts"
        case .subscriber: ReminderSubscription.table
        case .author, .addressee, .staff: "contacts"
        }
    }

    static func of(_ job: Job, _ tx: borrowing Session) throws -> NoticeInDelivery? {
        try tx.first(
            """
            select id, kind, facts::text, audience, number, unit_name, obstacle, contact_id, key_id, sealed, sign_in_name, email
            from notice_in_delivery(\(job.id))
            """, as: NoticeInDelivery.self)
    }
}

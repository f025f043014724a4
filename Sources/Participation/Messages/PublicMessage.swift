import Foundation
import Postgres
import Text

/// A line of the public board: a message whose author agreed to publication. It has words once its answer was reviewed and published;
/// before that only its number, its unit and its days are shown.
package struct PublicMessage: Row, Identifiable {
    package let id: Int
    package let number: String
    package let kind: MessageKind
    package let unitID: Int
    package let unitName: String
    package let receivedOn: CalendarDate
    package let dueOn: CalendarDate?
    package let isProvisional: Bool
    package let isLate: Bool
    /// Its author was not content, and it is open again; the answer that is public is the first.
    package let isHandledAgain: Bool
    package let answeredOn: CalendarDate?
    package let workingDays: Int?
    package let title: String?
    package let version: Int?
    package let publishedAt: Date?
    package let sealedAt: Date?
    package let resolved: RateMessage.Resolved?
    package let attitude: Int?
    package let speed: Int?

    package init(_ row: RowReader) throws {
        id = try row["case_id"]
        number = try row["number"]
        kind = try row["kind"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        receivedOn = try row["received_on"]
        dueOn = try row["due_on"]
        isProvisional = try row["provisional"]
        isLate = try row["is_late"]
        isHandledAgain = try row["handled_again"]
        answeredOn = try row["answered_on"]
        workingDays = try row["working_days"]
        title = try row["title"]
        version = try row["version"]
        publishedAt = try row["published_at"]
        sealedAt = try row["sealed_at"]
        resolved = try row["resolved"]
        attitude = try row["attitude"]
        speed = try row["speed"]
    }

    static let columns: SQL = """
        m.case_id, m.number, m.kind, m.unit_id, u.name as unit_name, m.received_on, m.due_on, m.provisional, m.is_late, m.handled_again, m.answered_on,
        m.working_days, m.title, m.version, m.published_at, m.sealed_at, m.resolved, m.attitude, m.speed
        """
    static let source: SQL = "public_messages m join units u on u.id = m.unit_id"

    package static func find(_ number: String, in database: Database) async throws -> PublicMessage? {
        try await database.first(
            "select \(columns) from \(source) where m.number = \(number)", as: PublicMessage.self)
    }
}

import Documents
import Foundation
import Postgres
import Text

/// 听证材料, as the desk has it.
package struct HearingMaterial: Row, Identifiable {
    package let id: Int
    package let title: String
    /// Nil: handed over on paper only.
    package let attachmentID: UUID?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        title = try row["title"]
        attachmentID = try row["attachment_id"]
    }

    package static let longestTitle = 200

    package static func of(_ gathering: Int) -> SQL {
        """
        select id, title, attachment_id from gathering_materials where gathering_id = \(gathering) and removed_at is null order by ordinal
        """
    }
}

/// What is done with materials at the desk.
package enum MaterialStep: Sendable {
    case add(title: String, attachment: UUID?)
    case remove(Int)
    /// Tells everybody who has a seat that they can be read.
    case offer
    /// - Parameter on: the day on which they had them.
    case deliver(people: [Int], on: CalendarDate, way: String, scan: UUID?)

    /// - Returns: how many people it reached; nil where nobody is reached.
    /// - Throws: `gatherings_over`, `gathering_materials_none`, `gathering_materials_most`, `material_deliveries_day`,
    ///   `material_deliveries_way`, `lots_scan`, `role_required`.
    @discardableResult
    package func callAsFunction(
        of gathering: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> Int? {
        try await database.write(as: actor) { tx in
            switch self {
            case .add(let title, let attachment):
                try tx.execute("select add_material(\(gathering), \(title), \(attachment))")
                return nil
            case .remove(let id):
                try tx.execute("select remove_material(\(id))")
                return nil
            case .offer: return try tx.value("select offer_materials(\(gathering))", as: Int.self)
            case .deliver(let people, let day, let way, let scan):
                return try tx.value(
                    "select deliver_materials(\(people)::bigint[], \(day), \(way), \(scan))", as: Int.self)
            }
        }
    }
}

/// A material for who takes part; what opens it is a number and its code: those of a registration, or the hearing's number and the code
/// of a person who was invited.
package struct ParticipantMaterial: Row, Identifiable {
    package let id: Int
    package let title: String
    package let file: Attachment?
    /// When they had it, by whatever way.
    package let deliveredOn: CalendarDate?

    package init(_ row: RowReader) throws {
        id = try row["material_id"]
        title = try row["title"]
        deliveredOn = try row["delivered_on"]
        let attachment: UUID? = try row["id"]
        file = try attachment == nil ? nil : Attachment(row)
    }

    package static func all(_ number: String, mac: [UInt8]) -> SQL {
        """
        select id as material_id, title, attachment_id as id, name, media_type, size, null::float8 as seconds, delivered_on
        from participant_materials(\(number), \(mac))
        """
    }

    /// One piece of the file; nil after the last.
    package static func chunk(
        _ ordinal: Int, of id: Int, _ number: String, mac: [UInt8], in database: Database
    ) async throws -> [UInt8]? {
        try await database.read { tx in
            try tx.value("select material_chunk(\(number), \(mac), \(id), \(ordinal)::int)", as: [UInt8]?.self)
        }
    }

    package enum Acknowledged: String, PostgresValue, Sendable { case acknowledged, already, closed, unknown }

    /// They say that they have them.
    package static func acknowledge(_ number: String, mac: [UInt8], in database: Database) async throws -> Acknowledged
    {
        try await database.write {
            try $0.value("select acknowledge_materials(\(number), \(mac))", as: Acknowledged.self)
        }
    }
}

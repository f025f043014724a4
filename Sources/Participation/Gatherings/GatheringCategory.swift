import Postgres

/// 名额: how many of whom take part in a hearing, and how each comes to their seat.
package struct GatheringCategory: Row, Identifiable, Sendable {
    package enum Way: String, PostgresValue, CaseIterable, Codable, Sendable {
        case invitation
        /// By a body that is named.
        case nomination
        /// Whoever registers; where they are more than the seats, a lot decides.
        case application
    }

    package let id: Int
    package let gatheringID: Int
    package let ordinal: Int
    /// As a lot names it: `c01`.
    package let code: String
    package let name: String
    package let seats: Int
    package let way: Way
    package let nominator: String
    package let described: String

    package init(_ row: RowReader) throws {
        id = try row["id"]
        gatheringID = try row["gathering_id"]
        ordinal = try row["ordinal"]
        code = try row["code"]
        name = try row["name"]
        seats = try row["seats"]
        way = try row["way"]
        nominator = try row["nominator"]
        described = try row["described"]
    }

    package static func of(gathering: Int) -> SQL {
        """
        select id, gathering_id, ordinal, code, name, seats, way, nominator, described from gathering_categories
        where gathering_id = \(gathering) order by ordinal
        """
    }
}

import Postgres

/// A county office, department or town that organises procedures and owes answers.
///
/// A unit that is merged or renamed ends on a day and names its successor; its row and its old name stay.
package struct Unit: Row, Equatable {
    package enum Kind: String, PostgresValue, CaseIterable {
        case office, department, town
    }

    package let id: Int
    package let code: String
    package let name: String
    package let kind: Kind
    package let parentID: Int?
    /// Exclusive; nil while the unit exists.
    package let validUntil: String?
    package let successorName: String?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        code = try row["code"]
        name = try row["name"]
        kind = try row["kind"]
        parentID = try row["parent_id"]
        validUntil = try row["valid_until"]
        successorName = try row["successor_name"]
    }

    /// Every unit, those that exist first, in the order of their codes within offices, departments and towns.
    package static let all: SQL = """
        select u.id, u.code, u.name, u.kind, u.parent_id, u.valid_until::text, s.name as successor_name
        from units u left join units s on s.id = u.successor_id
        order by u.valid_until is not null, array_position(array['office', 'department', 'town'], u.kind), u.code
        """

    package static func named(code: String) -> SQL {
        """
        select u.id, u.code, u.name, u.kind, u.parent_id, u.valid_until::text, s.name as successor_name
        from units u left join units s on s.id = u.successor_id where u.code = \(code)
        """
    }
}

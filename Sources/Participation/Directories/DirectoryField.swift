import Postgres

/// 领域: one of the 26 in which counties publish by a standard directory.
package struct DirectoryField: Row, Identifiable {
    package let id: Int
    package let name: String

    package init(_ row: RowReader) throws {
        id = try row["id"]
        name = try row["name"]
    }

    package static let all: SQL = "select id, name from fields order by id"
}

import Postgres

/// A text to begin a reply to a message, or the answer of an opinion, with: a unit's own, or one for all.
package struct ReplyTemplate: Row, Identifiable {
    /// 留言 · 意见
    package enum Matter: String, PostgresValue, CaseIterable, Sendable {
        case message, opinion
    }

    package let id: Int
    package let about: Matter
    /// Nil: for all units, and kept by the product.
    package let unitID: Int?
    package let unitName: String?
    package let name: String
    package let body: String

    package static let longestName = 60
    package static let longestBody = 5000

    package init(_ row: RowReader) throws {
        id = try row["id"]
        about = try row["about"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        name = try row["name"]
        body = try row["body"]
    }

    package static let all: SQL = """
        select t.id, t.about, t.unit_id, u.name as unit_name, t.name, t.body
        from reply_templates t left join units u on u.id = t.unit_id order by t.unit_id nulls last, t.name
        """

    /// Those of one kind, own ones first.
    package static func offered(for matter: Matter) -> SQL {
        """
        select t.id, t.about, t.unit_id, u.name as unit_name, t.name, t.body
        from reply_templates t left join units u on u.id = t.unit_id where t.about = \(matter) order by t.unit_id nulls last, t.name
        """
    }

    /// A name that the unit has already for the same matter gets the new text.
    package static func save(
        name: String, body: String, about: Matter, unitID: Int, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                insert into reply_templates (unit_id, name, body, about) values (\(unitID), \(name), \(body), \(about))
                on conflict on constraint reply_templates_name do update set body = excluded.body
                """)
        }
    }

    package static func remove(_ id: Int, in database: Database, as actor: DatabaseActor) async throws {
        let removed = try await database.write(as: actor) { tx in
            try tx.execute("delete from reply_templates where id = \(id)")
        }
        if removed == 0 { throw NotAllowed() }
    }
}

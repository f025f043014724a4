import Foundation
import Postgres
import TestSupport
import Testing

@testable import Participation

/// The walls between the roles, asked of the server itself.
@Suite struct AccessMatrixTests {
    private struct Table: Row {
        let name: String
        let underRowRules: Bool

        init(_ row: RowReader) throws {
            name = try row["relname"]
            underRowRules = try row["relrowsecurity"]
        }
    }

    private static let tables: SQL = """
        select c.relname::text, c.relrowsecurity from pg_class c
        where c.relnamespace = 'minyi'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
          and c.relname <> 'migrations'
        order by c.relname
        """

    @Test func everyTableHasAnEntryAndEveryEntryATable() async throws {
        let database = try await TestDatabase.make()
        let tables = try await database.owner.read { try $0.all(Self.tables, as: Table.self) }
        #expect(Set(tables.map(\.name)) == Set(AccessMatrix.entries.keys))
        for table in tables {
            #expect(table.underRowRules == AccessMatrix.entries[table.name]?.underRowRules, "\(table.name)")
        }
    }

    @Test(arguments: AccessMatrix.roles) func privilegesAreThoseOfTheMatrix(role: String) async throws {
        let database = try await TestDatabase.make()
        for (table, entry) in AccessMatrix.entries {
            let granted: String = try await database.owner.read { tx in
                try tx.value(
                    """
                    select concat(
                      case when has_any_column_privilege(\(role), \("minyi." + table), 'select') then 's' end,
                      case when has_any_column_privilege(\(role), \("minyi." + table), 'insert') then 'i' end,
                      case when has_any_column_privilege(\(role), \("minyi." + table), 'update') then 'u' end,
                      case when has_table_privilege(\(role), \("minyi." + table), 'delete') then 'd' end)
                    """)
            }
            #expect(granted == entry.verbs[role], "\(table) × \(role)")
        }
    }

    /// Not only what the catalogue says: each verb is tried as each login role, with nobody signed in.
    @Test(arguments: [DatabaseRoles.Login.public, .staff, .work])
    func verbsWithoutAPrivilegeAreRefused(login: DatabaseRoles.Login) async throws {
        let database = try await TestDatabase.make()
        let attempts = [
            ("s", "select 1 from"), ("i", "explain insert into"), ("u", "explain update"), ("d", "explain delete from"),
        ]
        for (table, entry) in AccessMatrix.entries {
            let column: String = try await database.owner.read { tx in
                try tx.value(
                    """
                    select coalesce(min(attname::text) filter (
                      where has_column_privilege(\(login.rawValue), attrelid, attnum, 'update')), min(attname::text))
                    from pg_attribute where attrelid = \("minyi." + table)::regclass and attnum > 0 and not attisdropped
                      and attidentity = '' and attgenerated = ''
                    """)
            }
            for (verb, start) in attempts {
                let ending = ["i": " default values", "u": " set \"\(column)\" = \"\(column)\""][verb] ?? ""
                let allowed = entry.verbs[login.rawValue]?.contains(verb) ?? false
                let state = try await refusal(of: "\(start) minyi.\(table)\(ending)", on: database.database(login))
                if allowed {
                    #expect(state == nil || (verb == "i" && state != nil), "\(verb) on \(table) as \(login.rawValue)")
                } else {
                    #expect(state == "42501", "\(verb) on \(table) as \(login.rawValue)")
                }
            }
        }
    }

    /// With nobody signed in, the staff role sees no row of anything that is under row rules but public knowledge.
    @Test func staffRoleWithoutAnActorSeesNothing() async throws {
        let database = try await TestDatabase.make()
        try await database.owner.write { tx in
            try tx.execute("insert into units (code, name, kind) values ('a', '甲', 'office')")
            try tx.execute(
                "insert into staff (sign_in_name, display_name, unit_id, password_hash) select 'jia', '甲', id, 'x' from units"
            )
            try tx.execute(
                "insert into staff_roles (staff_id, unit_id, role) select s.id, s.unit_id, 'organiser' from staff s")
            try tx.execute(
                "insert into drafts (title, field, unit_id, unit_ids) select '目录', '某', id, array[id] from units")
        }
        for table in ["staff_roles", "drafts"] {
            let rows: Int = try await database.staff.read { tx in
                try tx.executeTrusted("select 1")
                return try Self.count(table, tx)
            }
            #expect(rows == 0, "\(table)")
        }
        let actor = StaffActor(staffID: 1, name: "甲", unitID: 1, unitName: "甲", grants: [.organiser: [1]])
            .databaseActor
        let seen: Int = try await database.staff.read(as: actor) { try Self.count("drafts", $0) }
        #expect(seen == 1)
    }

    /// A function that anyone may call is a door; there is none by accident.
    @Test func noFunctionIsOpenToEveryone() async throws {
        let database = try await TestDatabase.make()
        let open: [String] = try await database.owner.read { tx in
            try tx.values(
                """
                select p.oid::regprocedure::text from pg_proc p
                where p.pronamespace = 'minyi'::regnamespace and p.proname <> 'minyi_clock'
                  and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                    where a.grantee = 0 and a.privilege_type = 'EXECUTE')
                """)
        }
        #expect(open == [])
    }

    /// Every definer function names its search path, or a caller's own objects could stand in for ours.
    @Test func definersFixTheirSearchPath() async throws {
        let database = try await TestDatabase.make()
        let loose: [String] = try await database.owner.read { tx in
            try tx.values(
                """
                select p.oid::regprocedure::text from pg_proc p
                where p.pronamespace = 'minyi'::regnamespace and p.prosecdef
                  and not exists (select from unnest(p.proconfig) c where c like 'search_path=%')
                """)
        }
        #expect(loose == [])
    }

    private static func count(_ table: String, _ tx: borrowing Session) throws -> Int {
        switch table {
        case "staff_roles": try tx.value("select count(*) from staff_roles")
        default: try tx.value("select count(*) from drafts")
        }
    }

    /// The SQLSTATE with which the server refuses, or nil.
    private func refusal(of statement: String, on database: Database) async throws -> String? {
        struct Undo: Error {}
        do {
            try await database.write { tx in
                try tx.executeTrusted(statement)
                throw Undo()
            }
            return nil
        } catch is Undo {
            return nil
        } catch let error as PostgresError {
            return error.state
        }
    }
}

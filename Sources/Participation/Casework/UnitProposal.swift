import Postgres

/// A unit a case may be for, and why: what it is responsible for, its name in the text, what went to it before.
package struct UnitProposal: Sendable, Equatable {
    package struct Reason: Row, Equatable {
        package enum Kind: String, PostgresValue, CaseIterable, Sendable {
            case matter, place, name, past
        }

        package let unitID: Int
        package let unitName: String
        package let kind: Kind
        /// What was found in the text; of `past`: nothing.
        package let words: [String]

        package init(_ row: RowReader) throws {
            unitID = try row["unit_id"]
            unitName = try row["unit_name"]
            kind = try row["reason"]
            words = try row["words"]
        }

        static func of(case id: Int) -> SQL {
            "select unit_id, unit_name, reason, words from propose_units(\(id))"
        }
    }

    package let unitID: Int
    package let unitName: String
    package let reasons: [Reason]

    /// The reasons come best unit first.
    static func grouped(_ reasons: [Reason]) -> [UnitProposal] {
        var order: [Int] = []
        for reason in reasons where !order.contains(reason.unitID) { order.append(reason.unitID) }
        return order.map { id in
            let own = reasons.filter { $0.unitID == id }
            return UnitProposal(unitID: id, unitName: own.first?.unitName ?? "", reasons: own)
        }
    }
}

/// What a unit is responsible for, in a word people use, or a place it looks after.
package struct Responsibility: Row, Identifiable {
    package enum Kind: String, PostgresValue, CaseIterable, Sendable {
        case matter, place
    }

    package let id: Int
    package let unitName: String
    package let kind: Kind
    package let word: String
    /// Counts for cases of this topic alone, and more; nil: for all.
    package let topic: String?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        unitName = try row["unit_name"]
        kind = try row["kind"]
        word = try row["word"]
        topic = try row["topic"]
    }

    package static let all: SQL = """
        select r.id, u.name as unit_name, r.kind, r.word, r.topic from responsibilities r join units u on u.id = r.unit_id
        order by u.code, r.kind, r.word
        """

    /// What is there already stays. - Throws: `NotAllowed` for who is no administrator.
    package static func add(
        _ words: [String], _ kind: Kind, topic: String? = nil, unitID: Int, in database: Database,
        as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                insert into responsibilities (unit_id, kind, word, topic) select \(unitID), \(kind), w, \(topic) from unnest(\(words)::text[]) w
                on conflict do nothing
                """)
        }
    }

    package static func remove(_ id: Int, in database: Database, as actor: DatabaseActor) async throws {
        let removed = try await database.write(as: actor) { tx in
            try tx.execute("delete from responsibilities where id = \(id)")
        }
        if removed == 0 { throw NotAllowed() }
    }
}

import Postgres

/// What a unit said the headings of its files mean when it last imported one (`heading_choices`).
package enum HeadingMemory {
    private struct Remembered: Row {
        let heading: String
        let choice: String

        init(_ row: RowReader) throws {
            heading = try row["heading"]
            choice = try row["choice"]
        }
    }

    /// By heading, as a file writes it.
    package static func of(
        unit: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> [String: ColumnChoice] {
        let rows = try await database.read(as: actor) { tx in
            try tx.all(
                "select heading, choice from heading_choices where unit_id = \(unit) limit 5000", as: Remembered.self)
        }
        return Dictionary(
            rows.compactMap { row in ColumnChoice(code: row.choice).map { (row.heading, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Belongs into the transaction of the import that was confirmed.
    static func remember(_ columns: [DirectorySheet.Column], unit: Int, _ tx: borrowing Session) throws {
        let named = Dictionary(
            columns.filter { !$0.name.isEmpty && $0.name.unicodeScalars.count <= 200 }.map {
                ($0.name, $0.choice.code)
            },
            uniquingKeysWith: { first, _ in first }
        ).sorted { $0.key < $1.key }
        try tx.execute(
            """
            insert into heading_choices (unit_id, heading, choice, chosen_by)
            select \(unit), h.heading, h.choice, actor_staff()
            from unnest(\(named.map(\.key))::text[], \(named.map(\.value))::text[]) h (heading, choice)
            on conflict (unit_id, heading) do update
              set choice = excluded.choice, chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at
              where heading_choices.choice <> excluded.choice
            """)
    }
}

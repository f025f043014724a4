import Foundation
import Postgres
import Text

/// Takes a read directory into the database: as a new draft, or as the next edition of one. All or nothing.
package struct ImportDirectory: Sendable {
    package enum Target: Sendable, Equatable {
        /// A new draft of this unit.
        case draft(title: String, field: String, unitID: Int)
        /// The next edition of a draft; its rows keep the lineage of those they continue (see `Lineage`).
        case edition(ofDraft: Int, stage: Edition.Stage, note: String)
    }

    package struct Imported: Sendable, Equatable {
        package let draftID: Int
        package let editionID: Int
        package let ordinal: Int
        package let rows: Int
        /// Rows that continue one of the edition before.
        package let continued: Int
    }

    package let sheet: DirectorySheet
    package let target: Target
    /// The name of the file.
    package let sourceName: String
    /// The upload the sheet was read from (`SheetUpload`); an upload is imported once, however often it is confirmed.
    package let upload: UUID?
    /// The ordinal of the edition that a person has compared the sheet with.
    package let compared: Int?

    package init(
        _ sheet: DirectorySheet, as target: Target, sourceName: String, upload: UUID? = nil, compared: Int? = nil
    ) {
        (self.sheet, self.target, self.sourceName) = (sheet, target, String(sourceName.prefix(200)))
        (self.upload, self.compared) = (upload, compared)
    }

    /// The title of a field's draft that nobody has given another.
    package static func title(ofField field: String) -> String { field + "领域政务公开事项标准目录" }

    /// Another edition came in between, so the comparison that was confirmed no longer holds.
    package struct EditionInBetween: Error {}

    /// What a person has confirmed of the columns is remembered for the unit.
    ///
    /// Needs the role organiser in the draft's unit. Without an upload, the same file sent twice by the same person within
    /// ten minutes (a double click) is imported once.
    /// - Throws: `NoRow` for a draft that is not there or not visible to the actor; `EditionInBetween`.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Imported {
        try await database.write(as: actor, deadline: .seconds(30)) { tx in try run(tx) }
    }

    private struct Recent: Row {
        let draftID: Int
        let editionID: Int
        let ordinal: Int

        init(_ row: RowReader) throws {
            draftID = try row["draft_id"]
            editionID = try row["id"]
            ordinal = try row["ordinal"]
        }
    }

    private func run(_ tx: borrowing Session) throws -> Imported {
        // Imports by hand are rare; one at a time makes ordinals and the search for a twin simple.
        try tx.execute("select pg_advisory_xact_lock(hashtext('minyi.import_directory'))")
        if let twin = try twin(tx) {
            return Imported(
                draftID: twin.draftID, editionID: twin.editionID, ordinal: twin.ordinal, rows: sheet.rows.count,
                continued: 0)
        }
        switch target {
        case .draft(let title, let field, let unitID):
            let draft = try tx.value(
                """
                insert into drafts (title, field, unit_id, unit_ids, created_by)
                values (\(title), \(field), \(unitID), \([unitID]), actor_staff()) returning id
                """, as: Int.self)
            let edition = try tx.value(
                """
                insert into editions (draft_id, ordinal, stage, source_name, upload_id, unit_ids, created_by)
                values (\(draft), 1, 'first', \(sourceName), \(upload), \([unitID]), actor_staff()) returning id
                """, as: Int.self)
            try insert(lineages: sheet.rows.map { _ in UUID() }, edition: edition, tx)
            if upload != nil { try HeadingMemory.remember(sheet.columns, unit: unitID, tx) }
            return Imported(draftID: draft, editionID: edition, ordinal: 1, rows: sheet.rows.count, continued: 0)
        case .edition(let draft, let stage, let note):
            let units = try tx.one("select unit_id, unit_ids from drafts where id = \(draft)", as: Units.self)
            let last = try tx.all(Edition.of(draft: draft), as: Edition.self).first
            if let compared, compared != last?.ordinal { throw EditionInBetween() }
            let ordinal = (last?.ordinal ?? 0) + 1
            let edition = try tx.value(
                """
                insert into editions (draft_id, ordinal, stage, source_name, note, upload_id, unit_ids, created_by)
                values (\(draft), \(ordinal), \(stage.rawValue), \(sourceName), \(note), \(upload), \(units.ids), actor_staff())
                returning id
                """, as: Int.self)
            let before = try last.map { try tx.all(Passage.of(edition: $0.id), as: Passage.self) } ?? []
            let lineages = Lineage.continuing(before.map(Lineage.Line.init), to: sheet.rows)
            try insert(lineages: lineages, edition: edition, tx)
            if upload != nil { try HeadingMemory.remember(sheet.columns, unit: units.owner, tx) }
            return Imported(
                draftID: draft, editionID: edition, ordinal: ordinal, rows: sheet.rows.count,
                continued: Set(before.map(\.lineage)).intersection(lineages).count)
        }
    }

    private struct Units: Row {
        let owner: Int
        let ids: [Int]

        init(_ row: RowReader) throws {
            owner = try row["unit_id"]
            ids = try row["unit_ids"]
        }
    }

    /// What this upload, or the same file a moment ago from the same person, became.
    private func twin(_ tx: borrowing Session) throws -> Recent? {
        if let upload {
            return try tx.first(
                "select draft_id, id, ordinal from editions where upload_id = \(upload)", as: Recent.self)
        }
        let same: SQL =
            switch target {
            case .draft(let title, let field, let unitID):
                "d.title = \(title) and d.field = \(field) and d.unit_id = \(unitID)"
            case .edition(let draft, let stage, _): "d.id = \(draft) and e.stage = \(stage.rawValue)"
            }
        let recent: SQL = """
            select e.draft_id, e.id, e.ordinal from editions e join drafts d on d.id = e.draft_id
            where \(same) and e.source_name = \(sourceName) and e.created_by = actor_staff()
              and e.created_at > minyi_clock() - interval '10 minutes'
            order by e.id desc limit 1
            """
        guard let recent = try tx.first(recent, as: Recent.self) else { return nil }
        let there = try tx.all(Passage.of(edition: recent.editionID), as: Passage.self)
        let alike = there.count == sheet.rows.count && zip(there, sheet.rows).allSatisfy { $0.says($1) }
        return alike ? recent : nil
    }

    /// One statement for all rows: arrays, one a column.
    private func insert(lineages: [UUID], edition: Int, _ tx: borrowing Session) throws {
        let rows = sheet.rows
        func column(_ column: DirectoryColumn) -> [String] { rows.map { $0[column] } }
        try tx.execute(
            """
            insert into passages (edition_id, position, lineage, number, level1, level2, level3, content_elements, legal_basis,
              time_limit, publisher, carriers, audience, disclosure_mode, tier, source)
            select \(edition), r.position, r.lineage, r.number, r.level1, r.level2, r.level3, r.content_elements, r.legal_basis,
              r.time_limit, r.publisher, r.carriers, r.audience, r.disclosure_mode, r.tier, r.source
            from unnest(\(lineages)::uuid[], \(rows.map(\.number))::text[], \(column(.level1))::text[],
              \(column(.level2))::text[], \(column(.level3))::text[], \(column(.contentElements))::text[],
              \(column(.legalBasis))::text[], \(column(.timeLimit))::text[], \(column(.publisher))::text[],
              \(column(.carriers))::text[], \(column(.audience))::text[], \(column(.disclosureMode))::text[],
              \(column(.tier))::text[], \(column(.source))::text[])
              with ordinality r (lineage, number, level1, level2, level3, content_elements, legal_basis, time_limit, publisher,
                carriers, audience, disclosure_mode, tier, source, position)
            """)
    }
}

extension Passage {
    /// Whether every column says the same.
    fileprivate func says(_ row: DirectorySheet.Row) -> Bool {
        DirectoryColumn.allCases.allSatisfy { self[$0] == row[$0] }
    }
}

extension Lineage.Line {
    init(_ passage: Passage) {
        self.init(
            lineage: passage.lineage, number: passage.number, level1: passage.level1, level2: passage.level2,
            level3: passage.level3, publisher: passage.publisher, contentElements: passage.contentElements)
    }
}

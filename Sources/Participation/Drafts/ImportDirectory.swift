import Foundation
import Postgres
import Text

/// Takes a read directory into the database: as a new draft, or as the next edition of one. All or nothing.
package struct ImportDirectory: Sendable {
    package enum Target: Sendable, Equatable {
        /// A new draft of this unit.
        case draft(title: String, field: String, unitID: Int)
        /// The next edition of a draft; its rows keep the lineage of those they continue (see `EditionMatch`).
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
    /// What a person has compared the sheet with.
    package let compared: SeenEdition?

    package init(
        _ sheet: DirectorySheet, as target: Target, sourceName: String, upload: UUID? = nil,
        compared: SeenEdition? = nil
    ) {
        (self.sheet, self.target, self.sourceName) = (sheet, target, String(sourceName.prefix(200)))
        (self.upload, self.compared) = (upload, compared)
    }

    /// The title of a field's draft that nobody has given another.
    package static func title(ofField field: String) -> String { field + "领域政务公开事项标准目录" }

    /// Another edition or a change came in between, so the comparison that was confirmed no longer holds.
    package struct EditionInBetween: Error {}

    /// What a person has confirmed of the columns is remembered for the unit.
    ///
    /// Needs the role organiser in the draft's unit. Without an upload, the same file sent twice by the same person within
    /// ten minutes (a double click) is imported once.
    /// - Throws: `NoRow` for a draft that is not there or not visible to the actor; `EditionInBetween`.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Imported {
        try await database.write(as: actor, deadline: .seconds(30)) { tx in try run(tx) }
    }

    private func run(_ tx: borrowing Session) throws -> Imported {
        try NewEdition.lock(tx)
        if let twin = try twin(tx) { return imported(twin, continued: 0) }
        let edition = try NewEdition(
            target: target, kind: .directory, sourceName: sourceName, upload: upload, compared: compared,
            extraColumns: sheet.extraColumns
        ).begin(tx)
        let passages = sheet.rows.map { row in
            NewPassage(number: row.number, cells: { row[$0] }, extras: row.extras)
        }
        try NewPassage.insert(passages, edition: edition.id, tx)
        let continued = try SetOrigins.propose(edition: edition.id, draft: edition.draftID, tx)
        if upload != nil { try HeadingMemory.remember(sheet.columns, unit: edition.unitID, tx) }
        return imported(edition, continued: continued)
    }

    private func imported(_ edition: NewEdition.Begun, continued: Int) -> Imported {
        Imported(
            draftID: edition.draftID, editionID: edition.id, ordinal: edition.ordinal, rows: sheet.rows.count,
            continued: continued)
    }

    /// What this upload, or the same file a moment ago from the same person, became.
    private func twin(_ tx: borrowing Session) throws -> NewEdition.Begun? {
        if let upload { return try NewEdition.of(upload: upload, tx) }
        let same: SQL =
            switch target {
            case .draft(let title, let field, let unitID):
                "d.title = \(title) and d.field = \(field) and d.unit_id = \(unitID)"
            case .edition(let draft, let stage, _): "d.id = \(draft) and e.stage = \(stage.rawValue)"
            }
        let recent: SQL = """
            select e.draft_id, e.id, e.ordinal, d.unit_id from editions e join drafts d on d.id = e.draft_id
            where \(same) and e.source_name = \(sourceName) and e.created_by = actor_staff()
              and e.created_at > minyi_clock() - interval '10 minutes'
            order by e.id desc limit 1
            """
        guard let recent = try tx.first(recent, as: NewEdition.Begun.self) else { return nil }
        let there = try tx.all(Passage.of(edition: recent.id), as: Passage.self)
        let alike = there.count == sheet.rows.count && zip(there, sheet.rows).allSatisfy { $0.says($1) }
        return alike ? recent : nil
    }
}

extension Passage {
    /// Whether every column says the same.
    fileprivate func says(_ row: DirectorySheet.Row) -> Bool {
        DirectoryColumn.allCases.allSatisfy { self[$0] == row[$0] }
    }
}

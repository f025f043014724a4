import Foundation
import Postgres
import Text

/// Freezes what is to be published, in the shapes of `PublishedContent`, and hands it to the secrecy reviewer.
///
/// The content is built from the database at the moment of preparing; what is approved later are exactly these words.
package struct PrepareClearance: Sendable {
    /// A change of something that runs. Each needs a reason, which is published.
    package enum Change: Sendable, Equatable {
        case extend(closesAt: Date)
        case suspend
        /// The closing may stay or move.
        case resume(closesAt: Date)
        case terminate
        /// Another edition of the draft is put before the public; comments stay with what they were about.
        case correct(editionID: Int)

        package var kind: Clearance.Kind {
            switch self {
            case .extend: .extension
            case .suspend: .suspension
            case .resume: .resumption
            case .terminate: .termination
            case .correct: .correction
            }
        }
    }

    package let procedureNumber: String

    package init(_ procedureNumber: String) { self.procedureNumber = procedureNumber }

    /// Prepares the draft and the announcement, which go out together.
    /// - Returns: the clearances' ids. Throws `NoRow` where the procedure is not visible to the actor.
    package func announcement(in database: Database, as actor: DatabaseActor) async throws -> (draft: Int, notice: Int)
    {
        try await database.write(as: actor) { tx in
            while true {
                let before = try rowVersion(tx)
                let made = try announcement(tx)
                if try rowVersion(tx) == before { return made }
            }
        }
    }

    /// Prepares the announcement of a change, and with a correction the new edition of the draft.
    /// - Returns: the id of the announcement's clearance.
    package func change(
        _ change: Change, reason: String, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            while true {
                let before = try rowVersion(tx)
                let made = try self.change(change, reason: reason, tx)
                if try rowVersion(tx) == before { return made }
            }
        }
    }

    /// Prepares a later edition of the draft, once the comments are in.
    /// - Returns: the clearance's id. Throws `Refusal` `clearances_state` where it is not later, or comments still come in.
    package func revision(edition id: Int, in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.write(as: actor) { tx in
            while true {
                let before = try rowVersion(tx)
                let made = try revision(edition: id, tx)
                if try rowVersion(tx) == before { return made }
            }
        }
    }

    /// Changes when somebody changes the procedure or a passage of its draft. The door holds them from the preparing on; a
    /// change between our reading and the door shows in this, and then the words are made anew.
    private func rowVersion(_ tx: borrowing Session) throws -> String? {
        try tx.firstValue(
            """
            select p.xmin::text || '.' || coalesce((select max(c.id) from passage_changes c join editions e on e.id = c.edition_id
              where e.draft_id = p.draft_id), 0)
            from procedures p where p.number = \(procedureNumber)
            """)
    }

    private func revision(edition id: Int, _ tx: borrowing Session) throws -> Int {
        let procedure = try tx.one(Procedure.with(number: procedureNumber), as: Procedure.self)
        let edition = try tx.one(Edition.with(id: id), as: Edition.self)
        guard edition.draftID == procedure.draftID else { throw NoRow() }
        let passages = try tx.all(Passage.of(edition: id), as: Passage.self)
        let content = PublicTexts.revision(
            procedure, edition: edition, passages: passages,
            origins: try Edition.published(of: procedure, before: edition, tx).map {
                earlier -> PublishedContent.Draft.Origins in
                let links = try EditionLineage.read(from: earlier.id, to: id, tx).links
                let byPosition = Dictionary(grouping: links, by: \.new).mapValues { $0.map(\.old) }
                return .init(ordinal: earlier.ordinal, positions: passages.map { byPosition[$0.position] ?? [] })
            },
            carriedOut: try tx.all(CarriedOpinion.of(procedure, in: edition), as: CarriedOpinion.self).map(\.published))
        return try prepare(
            procedure, .revision, title: content.title, content: try PublishedContent.encode(content), edition: id, tx)
    }

    private func announcement(_ tx: borrowing Session) throws -> (draft: Int, notice: Int) {
        let procedure = try tx.one(Procedure.with(number: procedureNumber), as: Procedure.self)
        let calendar = try WorkCalendar.load(tx)
        let rule = try tx.all(LegalRule.all, as: LegalRule.self).first { $0.id == procedure.ruleID }
        let draft = try prepareDraft(procedure, edition: procedure.editionID, tx)
        let notice = PublicTexts.announcement(procedure, rule: rule, calendar: calendar)
        return (
            draft,
            try prepare(procedure, .announcement, title: notice.title, content: try PublishedContent.encode(notice), tx)
        )
    }

    private func change(_ change: Change, reason: String, _ tx: borrowing Session) throws -> Int {
        let procedure = try tx.one(Procedure.with(number: procedureNumber), as: Procedure.self)
        var closesAt: Date?
        var entryUntil: Date?
        var edition: Edition?
        switch change {
        case .extend(let moment), .resume(let moment):
            closesAt = moment
            let setting = try ProcedurePlan.Setting.load(unitIDs: [], tx)
            entryUntil = Period.entryUntil(
                closesAt: moment, workingDays: setting.entryWindowDays, calendar: setting.calendar)
        case .correct(let editionID):
            edition = try tx.one(Edition.with(id: editionID), as: Edition.self)
            guard edition?.draftID == procedure.draftID else { throw NoRow() }
            _ = try prepareDraft(procedure, edition: editionID, tx)
        case .suspend, .terminate: break
        }
        let notice = PublicTexts.change(
            change.kind, of: procedure, reason: reason, newClosesAt: closesAt, edition: edition)
        return try prepare(
            procedure, change.kind, title: notice.title, content: try PublishedContent.encode(notice),
            edition: edition?.id, closesAt: closesAt, entryUntil: entryUntil, reason: notice.reason, tx)
    }

    private func prepareDraft(_ procedure: Procedure, edition id: Int, _ tx: borrowing Session) throws -> Int {
        let edition = try tx.one(Edition.with(id: id), as: Edition.self)
        let passages = try tx.all(Passage.of(edition: id), as: Passage.self)
        let content = PublicTexts.draft(procedure, edition: edition, passages: passages)
        return try prepare(
            procedure, .draft, title: content.title, content: try PublishedContent.encode(content), edition: id, tx)
    }

    private func prepare(
        _ procedure: Procedure, _ kind: Clearance.Kind, title: String, content: String, edition: Int? = nil,
        closesAt: Date? = nil, entryUntil: Date? = nil, reason: String = "", _ tx: borrowing Session
    ) throws -> Int {
        try tx.value(
            """
            select prepare_clearance(\(procedure.id), \(kind.rawValue), \(title), \(JSONText(content)), \(edition), \(closesAt),
              \(entryUntil), \(reason))
            """, as: Int.self)
    }
}

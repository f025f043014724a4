import Foundation
import Postgres

/// What somebody has answered so far and not sent. Whoever knows its id, which only their browser does, or its code, goes on with it.
package struct SavedSheet: Row {
    /// The number of its questionnaire, and the version that was before them.
    package let questionnaire: String
    package let version: Int
    /// As `Answers` has them.
    package let answers: Data
    /// The code of the page they were on.
    package let page: String
    /// The codes of the pages that corrections have changed since.
    package let changed: [String]
    /// Counts how often it was kept.
    package let revision: Int
    /// The tab that kept it last, as its script has drawn it; empty without one.
    package let tab: String
    package let expiresAt: Date

    package init(_ row: RowReader) throws {
        questionnaire = try row["questionnaire"]
        version = try row["version"]
        let json: JSONText = try row["answers"]
        answers = Data(json.text.utf8)
        page = try row["page"]
        changed = try row["changed"]
        revision = try row["revision"]
        tab = try row["tab"]
        expiresAt = try row["expires_at"]
    }

    package static func find(_ id: UUID, in database: Database) async throws -> SavedSheet? {
        try await database.first(
            "select questionnaire, version, answers, page, changed, revision, tab, expires_at from saved_sheet(\(id))",
            as: SavedSheet.self)
    }

    /// - Parameter mac: `QueryCodes.mac` of the code typed.
    package static func find(
        _ questionnaire: String, mac: [UInt8], in database: Database
    ) async throws -> UUID? {
        try await database.read { tx in
            try tx.value("select saved_sheet_by_code(\(questionnaire), \(mac))", as: UUID?.self)
        }
    }

    /// What became of answers that were to be kept.
    package struct Kept: Row {
        package enum Outcome: String, PostgresValue, CaseIterable, Sendable {
            case saved
            /// Kept, but as it is it could not be sent: a quota it belongs to is full, or all of them.
            case quota, full
            /// It was sent meanwhile.
            case sent
            /// Another tab or device kept something else since this was read.
            case elsewhere
            case unknownQuestionnaire = "unknown_questionnaire"
            case notOpen = "not_open"
            /// Kept, to be sent when it goes on.
            case suspended
            case closed
            /// Another version holds now.
            case changed
            case malformed
            case tooLong = "too_long"
        }

        package let outcome: Outcome
        /// The code of the quota that is full.
        package let quota: String?

        package init(_ row: RowReader) throws {
            outcome = try row["outcome"]
            quota = try row["quota"]
        }
    }

    /// Keeps a sheet's answers, all of them.
    /// - Parameters:
    ///   - pages: those its author has been on since, the last one is where they are now.
    ///   - revision: the one that was read before, 0 when nothing was there; nil overwrites whatever is there.
    ///   - tab: that keeps it; what the same one kept last is no other's, whatever was read.
    ///   - isAtKiosk: where nobody comes back for it: an hour instead of thirty days.
    package static func keep(
        _ sheet: AnsweredSheet, pages: [String], codeMac: [UInt8], over revision: Int? = nil, tab: String = "",
        isAtKiosk: Bool = false, in database: Database
    ) async throws -> Kept {
        let answers = String(decoding: sheet.answers, as: UTF8.self)
        return try await database.write(as: .anonymous) { tx in
            try tx.one(
                """
                select outcome, quota from save_sheet(\(sheet.key), \(sheet.questionnaire), \(sheet.version), \(codeMac),
                  \(answers), \(pages), \(sheet.quotas), \(revision), \(tab), \(isAtKiosk))
                """, as: Kept.self)
        }
    }

    /// The number of what was sent under this id; nil when nothing was.
    package static func sent(_ id: UUID, to questionnaire: String, in database: Database) async throws -> String? {
        try await database.read { tx in
            try tx.value("select sent_sheet(\(questionnaire), \(id))", as: String?.self)
        }
    }

    /// - Parameter voice: `QueryCodes.voice` of the browser.
    package static func browserHasAnswered(
        _ questionnaire: String, voice: [UInt8], in database: Database
    ) async throws -> Bool {
        try await database.read { tx in
            try tx.value("select browser_has_answered(\(questionnaire), \(voice))", as: Bool.self)
        }
    }

    /// Somebody begins anew.
    package static func discard(_ id: UUID, in database: Database) async throws {
        _ = try await database.write(as: .anonymous) { tx in
            try tx.value("select discard_sheet(\(id))", as: Bool.self)
        }
    }
}

/// 邀请码, as far as its holder may know.
package enum Invitation: String, PostgresValue, CaseIterable, Sendable {
    case open, used, void, unknown

    package static func find(_ questionnaire: String, mac: [UInt8], in database: Database) async throws -> Invitation {
        try await database.read { tx in
            try tx.value("select invitation(\(questionnaire), \(mac))", as: Invitation.self)
        }
    }
}

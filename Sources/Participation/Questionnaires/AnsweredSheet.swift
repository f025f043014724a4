import Crypto
import Foundation
import Postgres
import Text

/// 答卷: what somebody has answered, read and judged, before it goes to the door.
package struct AnsweredSheet: Sendable, Equatable {
    /// That of the saved sheet: sending it twice is sending it once.
    package var key: UUID
    /// The number of its questionnaire.
    package var questionnaire: String
    package var version: Int
    /// `Answers.json()`.
    package var answers: Data
    /// The codes of the quotas it belongs to.
    package var quotas: [String]
    /// The name of the town its author has chosen in it.
    package var town: String?
    /// `QueryCodes.voice` of the browser, where each has one.
    package var voice: [UInt8]?
    /// `QueryCodes.invitation` of the code, where one is needed.
    package var invitation: [UInt8]?
    /// Its first page, when it was never saved: so it is counted as begun.
    package var firstPage: String?
    package var fileIDs: [UUID]
    package var channel: Channel
    /// Other channels than the web: the day the paper or the call reached the unit.
    package var arrivedOn: CalendarDate?

    package init(
        key: UUID, questionnaire: String, version: Int, answers: Data, quotas: [String] = [], town: String? = nil,
        voice: [UInt8]? = nil, invitation: [UInt8]? = nil, firstPage: String? = nil, fileIDs: [UUID] = [],
        channel: Channel = .web, arrivedOn: CalendarDate? = nil
    ) {
        (self.key, self.questionnaire, self.version, self.answers) = (key, questionnaire, version, answers)
        (self.quotas, self.town, self.voice, self.invitation) = (quotas, town, voice, invitation)
        (self.firstPage, self.fileIDs, self.channel, self.arrivedOn) = (firstPage, fileIDs, channel, arrivedOn)
    }

    /// For the door, with a fresh salt.
    package func item(for intake: Intake, by actor: DatabaseActor = .anonymous) -> SheetItem {
        item(codeMac: intake.codes.mac(for: key), by: actor)
    }

    /// - Parameter codeMac: `QueryCodes.mac` of its first code.
    package func item(codeMac: [UInt8], by actor: DatabaseActor = .anonymous) -> SheetItem {
        SheetItem(
            sheet: self, salt: SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }, codeMac: codeMac,
            actor: actor)
    }
}

/// A sheet as it stands before the `intake_sheets` door, and who sends it.
package struct SheetItem: Sendable {
    package var sheet: AnsweredSheet
    package var salt: [UInt8]
    package var codeMac: [UInt8]
    /// The door judges each item by its own actor, whoever else is in the batch.
    package var actor = DatabaseActor.anonymous

    /// One array a column, as the door takes them; a list within a row as the text of an array.
    static func door(_ items: [SheetItem]) -> SQL {
        let sheets = items.map(\.sheet)
        // Codes are letters, digits and `_`: nothing in them needs quotes.
        let quotas = sheets.map { "{" + $0.quotas.joined(separator: ",") + "}" }
        let files = sheets.map { "{" + $0.fileIDs.map(\.uuidString).joined(separator: ",") + "}" }
        return """
            select outcome, quota, case when outcome = 'accepted' then given.answers[ordinal]::jsonb::text end as stored,
              submission_id, number, received_at, proof
            from (select \(sheets.map { String(decoding: $0.answers, as: UTF8.self) })::text[] as answers) given, intake_sheets(
              \(sheets.map(\.key)), \(sheets.map(\.questionnaire)), \(sheets.map(\.version)), given.answers, \(quotas), \(sheets.map(\.voice)),
              \(sheets.map(\.invitation)), \(sheets.map(\.town)), \(sheets.map(\.firstPage)), \(files),
              \(sheets.map(\.channel.rawValue)), \(items.map(\.salt)), \(items.map(\.codeMac)), \(sheets.map(\.arrivedOn)),
              \(items.map(\.actor.staffID)), \(items.map(\.actor.grants))) order by ordinal
            """
    }
}

extension Intake {
    /// Sends a sheet through the door, together with what others send meanwhile.
    package func accept(
        _ sheet: AnsweredSheet, in database: Database, as actor: DatabaseActor = .anonymous
    ) async throws -> IntakeOutcome {
        try await accept(sheet.item(for: self, by: actor), in: database)
    }

    /// The same for one that is asked for its receipt afterwards.
    package func accept(_ sheet: SheetItem, in database: Database) async throws -> IntakeOutcome {
        try await accept(.sheet(sheet), in: database)
    }
}

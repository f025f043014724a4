import Crypto
import Foundation
import Postgres
import Questionnaires

/// What is settled about a questionnaire besides what it asks.
package struct QuestionnaireSettings: Sendable, Equatable {
    package var purpose = ""
    package var whoMayAnswer = ""
    package var voice = DeskQuestionnaire.Voice.open
    package var personWay = PersonWay.openid
    package var resultsShown = DeskQuestionnaire.ResultsShown.closed
    package var mostSheets: Int?
    package var opensAt: Date
    package var closesAt: Date
    package var percentBase = DeskQuestionnaire.PercentBase.respondents
    package var smallestShown = 5
    package var contactPhone = ""
    /// The consultation whose page it stands in.
    package var procedureID: Int?

    package init(opensAt: Date, closesAt: Date) { (self.opensAt, self.closesAt) = (opensAt, closesAt) }

    package init(_ it: DeskQuestionnaire) {
        (purpose, whoMayAnswer, voice) = (it.purpose, it.whoMayAnswer, it.voice)
        personWay = it.personWay
        (resultsShown, mostSheets, opensAt, closesAt) = (it.resultsShown, it.mostSheets, it.opensAt, it.closesAt)
        (percentBase, smallestShown, contactPhone) = (it.percentBase, it.smallestShown, it.contactPhone)
        procedureID = it.procedureID
    }

    /// A consultation that a questionnaire may belong to.
    package struct Host: Row, Identifiable {
        package let id: Int
        package let title: String

        package init(_ row: RowReader) throws { (id, title) = (try row["id"], try row["title"]) }

        /// Those the actor organises and that have not ended, the newest first.
        package static let all: SQL = """
            select id, title from procedures
            where unit_id = any (array(select unnest(actor_units_as('organiser')))) and state not in ('published', 'terminated')
            order by id desc limit 100
            """
    }

    /// The same for the same settings: a form says by it which ones it was filled from.
    package var fingerprint: String {
        let parts = [
            purpose, whoMayAnswer, voice.rawValue, personWay.rawValue, resultsShown.rawValue,
            mostSheets.map { String($0) } ?? "",
            String(opensAt.timeIntervalSince1970), String(closesAt.timeIntervalSince1970), percentBase.rawValue,
            String(smallestShown), contactPhone, procedureID.map { String($0) } ?? "",
        ]
        let hash = SHA256.hash(data: Data(parts.joined(separator: "\u{1}").utf8))
        return hash.prefix(8).map { String($0, radix: 16) }.joined(separator: "-")
    }

    /// Makes a questionnaire in preparation. Returns its number.
    package func create(
        _ kind: DeskQuestionnaire.Kind, _ content: Questionnaire, for unitID: Int, in database: Database,
        as actor: DatabaseActor
    ) async throws -> String {
        let title = content.title
        return try await database.write(as: actor) { tx in
            let id: Int = try tx.value(
                """
                select id from save_questionnaire(null, 0, \(unitID), \(kind), \(title), \(purpose), \(whoMayAnswer), \(try content.json),
                  \(voice), \(resultsShown), \(mostSheets), \(opensAt), \(closesAt), \(percentBase), \(smallestShown), \(contactPhone), \(procedureID))
                """)
            try tx.execute("select choose_person_way(\(id), \(personWay))")
            return try tx.value("select number from questionnaires where id = \(id)")
        }
    }

    /// - Throws: `questionnaires_saved_meanwhile` where it is no longer in the content version of `it`.
    package func save(
        _ it: DeskQuestionnaire, seen version: Int, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                select id from save_questionnaire(\(it.id), \(version), \(it.unitID), \(it.kind), \(it.title), \(purpose),
                  \(whoMayAnswer), \(try it.content.json), \(voice), \(resultsShown), \(mostSheets), \(opensAt), \(closesAt),
                  \(percentBase), \(smallestShown), \(contactPhone), \(procedureID))
                """)
            try tx.execute("select choose_person_way(\(it.id), \(personWay))")
        }
    }
}

/// The steps of a questionnaire: opened, corrected, suspended, extended, closed, taken back, deleted. Each needs the role organiser in its unit.
package struct MoveQuestionnaire: Sendable {
    package let id: Int

    package init(_ id: Int) { self.id = id }

    /// Freezes what was read as this content version and opens it, at once or at its time.
    /// - Parameters:
    ///   - vault: where verified persons have a voice each: it encrypts the key of their voices.
    ///   - provider: where they sign in, `OpenIDProvider.realm`.
    package func open(
        seen version: Int, voicesIn vault: ContactVault? = nil, provider: String? = nil, in database: Database,
        as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            if let vault { try VoiceKey.make(for: id, vault: vault, provider: provider, tx) }
            return try tx.execute("select open_questionnaire(\(id), \(version))")
        }
    }

    /// Makes what is worked on the next version that is asked.
    package func correct(
        to content: Questionnaire, seen version: Int, note: String, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute("select correct_questionnaire(\(id), \(version), \(note), \(try content.json))")
        }
    }

    /// - Parameter reason: what everyone reads while it is suspended; "" when it is taken up again.
    package func suspend(
        _ isSuspended: Bool, because reason: String = "", in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) {
            try $0.execute("select suspend_questionnaire(\(id), \(isSuspended), \(reason))")
        }
    }

    /// - Parameter reason: what everyone reads beside the end they were told before.
    package func extend(
        to moment: Date, because reason: String, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) {
            try $0.execute("select extend_questionnaire(\(id), \(moment), \(reason))")
        }
    }

    /// - Parameter reason: what everyone reads.
    package func close(because reason: String, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select close_questionnaire(\(id), \(reason))") }
    }

    /// Ends it without a result.
    /// - Parameter reason: what everyone reads.
    package func terminate(because reason: String, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select terminate_questionnaire(\(id), \(reason))") }
    }

    /// Prepares one again that was announced and has not begun.
    /// - Throws: `questionnaires_begun`.
    package func takeBack(in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select take_back_questionnaire(\(id))") }
    }

    /// Deletes one in preparation, as it was read.
    /// - Throws: `questionnaires_preparing`, `questionnaires_saved_meanwhile`, `questionnaires_in_use`.
    package func drop(seen version: Int, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select drop_questionnaire(\(id), \(version))") }
    }
}

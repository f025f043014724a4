import Crypto
import Foundation
import Postgres
import Questionnaires
import Text

/// 答卷回执: what was received from one author. Opened by number and code.
package struct SheetReceipt: Row {
    package let number: String
    package let questionnaire: String
    package let kind: PublicQuestionnaire.Kind
    package let title: String
    package let state: PublicQuestionnaire.State
    package let voice: PublicQuestionnaire.Voice
    package let resultsShown: PublicQuestionnaire.ResultsShown
    package let closesAt: Date
    package let version: Int
    package let newestVersion: Int
    /// Nil once withdrawn or sealed.
    private let answers: JSONText?
    /// The same, where they are at hand already.
    private let given: Answers?
    package let channel: Channel
    package let receivedAt: Date
    package let arrivedOn: CalendarDate?
    package let proof: [UInt8]
    package let salt: [UInt8]
    /// The text whose salted SHA-256 is the proof; empty once the answers are gone.
    package let canonicalForm: CanonicalForm
    package let withdrawnAt: Date?
    package let sealedAt: Date?
    package let canWithdraw: Bool
    /// In whose page it stands.
    package let consultation: PublicQuestionnaire.Consultation?

    package init(_ row: RowReader) throws {
        number = try row["number"]
        questionnaire = try row["questionnaire"]
        kind = try row["kind"]
        title = try row["title"]
        state = try row["state"]
        voice = try row["voice"]
        resultsShown = try row["results_shown"]
        closesAt = try row["closes_at"]
        version = try row["version"]
        newestVersion = try row["newest_version"]
        answers = try row["answers"]
        given = nil
        channel = try row["channel"]
        receivedAt = try row["received_at"]
        arrivedOn = try row["arrived_on"]
        proof = try row["proof"]
        salt = try row["salt"]
        let form: String? = try row["form"]
        canonicalForm = form.flatMap { CanonicalForm(Array($0.utf8)) } ?? CanonicalForm(header: "", fields: [])
        withdrawnAt = try row["withdrawn_at"]
        sealedAt = try row["sealed_at"]
        canWithdraw = try row["can_withdraw"]
        consultation = try PublicQuestionnaire.Consultation(row)
    }

    /// The receipt of a sheet at the moment when it was stored, made of what was sent and of what the door has answered: nothing is read.
    /// - Parameter given: what `item` holds as JSON.
    /// - Returns: nil where the proof that was stored is not of just this, as where it was sent before; the receipt is to be found then.
    package init?(of item: SheetItem, _ given: Answers, as outcome: IntakeOutcome, to asked: PublicQuestionnaire) {
        guard let stored = outcome.stored, let number = outcome.number, let receivedAt = outcome.receivedAt,
            let proof = outcome.proof
        else { return nil }
        let sheet = item.sheet
        (self.number, questionnaire, kind, title) = (number, asked.number, asked.kind, asked.title)
        (state, voice, resultsShown, closesAt) = (asked.state, asked.voice, asked.resultsShown, asked.closesAt)
        (version, newestVersion, answers) = (sheet.version, asked.version, JSONText(stored))
        self.given = given
        (channel, self.receivedAt, arrivedOn) = (sheet.channel, receivedAt, sheet.arrivedOn)
        (self.proof, salt, withdrawnAt, sealedAt) = (proof, item.salt, nil, nil)
        canonicalForm = .sheet(
            number: number, questionnaire: asked.number, version: sheet.version, channel: sheet.channel.rawValue,
            receivedAt: receivedAt, answers: stored)
        canWithdraw = [.announced, .open, .suspended].contains(asked.state) && receivedAt < asked.closesAt
        consultation = asked.consultation
        guard isProven else { return nil }
    }

    /// Neither withdrawn nor sealed: the answers are there to be read.
    package var holdsWords: Bool { answers != nil }

    /// - Parameter asked: the version it has answered.
    /// - Returns: nil once withdrawn or sealed.
    package func answers(to asked: AskedVersion) throws -> Answers? {
        try given ?? answers.map { try Answers(json: Data($0.text.utf8), for: asked.content) }
    }

    /// Whether the stored proof fits what this receipt shows; it does not once the answers are gone.
    package var isProven: Bool { proof == Array(SHA256.hash(data: salt + canonicalForm.bytes)) }

    /// - Parameter mac: `QueryCodes.mac` of the code typed.
    /// - Returns: nil when number and code do not belong together; nothing says which of them is wrong.
    package static func find(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> SheetReceipt? {
        let wanted = number.description
        return try await database.first(
            """
            select number, questionnaire, kind, title, state, voice, results_shown, closes_at, version, newest_version,
              answers, channel, received_at, arrived_on, proof, salt, form, withdrawn_at, sealed_at, can_withdraw,
              host_number, host_title
            from sheet_receipt(\(wanted), \(mac))
            """, as: SheetReceipt.self)
    }
}

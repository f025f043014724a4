import Crypto
import Foundation
import Postgres
import Text

/// What somebody who was asked replies: an opinion, or that they have none.
package struct LetterReply: Sendable {
    package enum Fault: String, Sendable, CaseIterable {
        case kindMissing = "kind_missing"
        case bodyMissing = "body_missing"
        /// No opinion, and yet words.
        case bodyToo = "body_too"
        case bodyTooLong = "body_too_long"
        case documentNumberTooLong = "document_number_too_long"

        package var field: String {
            switch self {
            case .kindMissing: "kind"
            case .bodyMissing, .bodyToo, .bodyTooLong: "content"
            case .documentNumberTooLong: "document_number"
            }
        }
    }

    /// Of the form: pressed twice, it is one reply.
    package var key: UUID
    package var kind: Addressee.ReplyKind?
    package var body: String
    package var documentNumber: String
    /// The reply that was there when the form was opened, which this one corrects.
    package var replaces: Int?

    package static let longest = 5000

    package init(
        key: UUID, kind: Addressee.ReplyKind?, body: String, documentNumber: String = "", replaces: Int? = nil
    ) {
        (self.key, self.kind, self.replaces) = (key, kind, replaces)
        self.body = TextNormalisation.normalised(body)
        self.documentNumber = TextNormalisation.normalised(documentNumber)
    }

    /// The words that an addressee has replied, for who may read them: one value, null where there are none.
    package static func given(by addresseeID: Int) -> SQL { "select given_reply(\(addresseeID))" }

    package var faults: [Fault] {
        var faults: [Fault] = []
        if kind == nil { faults.append(.kindMissing) }
        if kind == .opinion, body.isEmpty { faults.append(.bodyMissing) }
        if kind == Addressee.ReplyKind.none, !body.isEmpty { faults.append(.bodyToo) }
        if TextLength.count(body) > Self.longest { faults.append(.bodyTooLong) }
        if TextLength.count(documentNumber) > WrittenConsultation.longestDocumentNumber {
            faults.append(.documentNumberTooLong)
        }
        return faults
    }

    private var words: String? { kind == .opinion ? body : nil }
    private var salt: [UInt8] { SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) } }

    /// A unit of ours, at its desk.
    package func send(
        to addresseeID: Int, codes: QueryCodes, in database: Database, as actor: DatabaseActor
    ) async throws {
        let (salt, mac) = (salt, codes.mac(for: key))
        try await database.write(as: actor, retrying: 2) { tx in
            try tx.execute(
                """
                select reply_to_letter(\(addresseeID), \(replaces), \(kind?.rawValue), \(words), \(documentNumber), \(key), \(salt), \(mac))
                """)
        }
    }

    /// What came on paper.
    package func enter(
        for addresseeID: Int, arrivedOn: CalendarDate, scan: UUID, codes: QueryCodes, in database: Database,
        as actor: DatabaseActor
    ) async throws {
        let (salt, mac) = (salt, codes.mac(for: key))
        try await database.write(as: actor, retrying: 2) { tx in
            try tx.execute(
                """
                select enter_letter_reply(\(addresseeID), \(replaces), \(kind?.rawValue), \(words), \(arrivedOn), \(documentNumber), \(scan), \(key),
                  \(salt), \(mac))
                """)
        }
    }

    /// An organisation, with the number and the code of its letter.
    package func send(
        number: String, code: QueryCode, codes: QueryCodes, in database: Database
    ) async throws {
        let (salt, mac, codeMac) = (salt, codes.mac(for: key), codes.mac(code))
        try await database.write(retrying: 2) { tx in
            try tx.execute(
                """
                select reply_by_code(\(number), \(codeMac), \(replaces), \(kind?.rawValue), \(words), \(key), \(salt), \(mac))
                """)
        }
    }
}

/// A letter as the organisation reads it that was asked.
package struct ReceivedLetter: Row {
    package let number: String
    package let title: String
    package let documentNumber: String
    package let body: String
    package let unitName: String
    package let procedureNumber: String
    package let isProcedurePublic: Bool
    package let dueOn: CalendarDate
    package let silenceAgrees: Bool
    package let organisation: String
    /// What it has replied, as it holds.
    package let replyID: Int?
    package let replyKind: Addressee.ReplyKind?
    package let repliedAt: Date?
    package let replyBody: String?
    package let canReply: Bool

    package init(_ row: RowReader) throws {
        number = try row["number"]
        title = try row["title"]
        documentNumber = try row["document_number"]
        body = try row["body"]
        unitName = try row["unit_name"]
        procedureNumber = try row["procedure_number"]
        isProcedurePublic = try row["procedure_public"]
        dueOn = try row["due_on"]
        silenceAgrees = try row["silence_agrees"]
        organisation = try row["organisation"]
        replyID = try row["reply_id"]
        replyKind = try row["reply_kind"]
        repliedAt = try row["replied_at"]
        replyBody = try row["reply_body"]
        canReply = try row["can_reply"]
    }

    /// The most passages that are shown with a letter.
    package static let mostPassages = 500

    /// - Returns: nil when number and code do not belong together; nothing says which of them is wrong.
    package static func find(
        number: String, mac: [UInt8], in database: Database
    ) async throws -> (letter: ReceivedLetter, passages: [Passage])? {
        try await database.read { tx in
            let letter = try tx.first(
                """
                select number, title, document_number, body, unit_name, procedure_number, procedure_public, due_on, silence_agrees, organisation,
                  reply_id, reply_kind, replied_at, reply_body, can_reply
                from letter_by_code(\(number), \(mac))
                """, as: ReceivedLetter.self)
            guard let letter else { return nil }
            return (
                letter,
                try tx.all(
                    "select \(Passage.columns) from letter_passages_by_code(\(number), \(mac)) g limit \(mostPassages)",
                    as: Passage.self)
            )
        }
    }

    /// What a letter is about, for a unit that was asked.
    package static func passages(ofLetter id: Int) -> SQL {
        "select \(Passage.columns) from letter_passages(\(id)) g limit \(mostPassages)"
    }
}

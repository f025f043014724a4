import Crypto
import Documents
import Foundation
import Postgres
import Text

/// 报名回执: what became of a registration. Opened by number and code.
package struct RegistrationReceipt: Row {
    package enum Standing: String, PostgresValue, CaseIterable, Sendable {
        case registered, refused, chosen, reserve
        case notChosen = "not_chosen"
        /// Gave up their seat, or was replaced.
        case replaced
        case withdrawn
    }

    /// 听证材料
    package struct Material: Codable, Sendable, Equatable {
        package let id: Int
        package let title: String
        /// Else it is handed over on paper only.
        package let file: Bool
    }

    /// What was handed in. What a file is called says whose it is, and is told to nobody.
    package struct Paper: Codable, Sendable, Equatable {
        private let kind: String
        /// Bytes.
        package let size: Int

        /// `pdf`
        package var ending: String { FileKind(rawValue: kind)?.ending ?? "" }
    }

    /// What they said at the hearing, with the number by which its result names it.
    package struct Statement: Codable, Sendable, Equatable {
        package let number: String
        /// As the recorder typed it: numbers in it may be those of others.
        private let body: String

        /// As everybody reads it.
        package var shown: String { RedactionPolicy.text(body) }
    }

    package let number: String
    package let gathering: String
    package let procedure: String
    package let title: String
    package let startsAt: Date?
    package let place: String
    package let category: String
    package let channel: Channel
    package let receivedAt: Date
    package let arrivedOn: CalendarDate?
    package let proof: [UInt8]
    package let salt: [UInt8]
    package let verdict: RegistrationVerdict
    package let refusedCode: RegistrationVerdict.Code?
    package let refusedNote: String
    package let standing: Standing
    /// Among those who take part: 参加人3.
    package let seat: Int?
    /// What the code is derived from with which they confirm the transcript.
    package let personKey: UUID?
    package let materials: [Material]
    package let papers: [Paper]
    package let statements: [Statement]
    package let deliveredOn: CalendarDate?
    package let confirmedAt: Date?
    package let withdrawnAt: Date?
    package let sealedAt: Date?
    package let canWithdraw: Bool
    package let canConfirm: Bool
    /// The text whose salted SHA-256 is the proof.
    package let canonicalForm: CanonicalForm

    package init(_ row: RowReader) throws {
        number = try row["number"]
        gathering = try row["gathering"]
        procedure = try row["procedure"]
        title = try row["title"]
        startsAt = try row["starts_at"]
        place = try row["place"]
        category = try row["category"]
        channel = try row["channel"]
        receivedAt = try row["received_at"]
        arrivedOn = try row["arrived_on"]
        proof = try row["proof"]
        salt = try row["salt"]
        verdict = try row["verdict"]
        refusedCode = try row["refused_code"]
        refusedNote = try row["refused_note"]
        standing = try row["standing"]
        seat = try row["seat"]
        personKey = try row["person_code_key"]
        func list<Element: Decodable>(_ json: JSONText, of type: Element.Type) throws -> [Element] {
            try JSONDecoder().decode([Element].self, from: Data(json.text.utf8))
        }
        materials = try list(try row["materials"], of: Material.self)
        papers = try list(try row["papers"], of: Paper.self)
        statements = try list(try row["statements"], of: Statement.self)
        deliveredOn = try row["delivered_on"]
        confirmedAt = try row["confirmed_at"]
        withdrawnAt = try row["withdrawn_at"]
        sealedAt = try row["sealed_at"]
        canWithdraw = try row["can_withdraw"]
        canConfirm = try row["can_confirm"]
        let form: String = try row["form"]
        canonicalForm = CanonicalForm(Array(form.utf8)) ?? CanonicalForm(header: "", fields: [])
    }

    /// Nothing of the person is in its proof: it can be shown when everything else is gone.
    package var holdsWords: Bool { sealedAt == nil }

    package var isProven: Bool { proof == Array(SHA256.hash(data: salt + canonicalForm.bytes)) }

    /// - Parameter mac: `QueryCodes.mac` of the code typed.
    /// - Returns: nil when number and code do not belong together; nothing says which of them is wrong.
    package static func find(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> RegistrationReceipt? {
        let wanted = number.description
        return try await database.first(
            """
            select number, gathering, procedure, title, starts_at, place, category, channel, received_at, arrived_on, proof, salt,
              verdict, refused_code, refused_note, standing, seat, person_code_key, materials, delivered_on, confirmed_at,
              withdrawn_at, sealed_at, can_withdraw, can_confirm, papers, statements, form
            from registration_receipt(\(wanted), \(mac))
            """, as: RegistrationReceipt.self)
    }

    package enum Confirmation: String, PostgresValue, Sendable { case confirmed, already, closed, unknown }

    /// Who was chosen says that they will come.
    package static func confirm(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> Confirmation {
        let wanted = number.description
        return try await database.write(as: .anonymous, retrying: 2) { tx in
            try tx.value("select confirm_registration(\(wanted), \(mac))", as: Confirmation.self)
        }
    }
}

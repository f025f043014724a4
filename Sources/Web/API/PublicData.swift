import Foundation
import Participation
import Text

/// Answers of the API, member by member as `web/openapi.json` describes them. Times are ISO 8601 in UTC.
enum PublicData {
    /// As answers are written. A long one is made off the threads that answer requests.
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .withoutEscapingSlashes
        return Array(try encoder.encode(value))
    }

    /// What a program gets for a comment or a message. With number and code its author opens the receipt.
    struct Received: Encodable {
        let number: String
        let code: String
        let receivedAt: String
        /// The salted SHA-256 of the canonical form, in hexadecimal digits.
        let proof: String
        let receipt: String

        init(_ receipt: NewReceipt, publicURL: String) {
            number = receipt.number
            code = receipt.code.digits
            receivedAt = ChinaTime.utcMicroseconds(receipt.receivedAt)
            proof = Hexadecimal.encode(receipt.proof)
            self.receipt = "\(publicURL)/receipts/\(receipt.number)"
        }
    }

    struct List: Encodable {
        let consultations: [Summary]
        /// The address of the next page; absent on the last.
        let next: String?
    }

    struct Summary: Encodable {
        let number: String
        let title: String
        let field: String
        let unit: String
        let state: String
        let opensAt: String
        let closesAt: String
        let edition: Int
        let name: String
        let phone: String
        let page: String

        init(_ consultation: Consultation, publicURL: String) {
            (number, title, field) = (consultation.number, consultation.title, consultation.field)
            (unit, state, edition) = (consultation.unitName, consultation.state.rawValue, consultation.editionID)
            opensAt = ChinaTime.utcMicroseconds(consultation.opensAt)
            closesAt = ChinaTime.utcMicroseconds(consultation.closesAt)
            (name, phone) = (consultation.nameRule.rawValue, consultation.phoneRule.rawValue)
            page = "\(publicURL)/consultations/\(consultation.number)"
        }
    }

    struct Whole: Encodable {
        let consultation: Summary
        /// Empty when the draft is sealed.
        let rows: [Row]

        init(_ record: ConsultationRecord, publicURL: String) {
            consultation = Summary(record.consultation, publicURL: publicURL)
            rows = record.draft?.passages.map(Row.init) ?? []
        }
    }

    struct Row: Encodable {
        let row: Int
        let number: String
        let level1: String
        let level2: String
        let level3: String
        let contentElements: String
        let legalBasis: String
        let timeLimit: String
        let publisher: String

        init(_ passage: PublishedContent.Draft.Passage) {
            (row, number) = (passage.position, passage.number)
            (level1, level2, level3) = (passage.level1, passage.level2, passage.level3)
            (contentElements, legalBasis) = (passage.contentElements, passage.legalBasis)
            (timeLimit, publisher) = (passage.timeLimit, passage.publisher)
        }
    }
}

import Foundation
import Participation
import Text

/// What programs read of final directories. Days are days of China, times ISO 8601 in UTC.
extension PublicData {
    struct Directories: Encodable {
        let directories: [Directory]
    }

    struct Directory: Encodable {
        let number: String
        let title: String
        let field: String
        let unit: String
        let edition: Int
        let rows: Int
        let publishedAt: String
        let confirmedOn: String
        let sealed: Bool
        let consultation: String
        let page: String

        init(_ it: PublicDirectory, publicURL: String) {
            (number, title, field, unit) = (it.number, it.title, it.field, it.unitName)
            (edition, rows, sealed) = (it.edition, it.rows, it.sealedAt != nil)
            publishedAt = ChinaTime.utcMicroseconds(it.publishedAt)
            confirmedOn = it.confirmedOn.description
            (consultation, page) = (it.procedureNumber, "\(publicURL)/directories/\(it.number)")
        }
    }

    struct WholeDirectory: Encodable {
        let directory: Directory
        let rows: [DirectoryRow]
    }

    struct DirectoryRow: Encodable {
        struct Limit: Encodable {
            let amount: Int
            let unit: String
        }

        let directory: String
        let field: String
        let unit: String
        let row: Int
        let number: String
        let level1: String
        let level2: String
        let level3: String
        let contentElements: String
        let legalBasis: String
        let timeLimit: String
        /// As far as the words could be read.
        let limit: Limit?
        let publisher: String
        let carriers: String
        let audience: String
        let disclosureMode: String
        let tier: String
        let extras: [Extra]
        let confirmedOn: String
        let page: String

        struct Extra: Encodable {
            let column: String
            let text: String
        }

        init(_ it: PublicRow, publicURL: String) {
            (directory, field, unit, row) = (it.directoryNumber, it.field, it.unitName, it.position)
            let cells = it.cells
            (number, level1, level2, level3) = (cells[.number], cells[.level1], cells[.level2], cells[.level3])
            (contentElements, legalBasis) = (cells[.contentElements], cells[.legalBasis])
            (timeLimit, publisher, carriers) = (cells[.timeLimit], cells[.publisher], cells[.carriers])
            (audience, disclosureMode, tier) = (cells[.audience], cells[.disclosureMode], cells[.tier])
            limit = it.limit.map { Limit(amount: $0.amount, unit: $0.unit) }
            // No object: its names would be changed with those of the others.
            extras = cells.extras.sorted { $0.key < $1.key }.map { Extra(column: $0.key, text: $0.value) }
            (confirmedOn, page) = (it.confirmedOn.description, publicURL + it.href)
        }
    }
}

import Foundation
import Postgres

/// A row of a directory (later also a clause of a text): what a comment can be about.
package struct Passage: Row, Equatable {
    /// From 1, in the order of the edition.
    package let position: Int
    /// Survives from edition to edition, so that a comment stays with its row.
    package let lineage: UUID
    /// 序号, as people call the row.
    package let number: String
    package let level1: String
    package let level2: String
    package let level3: String
    package let contentElements: String
    package let legalBasis: String
    package let timeLimit: String
    package let publisher: String
    package let carriers: String
    package let audience: String
    package let disclosureMode: String
    package let tier: String
    package let source: String

    package init(_ row: RowReader) throws {
        position = try row["position"]
        lineage = try row["lineage"]
        number = try row["number"]
        level1 = try row["level1"]
        level2 = try row["level2"]
        level3 = try row["level3"]
        contentElements = try row["content_elements"]
        legalBasis = try row["legal_basis"]
        timeLimit = try row["time_limit"]
        publisher = try row["publisher"]
        carriers = try row["carriers"]
        audience = try row["audience"]
        disclosureMode = try row["disclosure_mode"]
        tier = try row["tier"]
        source = try row["source"]
    }

    package subscript(column: DirectoryColumn) -> String {
        switch column {
        case .number: number
        case .level1: level1
        case .level2: level2
        case .level3: level3
        case .contentElements: contentElements
        case .legalBasis: legalBasis
        case .timeLimit: timeLimit
        case .publisher: publisher
        case .carriers: carriers
        case .audience: audience
        case .disclosureMode: disclosureMode
        case .tier: tier
        case .source: source
        }
    }

    /// The passages of an edition in order.
    package static func of(edition: Int) -> SQL {
        """
        select position, lineage, number, level1, level2, level3, content_elements, legal_basis, time_limit, publisher, carriers,
          audience, disclosure_mode, tier, source
        from passages where edition_id = \(edition) order by position
        """
    }
}

import Foundation
import Postgres
import Text

extension Clearance {
    /// What the paper is and which attribute its drafter proposes, until it is reviewed.
    /// - Parameter version: as it was read. Throws `PostgresError` `clearances_changed_meanwhile` where somebody changed it.
    package static func describe(
        _ id: Int, version: Int, as head: PaperHead, attribute: Attribute, reason: String, in database: Database,
        as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                select describe_clearance(\(id), \(version)::int, \(attribute.rawValue), \(reason), \(head.documentNumber), \(head.writtenOn),
                  \(head.subject), \(head.keywords))
                """)
        }
    }

    /// The secrecy review (保密审查), before anything else, and the attribute as the office finds it right. A refusal ends the clearance.
    /// - Parameter version: as it was read. Throws `PostgresError` `clearances_changed_meanwhile` where it is another by now.
    package static func review(
        _ id: Int, version: Int, passed: Bool, note: String, attribute: Attribute, in database: Database,
        as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                "select review_clearance(\(id), \(passed), \(note), \(attribute.rawValue), \(version)::int)")
        }
    }

    /// The approval (审签) on screen, by a second person, who decides on the attribute. A refusal ends the clearance.
    /// - Parameters:
    ///   - version: as it was read. Throws as `review` does.
    ///   - attribute: nil for the one that was checked.
    package static func approve(
        _ id: Int, version: Int, granted: Bool, note: String, attribute: Attribute? = nil, in database: Database,
        as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                select approve_clearance(\(id), \(granted), \(note), '', null, null, \(attribute?.rawValue), \(version)::int)
                """)
        }
    }

    /// Records a paper form that was signed: who signed, when, and its scan.
    package static func recordPaper(
        _ id: Int, version: Int, granted: Bool, note: String, paper: Paper, attribute: Attribute? = nil,
        in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                select approve_clearance(\(id), \(granted), \(note), \(paper.signer), \(paper.signedOn), \(paper.scanID),
                  \(attribute?.rawValue), \(version)::int)
                """)
        }
    }

    /// Publishes what was cleared and does what it says: announces, extends, suspends. A draft goes out with its announcement.
    /// - Returns: the id of the published version.
    @discardableResult
    package static func publish(_ id: Int, in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.write(as: actor) { tx in
            try tx.value("select publish_clearance(\(id))", as: Int.self)
        }
    }
}

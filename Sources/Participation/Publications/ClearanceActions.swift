import Foundation
import Postgres
import Text

extension Clearance {
    /// The secrecy review (保密审查), before anything else. A refusal ends the clearance.
    package static func review(
        _ id: Int, passed: Bool, note: String, attribute: Attribute, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute("select review_clearance(\(id), \(passed), \(note), \(attribute.rawValue))")
        }
    }

    /// The approval (审签) on screen, by a second person. A refusal ends the clearance.
    package static func approve(
        _ id: Int, granted: Bool, note: String, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute("select approve_clearance(\(id), \(granted), \(note), '', null, null)")
        }
    }

    /// Records a paper form that was signed: who signed, when, and its scan.
    package static func recordPaper(
        _ id: Int, granted: Bool, note: String, paper: Paper, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                select approve_clearance(\(id), \(granted), \(note), \(paper.signer), \(paper.signedOn), \(paper.scanID))
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

import Participation
import Postgres

extension Clearance {
    /// The version of a paper as a person reads it before they review or sign it.
    package static func version(of id: Int, in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.read(as: actor) { try $0.one(Clearance.with(id: id), as: Clearance.self) }.version
    }
}

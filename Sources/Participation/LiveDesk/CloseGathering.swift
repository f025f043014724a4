import Foundation
import Postgres

extension Gathering {
    /// - Throws: `gatherings_announced`, `gatherings_too_early`, `gatherings_roles_filled`, `gatherings_list_first`,
    ///   `gatherings_materials_late` with the seats concerned as detail, `role_required`.
    package static func begin(_ id: Int, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select begin_gathering(\(id))") }
    }

    /// Gives the transcript its pages and tells who was there.
    /// - Throws: `gatherings_under_way`, `role_required`.
    package static func end(_ id: Int, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select end_gathering(\(id))") }
    }

    /// The scan of the transcript signed on paper.
    /// - Throws: `gatherings_held`, `role_required`.
    package static func attachTranscript(
        _ scan: UUID, to id: Int, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select attach_transcript_scan(\(id), \(scan))") }
    }

    /// Makes what was said part of the opinions of its procedure: one for each turn and speaker, more where it is long.
    /// - Returns: how many.
    /// - Throws: `gatherings_held`, `gatherings_unconfirmed` with the seats concerned as detail, `gatherings_procedure_over`, `role_required`.
    package static func close(_ id: Int, in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.write(as: actor) { try $0.value("select close_gathering(\(id))", as: Int.self) }
    }
}

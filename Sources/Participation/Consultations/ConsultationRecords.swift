import Postgres

/// The public records of consultations, read and decoded once for each change: a draft of thousands of rows is not taken
/// apart anew for every page and every comment.
package struct ConsultationRecords: Sendable {
    /// 32 MB, in which a record weighs what its texts take.
    private static let limit = 32 * 1024 * 1024

    private let database: Database
    private let memory: PublicMemory<String, ConsultationRecord>

    /// - Parameter database: the public pool; the one that `freshness` asks.
    package init(_ database: Database, freshness: Freshness) {
        self.database = database
        memory = PublicMemory(freshness, limit: Self.limit) { $0.weight }
    }

    /// The record as it is now. The state in it is that of its clock, at most a second old; what may be sent the door
    /// decides by itself.
    /// - Returns: nil when there is no such consultation, or it is not announced yet.
    package func record(_ number: String) async throws -> ConsultationRecord? {
        do {
            return try await memory.value(number, about: .consultation(number)) { [database] in
                guard let found = try await ConsultationRecord.load(number, in: database) else { throw NotThere() }
                return found
            }
        } catch is NotThere {
            return nil
        }
    }

    /// Thrown, and so not kept: wrong numbers are without end.
    private struct NotThere: Error {}
}

extension ConsultationRecord {
    /// Bytes, roughly: the texts as published, and once more decoded.
    fileprivate var weight: Int {
        1024 + versions.reduce(0) { $0 + 512 + 3 * ($1.content?.utf8.count ?? 0) }
    }
}

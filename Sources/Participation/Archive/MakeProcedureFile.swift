import Crypto
import Documents
import Foundation
import Postgres

/// Makes the file of a job, in the name of who has asked for it: it holds what they may see. What is in memory is one row, or one piece.
package struct MakeProcedureFile: Sendable {
    private let desk: Database
    private let words: FileWords

    /// - Parameters:
    ///   - desk: as the role of the desk, whose policies decide.
    ///   - words: in which an archive in China is written.
    package init(desk: Database, words: FileWords) { (self.desk, self.words) = (desk, words) }

    private struct Wanted: Row {
        let id: Int
        let staffID: Int

        init(_ row: RowReader) throws {
            id = try row["id"]
            staffID = try row["asked_by"]
        }
    }

    /// Makes all that wait, one after the other: for tests.
    package func workOff(in database: Database) async throws {
        while let job = try await Job.take(.makeProcedureFile, in: database) { try await self(job, in: database) }
    }

    func callAsFunction(_ job: Job, in database: Database) async throws {
        let wanted = try await database.read { tx in
            try tx.first(
                """
                select f.id, f.asked_by from jobs j join procedure_files f on f.id = (j.payload ->> 'file')::bigint and f.state = 'waiting'
                where j.id = \(job.id)
                """, as: Wanted.self)
        }
        guard let wanted else { return _ = try await database.write { try job.end($0) } }
        let pulse = job.keepHolding(in: database)
        defer { pulse.cancel() }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Their account is closed, or they may no longer see it: nobody is there to take it.
        guard let actor = try await StaffSession.actor(ofStaff: wanted.staffID, in: desk) else {
            return try await job.fail("not_allowed", isFinal: true, in: database)
        }
        let (id, words) = (wanted.id, words)
        let written: ProcedureFolder.Written?
        do {
            written = try await desk.read(
                as: actor.databaseActor, isolation: .repeatableRead, deadline: .seconds(1800)
            ) { tx in
                guard let file = try tx.first(ProcedureFile.with(id: id), as: ProcedureFile.self) else { return nil }
                return try ProcedureFolder(file, in: folder, words: words).write(tx)
            }
        } catch let error as PostgresError where error.constraint == "procedure_files_complete" {
            return try await job.fail("not_complete", isFinal: true, in: database)
        }
        guard let written else { return try await job.fail("not_allowed", isFinal: true, in: database) }
        try await store(try await Self.threads.run { try written.pack() }, job, in: database)
    }

    /// Packing computes long.
    private static let threads = OwnThreads("procedure-files", threads: 1, longestQueue: 4)

    /// Nothing more is put down once somebody else makes the file, or nobody wants it any longer.
    private func store(_ made: ProcedureFolder.Packed, _ job: Job, in database: Database) async throws {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: made.path))
        defer { try? handle.close() }
        var (ordinal, size, hash) = (0, 0, SHA256())
        while let piece = try handle.read(upToCount: Attachment.chunkBytes), !piece.isEmpty {
            hash.update(data: piece)
            let (bytes, place) = (Array(piece), ordinal)
            let isKept = try await database.write { tx in
                try tx.value(
                    "select keep_file_piece(\(job.id), \(job.attempt)::int, \(place)::int, \(bytes))", as: Bool.self)
            }
            guard isKept else { return try await leave(job, in: database) }
            ordinal += 1
            size += piece.count
        }
        let (total, whole, content) = (size, Array(hash.finalize()), made.contentSHA256)
        let isMade = try await database.write { tx in
            guard
                try tx.value(
                    "select procedure_file_was_made(\(job.id), \(job.attempt)::int, \(total), \(whole), \(content))",
                    as: Bool.self)
            else { return false }
            return try job.end(tx)
        }
        if !isMade { try await leave(job, in: database) }
    }

    /// Somebody else has it by now: then this does nothing. The file lapsed: the next attempt finds that nobody wants it and ends.
    private func leave(_ job: Job, in database: Database) async throws {
        try await job.fail("changed", isFinal: false, in: database)
    }
}

/// The words in which files for the archive are written: those of the locale of the country, by their keys.
package struct FileWords: Sendable {
    private let all: [String: String]

    package init(_ all: [String: String]) { self.all = all }

    package subscript(key: String) -> String { all[key] ?? key }

    func has(_ key: String) -> Bool { all[key] != nil }
}

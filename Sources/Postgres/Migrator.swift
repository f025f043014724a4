import Foundation
import Logging

/// Brings a schema to the state of the numbered files `NNNN_name.sql` in a directory. Each file is one transaction, runs
/// once, in the order of the numbers, and must not change afterwards.
package struct Migrator: Sendable {
    /// A file on disk.
    package struct Migration: Sendable {
        package let number: Int
        /// The file's name without `.sql`.
        package let name: String
        let text: String
    }

    /// Why the files and the database do not fit together.
    package enum Mismatch: Error, Equatable, CustomStringConvertible {
        case changed(String)
        case missing(String)
        case outOfOrder(String, appliedAfter: String)
        case sameNumber(String, String)
        case unreadable(String)
        case endedItsTransaction(String)

        package var description: String {
            switch self {
            case .changed(let name): "\(name).sql was changed after it had been applied; write a new migration instead"
            case .missing(let name): "\(name).sql was applied to this database but is not in the directory"
            case .outOfOrder(let name, let later): "\(name).sql is new, but \(later).sql has already been applied"
            case .sameNumber(let one, let other): "\(one).sql and \(other).sql have the same number"
            case .unreadable(let path): "\(path) cannot be read as UTF-8 text"
            case .endedItsTransaction(let name): "\(name).sql must not contain begin or commit"
            }
        }
    }

    private let directory: String
    private let database: Database
    private let logger: Logger
    /// "minyi" in ASCII: any number will do, if all of us take the same.
    private static let lock = 0x6d69_6e79_69

    /// `migrate` needs a database opened as the owner of the schema, with generous timeouts; `pending` does not.
    package init(directory: String, database: Database, logger: Logger) {
        self.directory = directory
        self.database = database
        self.logger = logger
    }

    /// Names of the migrations still to be applied; throws `Mismatch` if the landed ones are not those on disk.
    package func pending() async throws -> [String] {
        let migrations = try read()
        return try await database.read(deadline: .seconds(60)) { tx in
            try Migrator.pending(of: migrations, tx).map(\.name)
        }
    }

    /// Applies what is pending; returns the names. Several processes may do this at the same time.
    package func migrate() async throws -> [String] {
        let migrations = try read()
        let names = try await prepare(migrations).map(\.name)
        var applied: [String] = []
        for migration in migrations where names.contains(migration.name) {
            let start = ContinuousClock.now
            let done = try await database.write(deadline: .seconds(6 * 3600)) { tx in
                try Migrator.apply(migration, of: migrations, tx)
            }
            guard done else { continue }
            applied.append(migration.name)
            logger.info(
                "migrated", metadata: ["migration": "\(migration.name)", "took": "\(ContinuousClock.now - start)"])
        }
        return applied
    }

    /// Makes the schema and the table of what was applied.
    private func prepare(_ migrations: [Migration]) async throws -> [Migration] {
        try await database.write(deadline: .seconds(600)) { tx in
            try tx.execute("select pg_advisory_xact_lock(\(Migrator.lock))")
            if try tx.value("select to_regclass('minyi.migrations') is null", as: Bool.self) {
                if try tx.value("select to_regnamespace('minyi') is null", as: Bool.self) {
                    try tx.execute("create schema minyi")
                }
                try tx.execute(
                    """
                    create table minyi.migrations (
                      number int primary key,
                      name text not null,
                      checksum text not null,
                      applied_at timestamptz not null default now()
                    )
                    """)
                // Whoever may use the schema may know which version it is.
                try tx.execute("grant select on minyi.migrations to public")
            }
            return try Migrator.pending(of: migrations, tx)
        }
    }

    /// False if another process was faster.
    private static func apply(
        _ migration: Migration, of all: [Migration], _ tx: borrowing Session
    ) throws -> Bool {
        try tx.execute("select pg_advisory_xact_lock(\(lock))")
        guard try pending(of: all, tx).contains(where: { $0.number == migration.number }) else { return false }
        let transaction = try tx.value("select pg_current_xact_id()::text", as: String.self)
        try tx.executeTrusted(migration.text)
        guard try tx.value("select pg_current_xact_id()::text", as: String.self) == transaction else {
            throw Mismatch.endedItsTransaction(migration.name)
        }
        try tx.execute(
            """
            insert into minyi.migrations (number, name, checksum) values (\(migration.number), \(migration.name),
              encode(sha256(convert_to(\(migration.text), 'UTF8')), 'hex'))
            """)
        return true
    }

    private struct Landed: Row {
        let number: Int
        let name: String
        let checksum: String
        init(_ row: RowReader) throws {
            number = try row["number"]
            name = try row["name"]
            checksum = try row["checksum"]
        }
    }

    /// The server computes the checksums of both sides, so that this target needs no cryptography.
    private static func pending(of migrations: [Migration], _ tx: borrowing Session) throws -> [Migration] {
        if try tx.value("select to_regclass('minyi.migrations') is null", as: Bool.self) { return migrations }
        let checksums = try tx.values(
            """
            select encode(sha256(convert_to(text, 'UTF8')), 'hex')
            from unnest(\(migrations.map(\.text))::text[]) with ordinality files (text, place) order by place
            """, as: String.self)
        let onDisk = Dictionary(zip(migrations.map(\.number), checksums), uniquingKeysWith: { first, _ in first })
        let landed = try tx.all("select number, name, checksum from minyi.migrations order by number", as: Landed.self)
        for row in landed {
            guard let checksum = onDisk[row.number] else { throw Mismatch.missing(row.name) }
            guard checksum == row.checksum else { throw Mismatch.changed(row.name) }
        }
        let numbers = Set(landed.map(\.number))
        let pending = migrations.filter { !numbers.contains($0.number) }
        if let last = landed.last, let late = pending.first(where: { $0.number < last.number }) {
            throw Mismatch.outOfOrder(late.name, appliedAfter: last.name)
        }
        return pending
    }

    private func read() throws -> [Migration] {
        var migrations: [Migration] = []
        for file in try FileManager.default.contentsOfDirectory(atPath: directory).sorted() {
            guard let match = file.wholeMatch(of: /([0-9]{4})_[a-z0-9_]+\.sql/), let number = Int(match.1) else {
                continue
            }
            let path = directory + "/" + file
            guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
            else { throw Mismatch.unreadable(path) }
            let name = String(file.dropLast(4))
            if let last = migrations.last, last.number == number { throw Mismatch.sameNumber(last.name, name) }
            migrations.append(Migration(number: number, name: name, text: text))
        }
        return migrations
    }
}

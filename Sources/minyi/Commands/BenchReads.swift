import ArgumentParser
import Logging
import Postgres

/// Measures our client of PostgreSQL; `ops/bench/postgres` sets pgbench beside it.
struct BenchReads: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reads", abstract: "Read single rows of pgbench_accounts by key, and print how many a second.")

    @Option(help: "Address of a database that `pgbench -i` has filled.")
    var database: String

    @Option(help: "Tasks that read at the same time.")
    var tasks = 32

    @Option(help: "Connections they share.")
    var connections = 8

    @Option(help: "Rows in pgbench_accounts.")
    var rows = 100_000

    @Option(help: "How long.")
    var seconds = 5

    @Flag(help: "Send four reads in one pipeline instead of one.")
    var pipeline = false

    func run() async throws {
        let database = Database(
            DatabaseConfiguration(conninfo: database, connections: connections, applicationName: "minyi bench"),
            logger: Logger(label: "minyi bench"))
        let read: Read = pipeline ? Self.readFour : Self.readOne
        _ = try await read(database, (1, 1, 1, 1))  // connects before the clock runs
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for seed in 1...max(1, tasks) {
                group.addTask { [rows] in
                    var (keys, count) = (Keys(seed: seed, rows: rows), 0)
                    while ContinuousClock.now < end { count += try await read(database, keys.next()) }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        let took = ContinuousClock.now - start
        await database.shutdown()
        Console.say("\(Int(Double(count) / (took / .seconds(1))))")
    }

    private typealias Read = @Sendable (Database, Keys.Four) async throws -> Int

    private struct Account: Row {
        let balance: Int
        init(_ row: RowReader) throws { balance = try row["abalance"] }
    }

    /// Four keys, of which one read takes the first. Chance costs system calls where it need not be fair; this does not.
    private struct Keys {
        typealias Four = (Int, Int, Int, Int)

        private var state: UInt64
        private let rows: Int

        init(seed: Int, rows: Int) {
            state = UInt64(truncatingIfNeeded: seed &* 7_919)
            self.rows = max(1, rows)
        }

        private mutating func key() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % rows + 1
        }

        mutating func next() -> Four { (key(), key(), key(), key()) }
    }

    @Sendable
    private static func readOne(_ database: Database, _ keys: Keys.Four) async throws -> Int {
        _ = try await database.first(query(keys.0), as: Account.self)
        return 1
    }

    @Sendable
    private static func readFour(_ database: Database, _ keys: Keys.Four) async throws -> Int {
        _ = try await database.all(
            [query(keys.0), query(keys.1), query(keys.2), query(keys.3)], as: Account.self)
        return 4
    }

    private static func query(_ key: Int) -> SQL {
        "select abalance from pgbench_accounts where aid = \(key)"
    }
}

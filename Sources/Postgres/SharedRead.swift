/// Statements of one task that only read, for nobody in particular. Under load those of several tasks share a round trip:
/// most of what a single row by its key costs are the switches between threads and processes that it waits for.
struct SharedRead: Sendable {
    let statements: [SQL]
    /// Decodes the results on the connection's thread.
    let answer: @Sendable (Result<[ResultSet], any Error>) -> Job.Answer
}

extension Database {
    /// The first row of a statement that reads, as nobody in particular; nil if there is none.
    ///
    /// Each such statement is a transaction by itself, and what fails in one is nobody else's, whether or not they share a
    /// round trip. One that is under way is not cancelled when its task gives up; the statement timeout ends it. Throws what
    /// `read` throws.
    package func first<R: Row>(
        _ sql: SQL, as type: R.Type = R.self, deadline: Duration? = nil
    ) async throws -> R? {
        try await share([sql], deadline: deadline) { results in try results.first?.firstRow(as: R.self) }
    }

    /// Every row; otherwise like `first`.
    package func all<R: Row>(_ sql: SQL, as type: R.Type = R.self, deadline: Duration? = nil) async throws -> [R] {
        try await all([sql], as: R.self, deadline: deadline).first ?? []
    }

    /// Every row of several statements of one kind, in their order; otherwise like `first`.
    package func all<R: Row>(
        _ queries: [SQL], as type: R.Type = R.self, deadline: Duration? = nil
    ) async throws -> [[R]] {
        try await share(queries, deadline: deadline) { results in try results.map { try $0.rows(as: R.self) } }
    }

    private func share<T: Sendable>(
        _ statements: [SQL], deadline: Duration?, _ decode: @escaping @Sendable ([ResultSet]) throws -> T
    ) async throws -> T {
        try await perform(Transaction(kind: .read), deadline: deadline) { _, continuation in
            .shared(
                SharedRead(statements: statements) { results in
                    let result = Result { try decode(try results.get()) }
                    return { continuation.resume(with: result) }
                })
        }
    }
}

extension Connection {
    /// Runs one job alone, or several in one round trip.
    func run(_ jobs: [Job]) -> [Job.Answer] {
        var reads: [(read: SharedRead, ticket: Ticket)] = []
        for job in jobs {
            switch job.work {
            case .alone(let run): return [run(self)]
            case .shared(let read): reads.append((read, job.ticket))
            }
        }
        return run(reads)
    }

    private func run(_ reads: [(read: SharedRead, ticket: Ticket)]) -> [Job.Answer] {
        waitLimit = reads.map { $0.ticket.deadline }.max().map { $0 + .seconds(5) }
        defer { waitLimit = nil }
        let results = runApart(reads.map { $0.read.statements })
        return zip(reads, results).map { entry, result in
            entry.read.answer(entry.ticket.interruption.map { .failure($0.error) } ?? result)
        }
    }
}

import CLibpq

/// A statement that knows what its rows are, so that several can be sent at once.
package struct Query<R: Row>: Sendable, ExpressibleByStringInterpolation {
    let sql: SQL

    package init(_ sql: SQL, as type: R.Type = R.self) { self.sql = sql }
    package init(stringLiteral text: String) { sql = SQL(stringLiteral: text) }
    package init(stringInterpolation interpolation: SQL.StringInterpolation) {
        sql = SQL(stringInterpolation: interpolation)
    }
}

extension Session {
    /// Runs the queries in one round trip, in order; the first failure ends them all.
    package borrowing func all<First: Row, Second: Row, each R: Row>(
        _ first: Query<First>, _ second: Query<Second>, _ rest: repeat Query<each R>
    ) throws -> ([First], [Second], repeat [each R]) {
        var statements = [first.sql, second.sql]
        for query in repeat each rest { statements.append(query.sql) }
        let results = try connection.run(statements)
        var next = 0
        func rows<T: Row>(_: Query<T>) throws -> [T] {
            guard next < results.count else { throw NoRow() }
            defer { next += 1 }
            return try results[next].rows(as: T.self)
        }
        return (try rows(first), try rows(second), repeat try rows(each rest))
    }
}

extension Connection {
    func run(_ statements: [SQL]) throws -> [ResultSet] { try run(statements.map(Command.statement)) }

    /// Sends the commands, with what must go ahead of them, as one pipeline, and returns the results of the commands.
    ///
    /// A statement that has gone stale on the server is prepared anew and sent once more, unless the transaction had
    /// begun earlier: then it has failed, and only the caller knows how to start over.
    func run(_ commands: [Command]) throws -> [ResultSet] {
        let wasIdle = isIdle
        let opening = self.opening.isEmpty && wasIdle ? preamble : self.opening
        try validate(opening + commands)
        self.opening = []
        do {
            return try attempt(opening, commands)
        } catch let error as PostgresError where error.isStaleStatement {
            statements.forgetAll()
            chores = [.control("deallocate all")]
            guard wasIdle else { throw error }
            if !isIdle { _ = try attempt([], [.control("rollback")]) }
            return try attempt(opening, commands)
        }
    }

    private func validate(_ commands: [Command]) throws(UnsendableValue) {
        for case .statement(let sql) in commands {
            for (index, value) in sql.values.enumerated() {
                if let flaw = value.flaw { throw UnsendableValue(parameter: index + 1, flaw: flaw) }
            }
            // The protocol counts parameters in 16 bits.
            guard sql.values.count <= 65_535 else { throw UnsendableValue(parameter: 65_536, flaw: .tooLarge) }
        }
    }

    private enum Expectation {
        case ignored
        case preparation(StatementCache.Key, name: String)
        case rows
    }

    /// Sends groups of statements in one round trip, each a transaction by itself: what fails in one leaves the others as
    /// they are. Outside of a transaction, and for nobody in particular.
    func runApart(_ groups: [[SQL]]) -> [Result<[ResultSet], any Error>] {
        let groups = groups.map { $0.map(Command.statement) }
        let flaws = groups.map { group in Result { try validate(group) } }
        do {
            let sent = zip(groups, flaws).map { group, flaw in
                if case .success = flaw { Group(commands: group) } else { Group(commands: []) }
            }
            let results = zip(flaws, try roundTrip(sent)).map { flaw, result in flaw.flatMap { result } }
            // A statement that had gone stale: once more, by itself.
            return zip(groups, results).map { group, result in
                guard case .failure(let error as PostgresError) = result, error.isStaleStatement, !isBroken else {
                    return result
                }
                return Result { try run(group) }
            }
        } catch {
            // Nothing was written: what the broken connection still owed is lost to all of them alike.
            return groups.map { _ in .failure(error) }
        }
    }

    /// Commands that succeed or fail together, and what goes ahead of them, whose results nobody wants.
    private struct Group {
        var opening: [Command] = []
        let commands: [Command]
    }

    private func attempt(_ opening: [Command], _ commands: [Command]) throws -> [ResultSet] {
        guard let result = try roundTrip([Group(opening: opening, commands: commands)]).first else { throw lost() }
        return try result.get()
    }

    /// Sends the groups as one pipeline with a synchronisation behind each.
    /// - Throws: `ConnectionLost`, or what a chore throws; what the server refuses of the groups is in the results.
    private func roundTrip(_ groups: [Group]) throws -> [Result<[ResultSet], any Error>] {
        try doChores()
        guard !isBroken, PQenterPipelineMode(handle) == 1 else { throw lost() }
        var preparing: [StatementCache.Key: String] = [:]
        let expected = try groups.map { group in
            var expected: [Expectation] = []
            for command in group.opening { try send(command, expecting: &expected, preparing: &preparing) }
            for index in expected.indices { if case .rows = expected[index] { expected[index] = .ignored } }
            for command in group.commands { try send(command, expecting: &expected, preparing: &preparing) }
            guard PQpipelineSync(handle) == 1 else { throw lost() }
            return expected
        }
        try flush()
        let results = try expected.map(collect)
        guard PQexitPipelineMode(handle) == 1 else { throw lost() }
        return results
    }

    /// Sends the chores in a pipeline of their own: ahead of a begin they would be a query before it.
    private func doChores() throws {
        // In a failed transaction even a deallocate is refused.
        guard !chores.isEmpty, PQtransactionStatus(handle) != PQTRANS_INERROR else { return }
        let commands = chores
        chores = []
        _ = try attempt([], commands)
    }

    private func send(
        _ command: Command, expecting expected: inout [Expectation],
        preparing: inout [StatementCache.Key: String]
    ) throws(ConnectionLost) {
        switch command {
        case .control(let text):
            guard PQsendQueryParams(handle, text, 0, nil, nil, nil, nil, 1) == 1 else { throw lost() }
        case .statement(let sql):
            let key = StatementCache.Key(sql)
            let name: String
            if let known = statements.name(of: key) ?? preparing[key] {
                name = known
            } else {
                name = statements.newName()
                guard PQsendPrepare(handle, name, sql.text, Int32(key.types.count), key.types) == 1 else {
                    throw lost()
                }
                preparing[key] = name
                expected.append(.preparation(key, name: name))
            }
            try sendExecution(of: name, values: sql.values)
        }
        expected.append(.rows)
    }

    private func sendExecution(of name: String, values: [Value]) throws(ConnectionLost) {
        // One buffer for all values; a pointer of null is SQL null, and an empty value needs a pointer that is not.
        var flat: [UInt8] = []
        flat.reserveCapacity(values.reduce(1) { $0 + ($1.bytes?.count ?? 0) })
        for value in values { if let bytes = value.bytes { flat += bytes } }
        flat.append(0)
        let sent = flat.withUnsafeBytes { buffer -> Int32 in
            var offset = 0
            let pointers = values.map { value -> UnsafePointer<CChar>? in
                guard let bytes = value.bytes, let base = buffer.baseAddress else { return nil }
                defer { offset += bytes.count }
                return base.advanced(by: offset).assumingMemoryBound(to: CChar.self)
            }
            let lengths = values.map { Int32(clamping: $0.bytes?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: values.count)
            return PQsendQueryPrepared(handle, name, Int32(values.count), pointers, lengths, formats, 1)
        }
        guard sent == 1 else { throw lost() }
    }

    /// Reads exactly what was sent for: each command's result and the end of it, then the synchronisation behind them.
    /// - Throws: `ConnectionLost` only; what the server refused is in the result.
    private func collect(_ expected: [Expectation]) throws -> Result<[ResultSet], any Error> {
        var results: [ResultSet] = []
        var failure: (any Error)?
        for expectation in expected {
            guard let result = try nextResult() else { throw lost() }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                switch expectation {
                case .rows: results.append(ResultSet(result))
                case .ignored: PQclear(result)
                case .preparation(let key, let name):
                    PQclear(result)
                    chores += statements.remember(key, as: name).map { .control("deallocate \($0)") }
                }
            case PGRES_PIPELINE_ABORTED:
                PQclear(result)
            case PGRES_FATAL_ERROR:
                let error = error(result)
                if isBroken { throw error }
                failure = failure ?? error
            case let status:
                PQclear(result)
                throw lost(
                    "a result in a pipeline that cannot be there: \(status.rawValue); copy has functions of its own")
            }
            guard try nextResult() == nil else { throw lost("more results than statements") }
        }
        guard let end = try nextResult() else { throw lost() }
        let status = PQresultStatus(end)
        PQclear(end)
        guard status == PGRES_PIPELINE_SYNC else { throw lost() }
        return failure.map { .failure($0) } ?? .success(results)
    }
}

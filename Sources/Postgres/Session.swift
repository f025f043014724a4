import CLibpq

/// One connection inside a transaction, lent to a closure. It cannot be copied, kept or sent anywhere else.
package struct Session: ~Copyable {
    let connection: Connection

    /// Every row.
    package borrowing func all<R: Row>(_ sql: SQL, as type: R.Type = R.self) throws -> [R] {
        try run(sql).rows(as: R.self)
    }

    /// The first row, or nil if there is none.
    package borrowing func first<R: Row>(_ sql: SQL, as type: R.Type = R.self) throws -> R? {
        try run(sql).firstRow(as: R.self)
    }

    /// The first row; throws `NoRow` if there is none.
    package borrowing func one<R: Row>(_ sql: SQL, as type: R.Type = R.self) throws -> R {
        guard let row = try first(sql, as: R.self) else { throw NoRow() }
        return row
    }

    /// The first column of the first row, never null; throws `NoRow` if there is no row.
    package borrowing func value<T: PostgresValue>(_ sql: SQL, as type: T.Type = T.self) throws -> T {
        guard let value = try value(sql, as: T?.self) else { throw DecodingFailure(wanted: T.self, found: "null") }
        return value
    }

    /// The first column of the first row, or nil if it is null; throws `NoRow` if there is no row.
    package borrowing func value<T: PostgresValue>(_ sql: SQL, as type: T?.Type = T?.self) throws -> T? {
        let result = try run(sql)
        guard result.count > 0 else { throw NoRow() }
        return try result.value(T.self, row: 0, column: 0)
    }

    /// The first column of the first row, or nil if it is null or there is no row.
    package borrowing func firstValue<T: PostgresValue>(_ sql: SQL, as type: T.Type = T.self) throws -> T? {
        let result = try run(sql)
        return result.count == 0 ? nil : try result.value(T.self, row: 0, column: 0)
    }

    /// The first column of every row, never null.
    package borrowing func values<T: PostgresValue>(_ sql: SQL, as type: T.Type = T.self) throws -> [T] {
        try run(sql).firstColumn(as: T.self).map { value in
            guard let value else { throw DecodingFailure(wanted: T.self, found: "null") }
            return value
        }
    }

    /// Runs a statement; returns the number of rows it has touched.
    @discardableResult
    package borrowing func execute(_ sql: SQL) throws -> Int { try run(sql).affected }

    /// Hands every row to the closure in batches, in constant memory, through a cursor. For exports.
    package borrowing func each<R: Row>(
        _ sql: SQL, as type: R.Type = R.self, batch: Int = 500, _ body: (R) throws -> Void
    ) throws {
        connection.beginReading()
        _ = try run("declare minyi_each no scroll cursor for \(sql)")
        let fetch: SQL = "fetch forward \(literal: max(1, batch)) from minyi_each"
        while true {
            let result = try run(fetch)
            for index in 0..<result.count { try body(try R(RowReader(result: result, index: index))) }
            if result.count < Int32(clamping: max(1, batch)) { break }
        }
        _ = try run("close minyi_each")
    }

    /// Runs text that is known only at run time, possibly several statements: a migration's file, the creation of a role
    /// or a database. DDL from our own hands only; nothing a person sent may ever be part of it.
    package borrowing func executeTrusted(_ text: String) throws { try connection.executeText(text) }

    /// What PostgreSQL stores instead of a password (SCRAM-SHA-256), so that the password itself appears in no statement
    /// and no log.
    package borrowing func passwordVerifier(_ password: String, role: String) throws -> String {
        guard let verifier = PQencryptPasswordConn(connection.handle, password, role, "scram-sha-256") else {
            throw PostgresError(state: "28P01", message: Connection.lastMessage(of: connection.handle))
        }
        defer { PQfreemem(verifier) }
        return String(cString: verifier)
    }

    private borrowing func run(_ sql: SQL) throws -> ResultSet {
        guard let result = try connection.run([sql]).first else { throw NoRow() }
        return result
    }
}

extension SQL.StringInterpolation {
    /// A number of our own as part of the text, where PostgreSQL takes no parameter.
    mutating func appendInterpolation(literal number: Int) { appendLiteral(String(number)) }
}

extension Connection {
    /// Sends what is waiting to be sent ahead of the next statement.
    func sendOpening() throws { if !opening.isEmpty { _ = try run([Command]()) } }

    /// Runs text in the simple protocol, several statements if need be.
    func executeText(_ text: String) throws {
        try sendOpening()
        guard !text.utf8.contains(0) else { throw UnsendableValue(parameter: 0, flaw: .nulCharacter) }
        guard !isBroken, PQsendQuery(handle, text) == 1 else { throw lost() }
        try flush()
        try drain()
    }

    /// Reads what is left of the results in the simple protocol, the given one first; returns the number of rows touched
    /// and throws the first error.
    @discardableResult
    func drain(_ first: OpaquePointer? = nil) throws -> Int {
        var (rows, failure) = (0, (any Error)?.none)
        var next = try first ?? nextResult()
        while let result = next {
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: rows += ResultSet(result).affected
            case PGRES_FATAL_ERROR:
                let error = error(result)
                if isBroken { throw error }
                failure = failure ?? error
            default:
                PQclear(result)
                throw lost("a copy where none can be")
            }
            next = try nextResult()
        }
        if let failure { throw failure }
        return rows
    }
}

import CLibpq

/// A type that is made from one row, naming its columns: `title = try row["title"]`.
package protocol Row: Sendable {
    init(_ row: RowReader) throws
}

/// One row of a result. It keeps the result alive and stays on the connection's thread.
package struct RowReader {
    let result: ResultSet
    let index: Int32

    /// The value of a column that is never null.
    package subscript<T: PostgresValue>(_ name: String, as type: T.Type = T.self) -> T {
        get throws {
            let column = try result.column(name)
            guard let value = try result.value(T.self, row: index, column: column) else {
                var failure = DecodingFailure(wanted: T.self, found: "null")
                failure.column = name
                throw failure
            }
            return value
        }
    }

    /// The value of a column that may be null.
    package subscript<T: PostgresValue>(_ name: String, as type: T?.Type = T?.self) -> T? {
        get throws { try result.value(T.self, row: index, column: try result.column(name)) }
    }
}

/// The rows of one statement; freed when the last reader of them is gone.
final class ResultSet {
    private let handle: OpaquePointer
    let count: Int32
    let columnCount: Int32
    /// Made once a result, at the first look-up by name. A name that occurs twice maps to -1.
    private lazy var columns: [String: Int32] = Dictionary(
        (0..<columnCount).map { (PQfname(handle, $0).map { String(cString: $0) } ?? "", $0) },
        uniquingKeysWith: { _, _ in -1 })

    /// Takes the result over and frees it.
    init(_ handle: OpaquePointer) {
        self.handle = handle
        count = PQntuples(handle)
        columnCount = PQnfields(handle)
    }

    deinit { PQclear(handle) }

    /// Rows a command touched or returned.
    var affected: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// The command's tag, such as `COMMIT`.
    var tag: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }

    func column(_ name: String) throws(DecodingFailure) -> Int32 {
        guard let column = columns[name], column >= 0 else {
            var failure = DecodingFailure(
                wanted: RowReader.self, found: columns[name] == nil ? "no such column" : "the name twice")
            failure.column = name
            throw failure
        }
        return column
    }

    /// nil is SQL null.
    func value<T: PostgresValue>(_ type: T.Type, row: Int32, column: Int32) throws(DecodingFailure) -> T? {
        guard row < count, column < columnCount else { throw DecodingFailure(wanted: T.self, found: "no such column") }
        if PQgetisnull(handle, row, column) == 1 { return nil }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(handle, row, column), count: Int(PQgetlength(handle, row, column)))
        do {
            return try T(decoding: bytes, oid: PQftype(handle, column))
        } catch {
            var failure = error
            failure.column = PQfname(handle, column).map { String(cString: $0) }
            throw failure
        }
    }

    /// nil when there is no row.
    func firstRow<R: Row>(as type: R.Type) throws -> R? {
        count == 0 ? nil : try R(RowReader(result: self, index: 0))
    }

    func rows<R: Row>(as type: R.Type) throws -> [R] {
        var rows: [R] = []
        rows.reserveCapacity(Int(count))
        for index in 0..<count { rows.append(try R(RowReader(result: self, index: index))) }
        return rows
    }

    /// The first column of every row.
    func firstColumn<T: PostgresValue>(as type: T.Type) throws -> [T?] {
        try (0..<count).map { try value(T.self, row: $0, column: 0) }
    }
}

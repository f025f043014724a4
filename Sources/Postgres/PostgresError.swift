import CLibpq

/// What the server said when it refused a statement.
///
/// `description` leaves out `detail` and `context`: they quote values, and values are people's words and numbers.
package struct PostgresError: Error, CustomStringConvertible {
    /// SQLSTATE, five characters.
    package let state: String
    package let message: String
    package let detail: String?
    package let hint: String?
    package let constraint: String?
    package let table: String?
    package let column: String?
    package let context: String?
    /// FATAL or PANIC: the server has closed the connection.
    let isFatal: Bool
    /// The function of the server that raised it; unlike the message it is not translated.
    let routine: String?

    package var description: String {
        "PostgreSQL \(state): \(message)\(constraint.map { " [\($0)]" } ?? "")"
    }

    /// Another row has the same key; with a name, only if it is this constraint or unique index.
    package func isUniqueViolation(constraint name: String? = nil) -> Bool { matches("23505", name) }

    /// A named check, or a rule of ours raised with `constraint = '…'`, said no.
    package func isCheckViolation(constraint name: String? = nil) -> Bool { matches("23514", name) }

    /// Row-level security or a missing grant.
    package var isPermissionDenied: Bool { state == "42501" }

    /// Two transactions got in each other's way; the same transaction may succeed when run again.
    package var isSerializationConflict: Bool { state == "40001" || state == "40P01" }

    /// A prepared statement the server no longer has, or whose table has changed under it.
    var isStaleStatement: Bool { state == "26000" || state == "0A000" && routine == "RevalidateCachedQuery" }

    /// A write was refused because the server is a standby: it cannot even begin one.
    var meansStandby: Bool { state == "25006" || state == "0A000" && routine == "call_bool_check_hook" }

    private func matches(_ state: String, _ name: String?) -> Bool {
        self.state == state && (name == nil || name == constraint)
    }

    init(result: OpaquePointer) {
        // The codes are those of PG_DIAG_…, macros of character literals that Swift does not import.
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        state = field("C") ?? "08000"
        message = field("M") ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
        detail = field("D")
        hint = field("H")
        constraint = field("n")
        table = field("t")
        column = field("c")
        context = field("W")
        routine = field("R")
        isFatal = ["FATAL", "PANIC"].contains(field("V") ?? "")
    }

    init(state: String, message: String) {
        self.state = state
        self.message = message
        (detail, hint, constraint, table, column, context, routine) = (nil, nil, nil, nil, nil, nil, nil)
        isFatal = false
    }
}

/// As many jobs are waiting as may wait. The answer is 503 with Retry-After.
package struct Overloaded: Error {
    package init() {}
}

/// The connection broke, or there is none. Nothing was committed.
package struct ConnectionLost: Error, CustomStringConvertible {
    package let reason: String
    package var description: String { "connection to PostgreSQL lost: \(reason)" }
}

/// The connection broke while committing: the transaction may or may not have been committed.
package struct OutcomeUnknown: Error, CustomStringConvertible {
    package let reason: String
    package var description: String { "connection to PostgreSQL lost while committing: \(reason)" }

    package init(reason: String) { self.reason = reason }
}

/// The job's time was over before it had ended. Nothing was committed.
package struct DeadlinePassed: Error {
    package init() {}
}

/// The database was shut down; it takes no more jobs.
package struct DatabaseClosed: Error {
    package init() {}
}

/// A statement that must return a row returned none.
package struct NoRow: Error {
    package init() {}
}

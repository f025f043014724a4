/// A statement and its bound values.
///
/// A literal becomes SQL text, an interpolated value becomes `$n`, and an interpolated `SQL` is spliced in. There is no
/// way for a `String` known only at run time to become SQL text.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// What stands between the values; always one more than `values`.
    private(set) var literals: [String]
    private(set) var values: [Value]

    package init(stringLiteral text: String) {
        literals = [text]
        values = []
    }

    package init(stringInterpolation interpolation: StringInterpolation) {
        self = interpolation.sql
    }

    /// Statement text as the server takes it. Placeholders are numbered here and not earlier, so that a `$1` inside
    /// a quoted literal is never mistaken for one.
    var text: String {
        guard values.count > 0 else { return literals.first ?? "" }
        var text = ""
        text.reserveCapacity(literals.reduce(values.count * 4) { $0 + $1.utf8.count })
        for (index, literal) in literals.enumerated() {
            if index > 0 { text += "$\(index)" }
            text += literal
        }
        return text
    }

    /// Nothing at all: an optional clause that is not there.
    package static let empty: SQL = ""

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            sql.values.reserveCapacity(interpolationCount)
            sql.literals.reserveCapacity(interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: String) { sql.append(literal) }

        package mutating func appendInterpolation<T: PostgresValue>(_ value: T) { sql.append(Value(value)) }

        /// nil becomes SQL null of the value's type.
        package mutating func appendInterpolation<T: PostgresValue>(_ value: T?) { sql.append(Value(value)) }

        /// Splices another statement with its values.
        package mutating func appendInterpolation(_ fragment: SQL) { sql.append(fragment) }
    }

    mutating func append(_ literal: String) { literals[literals.count - 1] += literal }

    mutating func append(_ value: Value) {
        values.append(value)
        literals.append("")
    }

    mutating func append(_ other: SQL) {
        append(other.literals.first ?? "")
        literals += other.literals.dropFirst()
        values += other.values
    }
}

extension Sequence<SQL> {
    /// The fragments with a separator between them: `where \(conditions.joined(separator: " and "))`.
    package func joined(separator: SQL) -> SQL {
        var joined = SQL.empty
        for (index, fragment) in enumerated() {
            if index > 0 { joined.append(separator) }
            joined.append(fragment)
        }
        return joined
    }
}

/// A type that travels to and from the server in its binary form. The list is closed on purpose; an enum of the domain
/// joins it by `enum Kind: String, PostgresValue`.
package protocol PostgresValue: Sendable {
    /// Object id of the type it is sent as.
    static var oid: UInt32 { get }

    /// Appends the binary form; what cannot be sent is refused here, before a byte has left.
    func encode(into bytes: inout [UInt8]) throws(ValueFlaw)

    /// Reads the binary form of a type with this object id.
    init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure)
}

/// A value that can stand in an array.
package protocol PostgresArrayElement: Sendable {
    static var arrayOID: UInt32 { get }
    static func encode(array: [Self], into bytes: inout [UInt8]) throws(ValueFlaw)
    static func decode(array bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) -> [Self]
}

/// Why a value cannot be sent.
package enum ValueFlaw: String, Error {
    case nulCharacter = "PostgreSQL text cannot hold the character U+0000"
    case outOfRange = "the value is outside of what PostgreSQL can store"
    case tooLarge = "the value is larger than 1 GiB"
}

/// A parameter of a statement was refused before anything was sent.
package struct UnsendableValue: Error, CustomStringConvertible {
    /// Counted from 1, as in `$1`.
    package let parameter: Int
    package let flaw: ValueFlaw

    package var description: String { "parameter $\(parameter): \(flaw.rawValue)" }
}

/// A column that is not there, is null, or is not of the type the code expects.
package struct DecodingFailure: Error, CustomStringConvertible {
    package var column: String?
    package let wanted: String
    package let found: String

    init(wanted: Any.Type, found: String) {
        self.wanted = "\(wanted)"
        self.found = found
    }

    init(wanted: Any.Type, oid: UInt32) {
        self.init(wanted: wanted, found: "a value of the type with object id \(oid)")
    }

    package var description: String {
        "column \(column.map { "\"\($0)\"" } ?? "of the result"): expected \(wanted), found \(found)"
    }
}

/// A bound value on its way: its type and its binary form; `bytes == nil` is SQL null.
struct Value: Sendable {
    let oid: UInt32
    let bytes: [UInt8]?
    /// Interpolation cannot throw, so the flaw waits until the statement is run.
    let flaw: ValueFlaw?

    init<T: PostgresValue>(_ value: T?) {
        oid = T.oid
        guard let value else {
            bytes = nil
            flaw = nil
            return
        }
        var encoded: [UInt8] = []
        do {
            try value.encode(into: &encoded)
            flaw = encoded.count > 0x3fff_ffff ? .tooLarge : nil
        } catch {
            flaw = error
        }
        bytes = encoded
    }
}

extension PostgresValue where Self: RawRepresentable, RawValue: PostgresValue {
    package static var oid: UInt32 { RawValue.oid }

    package func encode(into bytes: inout [UInt8]) throws(ValueFlaw) { try rawValue.encode(into: &bytes) }

    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        guard let value = Self(rawValue: try RawValue(decoding: bytes, oid: oid)) else {
            throw DecodingFailure(wanted: Self.self, found: "another \(RawValue.self)")
        }
        self = value
    }
}

extension PostgresArrayElement where Self: RawRepresentable, RawValue: PostgresArrayElement {
    package static var arrayOID: UInt32 { RawValue.arrayOID }
}

extension FixedWidthInteger {
    /// Appends the integer in network byte order.
    func append(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Reads exactly this integer in network byte order, or nil if the buffer has another size.
    init?(networkOrder bytes: UnsafeRawBufferPointer) {
        guard bytes.count == MemoryLayout<Self>.size else { return nil }
        self = Self(bigEndian: bytes.loadUnaligned(as: Self.self))
    }
}

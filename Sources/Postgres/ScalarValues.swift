import Foundation

extension Bool: PostgresValue, PostgresArrayElement {
    package static var oid: UInt32 { 16 }
    package static var arrayOID: UInt32 { 1000 }

    package func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }

    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        guard oid == 16, bytes.count == 1, let byte = bytes.first else {
            throw DecodingFailure(wanted: Bool.self, oid: oid)
        }
        self = byte != 0
    }
}

extension Int: PostgresValue, PostgresArrayElement {
    package static var oid: UInt32 { 20 }
    package static var arrayOID: UInt32 { 1016 }

    package func encode(into bytes: inout [UInt8]) { Int64(self).append(to: &bytes) }

    /// Takes bigint, integer and smallint; a `count(*)` is a bigint, a `sum` of bigints is not.
    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        let value: Int? =
            switch oid {
            case 20: Int64(networkOrder: bytes).map(Int.init)
            case 23: Int32(networkOrder: bytes).map(Int.init)
            case 21: Int16(networkOrder: bytes).map(Int.init)
            case 26: UInt32(networkOrder: bytes).map(Int.init)
            default: nil
            }
        guard let value else { throw DecodingFailure(wanted: Int.self, oid: oid) }
        self = value
    }
}

extension Double: PostgresValue, PostgresArrayElement {
    package static var oid: UInt32 { 701 }
    package static var arrayOID: UInt32 { 1022 }

    package func encode(into bytes: inout [UInt8]) { bitPattern.append(to: &bytes) }

    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        let value: Double? =
            switch oid {
            case 701: UInt64(networkOrder: bytes).map { Double(bitPattern: $0) }
            case 700: UInt32(networkOrder: bytes).map { Double(Float(bitPattern: $0)) }
            default: nil
            }
        guard let value else { throw DecodingFailure(wanted: Double.self, oid: oid) }
        self = value
    }
}

extension String: PostgresValue, PostgresArrayElement {
    package static var oid: UInt32 { 25 }
    package static var arrayOID: UInt32 { 1009 }

    package func encode(into bytes: inout [UInt8]) throws(ValueFlaw) {
        if utf8.contains(0) { throw .nulCharacter }
        bytes.append(contentsOf: utf8)
    }

    /// Takes text, varchar, char(n), name and "char"; connections speak UTF-8.
    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        guard [25, 1043, 1042, 19, 18].contains(oid) else { throw DecodingFailure(wanted: String.self, oid: oid) }
        self.init(decoding: bytes, as: UTF8.self)
    }
}

/// JSON as its text; sent as jsonb.
package struct JSONText: Sendable, Hashable, PostgresValue, PostgresArrayElement {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static var oid: UInt32 { 3802 }
    package static var arrayOID: UInt32 { 3807 }

    package func encode(into bytes: inout [UInt8]) throws(ValueFlaw) {
        bytes.append(1)  // version of jsonb's wire form
        try text.encode(into: &bytes)
    }

    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        switch oid {
        case 3802 where bytes.first == 1:
            text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes.dropFirst()), as: UTF8.self)
        case 114: text = String(decoding: bytes, as: UTF8.self)
        default: throw DecodingFailure(wanted: JSONText.self, oid: oid)
        }
    }
}

extension UUID: PostgresValue, PostgresArrayElement {
    package static var oid: UInt32 { 2950 }
    package static var arrayOID: UInt32 { 2951 }

    package func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }

    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        guard oid == 2950, bytes.count == 16 else { throw DecodingFailure(wanted: UUID.self, oid: oid) }
        self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

/// timestamptz: microseconds since 2000-01-01 UTC. `distantPast` and `distantFuture` are the server's infinities.
extension Date: PostgresValue, PostgresArrayElement {
    package static var oid: UInt32 { 1184 }
    package static var arrayOID: UInt32 { 1185 }

    /// From 2000-01-01, the server's epoch, to 2001-01-01, Foundation's.
    private static var epochDistance: Int64 { 366 * 86_400 * 1_000_000 }

    package func encode(into bytes: inout [UInt8]) throws(ValueFlaw) {
        if self == .distantFuture { return Int64.max.append(to: &bytes) }
        if self == .distantPast { return Int64.min.append(to: &bytes) }
        let microseconds = (timeIntervalSinceReferenceDate * 1_000_000).rounded()
        // 4713 BC to 294276 AD is what the server stores; 2^57 microseconds (4,500 years) is plenty and exact.
        guard microseconds.magnitude < 0x1p57 else { throw .outOfRange }
        (Int64(microseconds) + Date.epochDistance).append(to: &bytes)
    }

    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        guard oid == 1184, let microseconds = Int64(networkOrder: bytes) else {
            throw DecodingFailure(wanted: Date.self, oid: oid)
        }
        switch microseconds {
        case .max: self = .distantFuture
        case .min: self = .distantPast
        default:
            let (sinceReference, overflow) = microseconds.subtractingReportingOverflow(Date.epochDistance)
            if overflow { throw DecodingFailure(wanted: Date.self, found: "a moment out of range") }
            self.init(timeIntervalSinceReferenceDate: Double(sinceReference) / 1_000_000)
        }
    }
}

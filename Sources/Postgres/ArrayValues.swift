extension Array: PostgresValue where Element: PostgresArrayElement {
    package static var oid: UInt32 { Element.arrayOID }

    package func encode(into bytes: inout [UInt8]) throws(ValueFlaw) {
        try Element.encode(array: self, into: &bytes)
    }

    package init(decoding bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) {
        self = try Element.decode(array: bytes, oid: oid)
    }
}

/// `[UInt8]` is bytea, not an array of numbers.
extension UInt8: PostgresArrayElement {
    package static var arrayOID: UInt32 { 17 }

    package static func encode(array: [UInt8], into bytes: inout [UInt8]) { bytes += array }

    package static func decode(array bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) -> [UInt8] {
        guard oid == 17 else { throw DecodingFailure(wanted: [UInt8].self, oid: oid) }
        return [UInt8](bytes)
    }
}

/// `[[UInt8]]` is bytea[].
extension Array: PostgresArrayElement where Element == UInt8 {
    package static var arrayOID: UInt32 { 1001 }
}

/// An array that may hold nulls.
extension Optional: PostgresArrayElement where Wrapped: PostgresValue & PostgresArrayElement {
    package static var arrayOID: UInt32 { Wrapped.arrayOID }

    package static func encode(array: [Wrapped?], into bytes: inout [UInt8]) throws(ValueFlaw) {
        try ArrayForm.write(array, into: &bytes)
    }

    package static func decode(array bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) -> [Wrapped?] {
        try ArrayForm.read(bytes, as: Wrapped.self)
    }
}

extension PostgresArrayElement where Self: PostgresValue {
    package static func encode(array: [Self], into bytes: inout [UInt8]) throws(ValueFlaw) {
        try ArrayForm.write(array.map(Optional.some), into: &bytes)
    }

    package static func decode(array bytes: UnsafeRawBufferPointer, oid: UInt32) throws(DecodingFailure) -> [Self] {
        var elements: [Self] = []
        for element in try ArrayForm.read(bytes, as: Self.self) {
            guard let element else { throw DecodingFailure(wanted: Self.self, found: "null in an array") }
            elements.append(element)
        }
        return elements
    }
}

/// The binary form of a one-dimensional array: dimensions, whether nulls occur, element type, length, lower bound, then
/// each element with its size (-1 is null).
private enum ArrayForm {
    static func write<T: PostgresValue>(_ elements: [T?], into bytes: inout [UInt8]) throws(ValueFlaw) {
        guard elements.count <= 0x0fff_ffff else { throw .tooLarge }
        Int32(elements.isEmpty ? 0 : 1).append(to: &bytes)
        Int32(elements.contains { $0 == nil } ? 1 : 0).append(to: &bytes)
        T.oid.append(to: &bytes)
        if elements.isEmpty { return }
        Int32(elements.count).append(to: &bytes)
        Int32(1).append(to: &bytes)
        var encoded: [UInt8] = []
        for element in elements {
            guard let element else {
                Int32(-1).append(to: &bytes)
                continue
            }
            encoded.removeAll(keepingCapacity: true)
            try element.encode(into: &encoded)
            guard encoded.count <= 0x3fff_ffff else { throw .tooLarge }
            Int32(encoded.count).append(to: &bytes)
            bytes += encoded
        }
    }

    static func read<T: PostgresValue>(
        _ bytes: UnsafeRawBufferPointer, as type: T.Type
    ) throws(DecodingFailure) -> [T?] {
        let damaged = DecodingFailure(wanted: [T].self, found: "something that is not a one-dimensional array")
        var rest = bytes[...]
        func take(_ count: Int) throws(DecodingFailure) -> UnsafeRawBufferPointer {
            guard count >= 0, rest.count >= count else { throw damaged }
            let taken = UnsafeRawBufferPointer(rebasing: rest.prefix(count))
            rest = rest.dropFirst(count)
            return taken
        }
        func takeInteger() throws(DecodingFailure) -> Int {
            guard let integer = Int32(networkOrder: try take(4)) else { throw damaged }
            return Int(integer)
        }
        let dimensions = try takeInteger()
        _ = try takeInteger()
        guard let elementOID = UInt32(networkOrder: try take(4)) else { throw damaged }
        if dimensions == 0 { return [] }
        guard dimensions == 1 else { throw damaged }
        let count = try takeInteger()
        _ = try takeInteger()
        var elements: [T?] = []
        for _ in 0..<max(count, 0) {
            let size = try takeInteger()
            elements.append(size < 0 ? nil : try T(decoding: try take(size), oid: elementOID))
        }
        return elements
    }
}

import CExpat

/// Reads XML piece by piece with expat, without namespaces: `x:row` is `row`.
///
/// Document type definitions are refused, so there are no entities to expand and nothing to fetch (XXE, billion laughs).
package final class XMLReader {
    package var onStart: (_ name: String, _ attributes: Attributes) throws -> Void = { _, _ in }
    package var onEnd: (_ name: String) throws -> Void = { _ in }
    /// Text comes in pieces.
    package var onText: (UnsafeBufferPointer<UInt8>) throws -> Void = { _ in }

    private let parser: XML_Parser
    private let mostDepth: Int
    private var depth = 0
    private var failure: (any Error)?

    package init(mostDepth: Int = 64) throws {
        guard let parser = XML_ParserCreate(nil) else { throw DocumentFault.broken }
        self.parser = parser
        self.mostDepth = mostDepth
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { data, name, attributes in XMLReader.of(data)?.start(name, attributes) },
            { data, name in XMLReader.of(data)?.end(name) })
        XML_SetCharacterDataHandler(parser) { data, text, length in XMLReader.of(data)?.text(text, Int(length)) }
        XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in XMLReader.of(data)?.fail(DocumentFault.definitions)
        }
    }

    deinit { XML_ParserFree(parser) }

    package func feed(_ bytes: UnsafeRawBufferPointer) throws {
        let status = XML_Parse(
            parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), Int32(XML_FALSE))
        try check(status)
    }

    package func finish() throws { try check(XML_Parse(parser, nil, 0, Int32(XML_TRUE))) }

    private func check(_ status: XML_Status) throws {
        if let failure { throw failure }
        guard status == XML_STATUS_OK else { throw DocumentFault.broken }
    }

    // MARK: What expat calls

    private static func of(_ data: UnsafeMutableRawPointer?) -> XMLReader? {
        data.map { Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() }
    }

    private func fail(_ error: any Error) {
        failure = failure ?? error
        XML_StopParser(parser, XML_Bool(XML_FALSE))
    }

    private func attempt(_ work: () throws -> Void) {
        // After a stop expat may still report what it has in hand.
        guard failure == nil else { return }
        do { try work() } catch { fail(error) }
    }

    private func start(_ name: UnsafePointer<CChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        depth += 1
        guard depth <= mostDepth else { return fail(DocumentFault.tooDeep) }
        attempt { try onStart(Self.localName(name), Attributes(pairs: attributes)) }
    }

    private func end(_ name: UnsafePointer<CChar>?) {
        depth -= 1
        attempt { try onEnd(Self.localName(name)) }
    }

    private func text(_ text: UnsafePointer<CChar>?, _ length: Int) {
        guard let text else { return }
        text.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
            attempt { try onText(UnsafeBufferPointer(start: bytes, count: length)) }
        }
    }

    /// A name without its prefix.
    private static func localName(_ name: UnsafePointer<CChar>?) -> String {
        guard let name else { return "" }
        let whole = String(cString: name)
        guard let colon = whole.utf8.lastIndex(of: UInt8(ascii: ":")) else { return whole }
        return String(whole[whole.utf8.index(after: colon)...])
    }

    /// The attributes of the element that is being reported; not to be kept.
    package struct Attributes {
        fileprivate let pairs: UnsafeMutablePointer<UnsafePointer<CChar>?>?

        /// The value of the attribute of that name, prefixes left aside.
        package subscript(name: String) -> String? {
            guard var pair = pairs else { return nil }
            while let key = pair[0], let value = pair[1] {
                if XMLReader.localName(key) == name { return String(cString: value) }
                pair += 2
            }
            return nil
        }
    }
}

extension ZipArchive {
    /// Reads a part as XML.
    /// - Parameter patience: asked after every piece; throws when it has taken too long.
    func read(_ entry: Entry, with reader: XMLReader, patience: Patience) throws {
        try unpack(entry) { piece in
            try patience.check()
            try reader.feed(piece)
        }
        try reader.finish()
    }
}

/// How long the reading of one document may take.
struct Patience: Sendable {
    private let end: ContinuousClock.Instant

    init(_ time: Duration) { end = .now + time }

    func check() throws {
        if ContinuousClock.now > end { throw DocumentFault.tooSlow }
    }
}

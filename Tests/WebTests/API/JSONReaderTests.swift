import Testing

@testable import Web

@Suite("JSON, read strictly")
struct JSONReaderTests {
    private func read(_ text: String) -> Result<JSONValue, JSONReader.Fault> {
        Result { () throws(JSONReader.Fault) in try JSONReader.read(Array(text.utf8)) }
    }

    @Test(arguments: [
        ("null", JSONValue.null), (" [true, false] ", .list([.boolean(true), .boolean(false)])),
        ("-12.50e+3", .number("-12.50e+3")), ("0", .number("0")),
        ("\"\\u4e2d\\ud842\\udfb7\\n\\/\"", .text("中\u{20BB7}\n/")),
        ("{}", .object([])), ("[]", .list([])),
        (
            "{\"a\":{\"b\":[1]}}",
            .object([.init(name: "a", value: .object([.init(name: "b", value: .list([.number("1")]))]))])
        ),
    ])
    func whatIsJSONIsRead(text: String, value: JSONValue) {
        #expect(read(text) == .success(value))
    }

    @Test(arguments: [
        ("", 1), ("nul", 4), ("01", 2), ("1.", 3), ("+1", 1), ("{\"a\":1,}", 8), ("[1,]", 4), ("{a:1}", 2),
        ("\"\n\"", 2),
        ("\"\\x\"", 3), ("\"abc", 5), ("1 2", 3), ("{\"a\" 1}", 6), ("\"\\u12g4\"", 6), ("'a'", 1), ("NaN", 1),
    ])
    func whatIsNotIsRefusedWhereItBreaks(text: String, byte: Int) {
        #expect(read(text) == .failure(.syntax(at: byte)))
    }

    @Test func nothingMeansTwoThings() {
        #expect(read("{\"a\":1,\"\\u0061\":2}") == .failure(.duplicate(name: "a")))
        #expect(read("\"\\ud800\"") == .failure(.encoding))
        #expect(read("\"\\udc00\"") == .failure(.encoding))
        #expect(throws: JSONReader.Fault.encoding) { try JSONReader.read([0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test func depthHasAnEnd() {
        let deepest = String(repeating: "[", count: 16) + String(repeating: "]", count: 16)
        #expect(read("[" + deepest.dropFirst().dropLast() + "]") != .failure(.tooDeep))
        #expect(read("[" + deepest + "]") == .failure(.tooDeep))
        #expect(read(String(repeating: "[", count: 100_000)) == .failure(.tooDeep))
    }

    /// Whatever comes, the reader says something and goes on.
    @Test func noiseIsRefusedAndNeverTraps() {
        var generator = SystemRandomNumberGenerator()
        let signs = Array("{}[]\",:0129.eE+-\\untrfals \u{7f}中".utf8)
        for _ in 0..<20_000 {
            let noise = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                signs[Int.random(in: 0..<signs.count, using: &generator)]
            }
            _ = try? JSONReader.read(noise)
        }
    }
}

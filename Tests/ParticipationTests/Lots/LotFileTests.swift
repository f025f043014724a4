import Foundation
import Testing

@testable import Participation

/// Whatever somebody calls the file of a lot: it is read, or there is a sentence.
@Suite("The file of a lot") struct LotFileTests {
    private func why(_ text: String) -> String? { why(Array(text.utf8)) }

    private func why(_ bytes: [UInt8]) -> String? {
        do {
            _ = try Lot(json: bytes)
            return nil
        } catch {
            return (error as? Lot.Unreadable)?.why ?? "\(error)"
        }
    }

    /// Of the example with a part of it replaced.
    private func why(_ part: String, becomes other: String) throws -> String? {
        let text = String(decoding: try LotTests.exampleBytes(), as: UTF8.self)
        try #require(text.contains(part))
        return why(text.replacingOccurrences(of: part, with: other))
    }

    @Test("What is no JSON is refused as that")
    func noJSON() throws {
        let whole = String(decoding: try LotTests.exampleBytes(), as: UTF8.self)
        let others = ["", "{", "[]", "5", "PK\u{3}\u{4}", "{\"format\":NaN}", "{\u{0}}"]
        for text in others + [whole + "x", "\u{FEFF}" + whole] {
            #expect(why(text) == "it is no JSON in UTF-8", "\(text.prefix(20))")
        }
        #expect(why([0x7B, 0x22, 0xC3, 0x28, 0x22, 0x7D]) == "it is no JSON in UTF-8")
        let wide = Array(try #require(whole.data(using: .utf16)))
        #expect(why(wide) == "it is no JSON in UTF-8")
    }

    @Test("What is missing or of another type is named")
    func types() throws {
        #expect(why("{}") == "format is missing")
        #expect(try why("minyi-lot-v1", becomes: "minyi-lot-v9") == "format is not what belongs there")
        #expect(try why("\"drawn\"", becomes: "\"won\"") == "state is not what belongs there")
        #expect(try why("\"听证会\"", becomes: "1") == "title is not what belongs there")
        #expect(try why("\"seats\": 3,", becomes: "") == "categories[2].seats is missing")
        for seats in ["\"2\"", "true", "{}", "null"] {
            let sentence = try why("\"seats\": 2", becomes: "\"seats\": \(seats)")
            #expect(sentence == "categories[0].seats is not what belongs there", "\(seats)")
        }
        // Foundation does not always say where a number is that is none of Swift's.
        for seats in ["2.5", "1e400", "99999999999999999999", "-99999999999999999999"] {
            #expect(try why("\"seats\": 2", becomes: "\"seats\": \(seats)") != nil, "\(seats)")
        }
        #expect(
            try why("\"MY-2026-000102-8\",\n        \"MY-2026-000103-6\"", becomes: "7")
                == "categories[0].numbers[1] is not what belongs there")
    }

    @Test("No key stands there twice, or that nobody knows")
    func keys() throws {
        let sentence = "a key stands there that does not belong there, stands twice, or has no value"
        let keys = [
            "\"value\": \"1\"", "\"note\": 1", "\"note\": {\"a\": [1]}", "\"notary\": null",
            "\"\\u0073tate\": \"drawn\"",
        ]
        for more in keys {
            #expect(try why("\"title\"", becomes: "\(more), \"title\"") == sentence, "\(more)")
        }
        #expect(try why("\"老隆镇居民\"", becomes: "\"老\\\"隆\\\\镇\\/居民\"") == nil)
    }

    @Test("There are limits to size, depth, categories and numbers")
    func limits() throws {
        #expect(why([UInt8](repeating: 0x20, count: Lot.mostBytes + 1)) == "it is larger than 4 MB")
        let deep = "lists stand within lists where none belong"
        #expect(why("{\"title\":" + String(repeating: "[", count: 1_000_000)) == deep)
        #expect(why(String(repeating: "{\"a\":", count: 500_000)) == deep)
        #expect(try why("\"听证会\"", becomes: "[[[[\"\"]]]]") == deep)
        var lot = try LotTests.example()
        lot.categories = (100...140).map { .init(code: "c\($0)", name: "", seats: 1) }
        #expect(try why(Array(JSONEncoder().encode(lot))) == "it has more than 40 categories")
        lot.categories = [.init(code: "c01", name: "", seats: 1, numbers: (0...100_000).map { String($0) })]
        #expect(try why(Array(JSONEncoder().encode(lot))) == "it has more than 100000 numbers")
    }

    /// Nothing that is proven can be changed without being found: what it is called, and times within their order, are not.
    @Test("A changed byte is found, or changes nothing that is proven", arguments: UInt8(1)...4)
    func changedBytes(_ bits: UInt8) throws {
        let bytes = try LotTests.exampleBytes()
        let whole = proven(try Lot(json: bytes))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= bits
            guard let lot = try? Lot(json: changed), proven(lot) != whole else { continue }
            #expect(lot.findings != [], "byte \(index)")
        }
    }

    private func proven(_ lot: Lot) -> Lot {
        var lot = lot
        (lot.title, lot.valueSource, lot.witnesses, lot.registrationUntil) = ("", nil, nil, "")
        (lot.committedAt, lot.frozenAt, lot.valueDueAt, lot.valueEnteredAt, lot.drawnAt) = (nil, nil, nil, nil, nil)
        for index in lot.categories.indices {
            lot.categories[index].name = ""
            // More seats than applicants are as good as enough.
            lot.categories[index].seats = min(lot.categories[index].seats, lot.categories[index].numbers?.count ?? 0)
        }
        return lot
    }

    @Test("Many changed bytes never trap")
    func noise() throws {
        var generator = SystemRandomNumberGenerator()
        let whole = try LotTests.exampleBytes()
        let signs = Array("{}[]\",:0129.eE+-\\untrfals \u{7f}中".utf8)
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let index = Int.random(in: bytes.indices, using: &generator)
                bytes[index] = signs[Int.random(in: signs.indices, using: &generator)]
            }
            if let lot = try? Lot(json: bytes) { _ = lot.findings }
        }
    }
}

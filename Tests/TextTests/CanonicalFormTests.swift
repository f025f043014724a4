import Foundation
import Testing
import Text

@Suite struct CheckDigitTests {
    /// Computed by `check_digit(text)` of the database.
    @Test(arguments: [
        ("", 1), ("0", 2), ("1", 9), ("0794", 5), ("2026000127", 0), ("2020003817", 4), ("9999999999", 4),
        ("2026000001", 7),
    ])
    func agreesWithTheDatabase(_ digits: String, _ check: Int) {
        #expect(CheckDigit.digit(for: digits) == check)
    }

    @Test func catchesEverySingleWrongDigit() throws {
        let right = Array("20260001270".utf8)
        #expect(CheckDigit.verify("20260001270"))
        for place in right.indices {
            for digit in UInt8(ascii: "0")...UInt8(ascii: "9") where digit != right[place] {
                var wrong = right
                wrong[place] = digit
                #expect(!CheckDigit.verify(String(decoding: wrong, as: UTF8.self)))
            }
        }
    }

    @Test func onlyDigitsHaveOne() {
        #expect(CheckDigit.digit(for: "12a") == nil)
        #expect(CheckDigit.digit(for: "１２") == nil)
        #expect(!CheckDigit.verify("5"))
    }
}

@Suite struct CanonicalFormTests {
    /// Byte for byte what `canonical_form(…)` of the database returns for the same values.
    @Test func agreesWithTheDatabase() throws {
        let received = try #require(ChinaTime.parse("2020-11-28T21:14:06")).addingTimeInterval(0.25)
        let form = CanonicalForm.submission(
            number: "MY-2026-000127-4", procedure: "LC-1",
            passage: UUID(uuidString: "0190F3A2-1111-7ABC-8DEF-00112233AABB"),
            channel: "web", receivedAt: received, submitter: "person", people: 1, body: "二十个工作日太长\nname:3:abc")
        #expect(
            form.text == """
                minyi-submission-v1
                number:16:MY-2026-000127-4
                procedure:4:LC-1
                passage:36:0190f3a2-1111-7abc-8def-00112233aabb
                channel:3:web
                received:27:2020-11-28T13:14:06.250000Z
                submitter:6:person
                people:1:1
                body:35:二十个工作日太长
                name:3:abc

                """)
        #expect(CanonicalForm(form.bytes) == form)
    }

    @Test func aValueCannotPretendToBeAField() {
        let one = CanonicalForm(fields: [.init("a", "1\nb:1:2"), .init("c", "")])
        let two = CanonicalForm(fields: [.init("a", "1"), .init("b", "2"), .init("c", "")])
        #expect(one.bytes != two.bytes)
        #expect(CanonicalForm(one.bytes) == one)
        #expect(CanonicalForm(two.bytes) == two)
    }

    @Test(arguments: [
        "", "h", "h\na", "h\na:1", "h\na:1:x", "h\na:2:x\n", "h\na:1:x\nrest", "h\na:01:x\n", "h\na:+1:x\n",
        "h\na:-1:\n", "h\n:1:x\n", "h\na:99999999999999999999:x\n",
    ])
    func refusesWhatIsNotOne(_ text: String) {
        #expect(CanonicalForm(Array(text.utf8)) == nil)
    }
}

@Suite struct TextNormalisationTests {
    /// Nearly every text takes a short cut; for every sign it must lead to where the long way leads.
    @Test func theShortCutLeadsToTheSamePlace() {
        for value in UInt32(1)...0xFFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "甲\(scalar)a"
            let long = TextNormalisation.normalised(text + "é")
            #expect(
                Array((TextNormalisation.normalised(text) + "é").utf8) == Array(long.utf8),
                "U+\(String(value, radix: 16))")
        }
    }

    @Test(arguments: [
        ("a\r\nb\rc\n", "a\nb\nc"), ("  a  \n  b \t\n\n\n", "a\n  b"), ("　　第一段\n　　第二段　", "第一段\n　　第二段"),
        ("e\u{301}", "é"), ("e\0\u{301}", "é"), ("a\u{1B}[31mb\u{7F}\u{9B}", "a[31mb"), ("\u{FEFF}x", "x"),
        ("a\tb", "a\tb"),
        ("a\n\n\nb", "a\n\n\nb"), ("a \n \n b", "a\n\n b"), ("\n \r\n", ""), ("", ""), ("a\u{2028}b\u{85}c", "a\nb\nc"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ])
    func normalises(_ text: String, _ expected: String) {
        let once = TextNormalisation.normalised(text)
        #expect(Array(once.utf8) == Array(expected.utf8))
        #expect(Array(TextNormalisation.normalised(once).utf8) == Array(once.utf8))
    }

    /// As much of it as a form can hold; what is not linear here takes minutes.
    @Test(arguments: ["\n", " \n", "\u{301}", "\u{301}\u{323}", " "])
    func readsAFormOfNothingButOneSign(_ sign: String) {
        let many = String(repeating: sign, count: 760_000 / sign.utf8.count)
        #expect(TextNormalisation.normalised(many).utf8.count <= 60)
        let around = TextNormalisation.normalised("a" + many + "b")
        #expect(around.unicodeScalars.first != nil && around.utf8.last == UInt8(ascii: "b"))
    }

    @Test func marksPiledOnALetterGo() {
        let piled = "a" + String(repeating: "\u{323}", count: 31) + "b"
        #expect(TextNormalisation.withoutPiledMarks(piled).unicodeScalars.count == 32)
        #expect(TextNormalisation.withoutPiledMarks("e\u{301}\u{323}") == "e\u{301}\u{323}")
    }

    @Test func lengthIsInScalars() {
        #expect(TextLength.count("二十个") == 3)
        #expect(TextLength.count("e\u{301}") == 2)
        #expect(TextLength.count("👨‍👩‍👧") == 5)
        #expect(TextLength.count("\r\n") == 2)
        #expect(TextLength.count("") == 0)
    }
}

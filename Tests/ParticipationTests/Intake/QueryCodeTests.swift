import Crypto
import Foundation
import Participation
import TestSupport
import Testing

@Suite struct QueryCodeTests {
    @Test func sameKeySameCode() throws {
        let codes = QueryCodes(secrets: try ExampleCounty.secrets())
        let key = UUID()
        #expect(codes.code(for: key) == codes.code(for: key))
        #expect(codes.code(for: key) != codes.code(for: key, version: 2))
        #expect(codes.code(for: key) != codes.code(for: UUID()))
        #expect(codes.mac(codes.code(for: key)).count == 32)
        for _ in 0..<200 {
            let code = codes.code(for: UUID())
            #expect(code.digits.utf8.count == 12 && QueryCode(code.spoken) == code)
        }
    }

    @Test(arguments: ["407295183364", "4072 9518 3364", "4072-9518-3364", " ４０７２　９５１８　３３６４\n", "40 72 95 18 33 64"])
    func readsWhatPeopleType(typed: String) {
        #expect(QueryCode(typed)?.spoken == "4072 9518 3364")
    }

    @Test(arguments: ["", "40729518336", "4072951833640", "4072 9518 336O", "四零七二", "4072e\u{301}95183364"])
    func refusesEverythingElse(typed: String) {
        #expect(QueryCode(typed) == nil)
    }

    @Test(arguments: ["MY-2026-000127-0", "my20260001270", "ＭＹ－２０２６－０００１２７－０", " my 2026 000127 0 "])
    func numbersAreReadTolerantly(typed: String) throws {
        #expect(try SubmissionNumber(typed).description == "MY-2026-000127-0")
    }

    @Test func aTypoIsToldFromNonsense() {
        #expect(throws: SubmissionNumber.Flaw.typo) { try SubmissionNumber("MY-2026-000128-0") }
        for nonsense in [
            "", "你好", "2026-000127-0", "MY-2026", "MY-2026-000127-0; drop", String(repeating: "9", count: 999),
        ] {
            #expect(throws: SubmissionNumber.Flaw.shape) { try SubmissionNumber(nonsense) }
        }
    }

    @Test func phonesAreNormalised() {
        #expect(Contact.normalisedPhone("+86 138-0013-8000") == "13800138000")
        #expect(Contact.normalisedPhone("（０７６２）６７５００００") == "07626750000")
        #expect(Contact.normalisedPhone("8675000") == "8675000")
        #expect(Contact.normalisedPhone("我没有电话") == nil)
        #expect(Contact.normalisedPhone("12") == nil)
        #expect(Contact.normalisedPhone(String(repeating: "(", count: 34) + "1234567") == nil)
    }
}

@Suite struct PreparedKeyTests {
    /// RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func codesAreThoseOfTheStandard(key: [UInt8], message: String, code: String) {
        let prepared = PreparedKey(SymmetricKey(data: key))
        // Twice: what is prepared stays as it was.
        for _ in 0..<2 { #expect(Hexadecimal.encode(prepared.code(of: message.utf8)) == code) }
    }
}

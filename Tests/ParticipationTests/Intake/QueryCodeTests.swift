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

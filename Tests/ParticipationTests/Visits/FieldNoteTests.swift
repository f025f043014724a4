import Foundation
import Participation
import Testing

/// What is written down in a village, before the database sees it.
@Suite struct FieldNoteTests {
    private static func note(
        name: String = "李某", phone: String = "", unit: String = "", words: String = "路不好走。"
    ) -> FieldNote {
        FieldNote(
            key: UUID(), person: UUID(), name: name, phone: phone, unit: unit, consents: false, words: words,
            saidAt: Date(timeIntervalSince1970: 1_800_000_000))
    }

    @Test func eachParagraphIsAPoint() {
        #expect(Self.note(words: "路不好走。\r\n\r\n  水也不够。  \n").points == ["路不好走。", "水也不够。"])
    }

    @Test(arguments: [
        (Self.note(name: ""), FieldNote.Fault.name), (Self.note(name: String(repeating: "李", count: 41)), .nameTooLong),
        (Self.note(phone: "12"), .phone), (Self.note(unit: String(repeating: "村", count: 101)), .unitTooLong),
        (Self.note(words: " \n "), .words), (Self.note(words: String(repeating: "路", count: 5001)), .wordsTooLong),
        (Self.note(words: String(repeating: "路\n", count: 11)), .wordsTooLong),
    ])
    func saysWhatIsWrong(note: FieldNote, fault: FieldNote.Fault) {
        #expect(note.fault(isKnown: false) == fault)
    }

    @Test func whoeverWasNamedNeedsNoNameAgain() {
        #expect(Self.note(name: "").fault(isKnown: true) == nil)
    }

    @Test func readsWhatAPhoneSends() throws {
        let json = """
            [{"key":"11111111-1111-4111-8111-111111111111","person":"22222222-2222-4222-8222-222222222222","name":"李某",
              "phone":"","unit":"","consents":true,"words":"路不好走。","saidAt":"2026-11-27T01:02:03.456Z"}]
            """
        let notes = try FieldNote.list(json: json)
        #expect(notes.map(\.name) == ["李某"])
        #expect(notes.first.map { ($0.saidAt.timeIntervalSince1970 * 1000).rounded() } == 1_795_741_323_456)
    }

    @Test(arguments: ["", "{}", "[1]", "[{\"key\":\"x\"}]", String(repeating: "[", count: 10_000)])
    func refusesAnythingElse(json: String) {
        #expect(throws: DecodingError.self) { try FieldNote.list(json: json) }
    }
}

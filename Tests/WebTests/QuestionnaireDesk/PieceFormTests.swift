import Questionnaires
import Testing

@testable import Web

@Suite("What is typed into the builder's forms")
struct PieceFormTests {
    private let texts: Texts

    init() throws { texts = try Texts(language: .chinese, folder: TestSite.root + "/locales") }

    private func form(_ subject: PieceForm.Subject, _ fields: [(String, String)]) -> PieceForm {
        PieceForm(subject, FormData(fields: fields.map { FormData.Field(name: $0, value: $1) }))
    }

    private func read(
        _ subject: PieceForm.Subject, _ fields: [(String, String)]
    ) -> (piece: QuestionnairePiece?, errors: [FormErrors.Item]) {
        var errors = FormErrors()
        let piece = form(subject, fields).piece(asked: [], errors: &errors, texts)
        return (piece, errors.items)
    }

    @Test func aScaleTheWrongWayRoundIsSaid() {
        let scale = [("text", "您满意吗？"), ("from", "5"), ("to", "1"), ("initial", "3")]
        #expect(read(.question("q1", .scale), scale).errors.map(\.field) == ["to", "initial"])
    }

    @Test(arguments: ["inf", "nan", "1e999", "0x10", "-1", "11"])
    func whatIsNoNumberOrNotAllowedIsNotFilledIn(_ initial: String) {
        let number = [("text", "几次？"), ("least", "0"), ("most", "10")]
        #expect(
            read(.question("q1", .number), number + [("initial", initial)]).errors.map(\.field) == ["initial"])
        #expect(read(.question("q1", .number), number + [("initial", "１０")]).errors.isEmpty)
    }

    @Test(arguments: ["inf", "0x10", "1e3"])
    func limitsAreTypedInDigits(_ most: String) {
        let errors = read(.question("q1", .number), [("text", "几次？"), ("most", most)]).errors
        #expect(errors.map(\.field) == ["most"])
    }
}

import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Questionnaires
import Text

/// Answering as a verified person: what was answered stays in the form that goes from page to page, as a sheet that the server keeps would
/// belong to somebody.
extension WebApplication {
    /// The field with what was answered on the other pages.
    static let carried = "carried"

    /// A page that lies open may be sent for so long.
    private static let carriedFor: TimeInterval = 30 * 86_400

    /// What goes along in the form, signed: only what has passed through a form field comes back. Nil where the server keeps the sheet.
    func carry(_ sheet: SheetInHand) -> String? {
        guard sheet.keeping == .carried else { return nil }
        return signer.sign(
            String(decoding: sheet.stored.json(), as: UTF8.self), for: Self.carrying(sheet.questionnaire.number),
            expires: Date().addingTimeInterval(Self.carriedFor))
    }

    /// The sheet as its form brought it. What is not ours counts as nothing, and what nothing asks for is not carried on.
    func carriedSheet(_ record: QuestionnaireRecord, _ context: MinyiContext) -> SheetInHand {
        let json = signer.verify(
            context.form.exactly(Self.carried), for: Self.carrying(record.questionnaire.number))
        return SheetInHand(
            record, id: UUID(uuidString: context.form.string("sheet")) ?? UUID(),
            answers: json.map { Answers(kept: Data($0.utf8), in: record.content) } ?? [:])
    }

    /// What it is signed for.
    static func carrying(_ number: String) -> String { "carried answers to \(number)" }

    /// The next page, or all of it to look through.
    func carryOn(_ sheet: SheetInHand, to page: String?, _ context: MinyiContext) async throws -> Response {
        guard let page else { return try await review(sheet, context) }
        return try await show(sheet, page, values: sheet.values(on: page), context)
    }

    /// Sends a vote. Nothing is remembered of it but that this person has voted.
    func cast(_ sheet: SheetInHand, from filled: FilledPage?, _ context: MinyiContext) async throws -> Response {
        let (texts, number) = (context.texts, sheet.questionnaire.number)
        func again(_ text: String) async throws -> Response {
            try await self.again(sheet, from: filled, FormErrors("main", text), context)
        }
        guard let voice = personCookies.voice(in: number, of: context.visit.cookies) else {
            return try await again(texts["persons.sign_in_again"])
        }
        let answers = sheet.answers.json()
        guard !sheet.answers.isEmpty else {
            return try await again(texts["questionnaires.errors.nothing"])
        }
        guard answers.count <= 65_536 else {
            return try await again(texts["questionnaires.errors.too_long_all"])
        }
        let town = sheet.answered(units: try await units(for: sheet.content.questions)).town
        let vote = Vote(
            questionnaire: number, voice: voice, version: sheet.questionnaire.version, answers: answers, town: town)
        guard !vote.holdsNUL else { throw Problem.badRequest }
        let outcome = try await votes.cast(vote)
        switch outcome {
        case .taken:
            context.visit.set(PersonCookies.forgetVoice(in: number))
            let page = VotedPage(
                title: texts["persons.voted.title"], crumbs: texts.crumbs(to: sheet.questionnaire),
                closing: sheet.shown.closing.paragraphs,
                until: texts[
                    "persons.voted.until",
                    ["moment": ChinaTime.deadline(sheet.questionnaire.closesAt, in: texts.clock)]],
                href: "/questionnaires/\(number)")
            return privately(try pages.render(page, in: context))
        case .used:
            context.visit.set(PersonCookies.forgetVoice(in: number))
            return try ended(.used, sheet.questionnaire, context)
        case .changed: return try await answer(to: .changed, sheet, from: filled, context)
        case .closed, .notOpen, .suspended: return try await answer(to: .notTaking, sheet, context)
        case .unknownQuestionnaire: throw Problem.notFound
        case .busy: throw Problem(.serviceUnavailable, .overloaded, retryAfter: 2)
        }
    }
}

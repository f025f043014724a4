import Documents
import Foundation
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Slips
import Text

extension WebApplication {
    /// A questionnaire on paper, and the poster that leads to it.
    func addPapers(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/:number/paper") { _, context in
            let it = try await deskQuestionnaire(context)
            let content = try await askedContent(it, context)
            let formats = try await pools.staff.read(as: context.actor) { try Report.formats($0) }
            let page = PaperFormPage(
                it, PaperForm(it, content, context.texts), hasPDF: formats.contains(.pdf), for: try context.staff,
                context.texts)
            return try pages.render(page, in: context)
        }
        desk.get("questionnaires/:number/form.pdf") { _, context in
            let it = try await deskQuestionnaire(context)
            let words = PaperForm(it, try await askedContent(it, context), context.texts)
            return try await paper(.form, of: it, words, context)
        }
        desk.get("questionnaires/:number/poster.pdf") { _, context in
            let it = try await deskQuestionnaire(context)
            guard it.state != .preparing else { throw Problem.conflict(context.texts["builder.paper.not_open"]) }
            return try await paper(.poster, of: it, try poster(it, context.texts), context)
        }
    }

    /// As it is asked now: the newest version, or what is prepared.
    private func askedContent(_ it: DeskQuestionnaire, _ context: MinyiContext) async throws -> Questionnaire {
        try await pools.staff.read(as: context.actor) { try DeskQuestionnaire.versions(of: it.id, $0) }.last?.content
            ?? it.content
    }

    private func poster(_ it: DeskQuestionnaire, _ texts: Texts) throws -> Poster {
        let address = "\(configuration.publicURL)/questionnaires/\(it.number)"
        let code = try QRCode(address)
        return Poster(
            title: it.title,
            lines: [it.whoMayAnswer, texts.period(from: it.opensAt, to: it.closesAt)].filter { !$0.isEmpty },
            call: texts["builder.paper.call"], address: address,
            modules: (0..<code.size).map { row in
                (0..<code.size).map { code.isDark(row, $0) ? "1" : "0" }.joined()
            }, foot: [it.unitName, it.contactPhone].filter { !$0.isEmpty }.joined(separator: "　"))
    }

    private func paper(
        _ kind: QuestionnairePaper.Kind, of it: DeskQuestionnaire, _ words: some Encodable & Sendable,
        _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        switch try await QuestionnairePaper(of: it.id, kind).document(words, in: pools.staff, as: context.actor) {
        case .made(let bytes):
            return .download(
                bytes, filename: "\(it.title) \(texts["builder.paper.\(kind.rawValue)"]).pdf",
                contentType: FileKind.pdf.rawValue)
        case .waiting: throw Problem(.serviceUnavailable, .overloaded, text: texts["reports.still_made"])
        case .failed: throw Problem(.serviceUnavailable, .unavailable, text: texts["builder.paper.not_made"])
        }
    }
}

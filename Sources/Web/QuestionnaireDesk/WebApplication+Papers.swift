import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Slips
import Text

extension WebApplication {
    /// A questionnaire on paper, and the poster that leads to it: one asks for the PDF, the worker makes it, and it is taken when it is there.
    func addPapers(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/:number/paper") { _, context -> Response in
            let it = try await deskQuestionnaire(context)
            let form = PaperForm(it, try await askedContent(it, context), pages.texts(.chinese))
            let papers = try it.paperKinds.map { try paper($0, of: it, form) }
            let states = try await pools.staff.read(as: context.actor) { tx in
                try Report.formats(tx).contains(.pdf) ? papers.map { (kind: $0.kind, state: try $0.state(tx)) } : nil
            }
            let staff = try context.staff
            let page = PaperFormPage(
                it, form, papers: states,
                mayAsk: staff.has(.organiser, in: [it.unitID]) || staff.has(.clerk, in: [it.unitID]),
                for: staff, context.texts)
            return try pages.render(page, in: context)
        }
        desk.post("questionnaires/:number/paper") { _, context -> Response in
            let (it, paper) = try await wantedPaper(context.form.string("paper"), context)
            try await paper.ask(in: pools.staff, as: context.actor)
            return .seeOther("\(it.address)/paper#papers")
        }
        for kind in QuestionnairePaper.Kind.allCases {
            desk.get("questionnaires/:number/\(kind.rawValue).pdf") { _, context -> Response in
                let (it, paper) = try await wantedPaper(kind.rawValue, context)
                guard let bytes = try await paper.document(in: pools.staff, as: context.actor) else {
                    throw Problem.notFound
                }
                return .download(
                    bytes, filename: "\(it.title) \(context.texts["builder.paper.\(kind.rawValue)"]).pdf",
                    contentType: FileKind.pdf.rawValue)
            }
        }
    }

    private func wantedPaper(
        _ name: String, _ context: MinyiContext
    ) async throws -> (DeskQuestionnaire, QuestionnairePaper) {
        let it = try await deskQuestionnaire(context)
        guard let kind = it.paperKinds.first(where: { $0.rawValue == name }) else { throw Problem.notFound }
        let form = PaperForm(it, try await askedContent(it, context), pages.texts(.chinese))
        return (it, try paper(kind, of: it, form))
    }

    /// As it is asked now: the newest version, or what is prepared.
    private func askedContent(_ it: DeskQuestionnaire, _ context: MinyiContext) async throws -> Questionnaire {
        try await pools.staff.read(as: context.actor) { try DeskQuestionnaire.versions(of: it.id, $0) }.last?.content
            ?? it.content
    }

    private func paper(
        _ kind: QuestionnairePaper.Kind, of it: DeskQuestionnaire, _ form: PaperForm
    ) throws -> QuestionnairePaper {
        switch kind {
        case .form: try QuestionnairePaper(of: it.id, .form, form)
        case .poster: try QuestionnairePaper(of: it.id, .poster, try poster(it))
        }
    }

    /// In Chinese, as the questionnaire asks, whatever language somebody at the desk has chosen.
    private func poster(_ it: DeskQuestionnaire) throws -> Poster {
        let texts = pages.texts(.chinese)
        let address = "\(configuration.publicURL)/questionnaires/\(it.number)"
        let code = try QRCode(address)
        return Poster(
            title: it.title,
            lines: [it.whoMayAnswer, texts.period(from: it.opensAt, to: it.endsAt)].filter { !$0.isEmpty },
            call: texts["builder.paper.call"],
            otherwise: it.contactPhone.isEmpty
                ? texts["builder.paper.without_phone", ["unit": it.unitName]]
                : texts["builder.paper.without_phone_call", ["unit": it.unitName, "phone": it.contactPhone]],
            address: address,
            modules: (0..<code.size).map { row in
                (0..<code.size).map { code.isDark(row, $0) ? "1" : "0" }.joined()
            }, foot: it.unitName)
    }
}

extension DeskQuestionnaire {
    /// A poster leads to a page, which is there once it was opened.
    fileprivate var paperKinds: [QuestionnairePaper.Kind] { state == .preparing ? [.form] : [.form, .poster] }
}

import Participation
import Text

extension CaseTenant {
    /// What organisers ask units about opinions.
    static let views = CaseTenant(
        kind: "view", topics: ["opinion"], privateTopics: ["opinion"], hasAuthors: false, entryHref: nil
    ) { application, file, context in
        let found = try await OpinionInView.find(
            case: file.id, in: application.pools.staff, as: try context.staff.databaseActor)
        guard let found else { throw Problem.notFound }
        return CaseMatter(found, context.texts)
    }
}

extension CaseMatter {
    fileprivate init(_ it: OpinionInView, _ texts: Texts) {
        title = it.procedureTitle
        kind = texts["casework.topics.view.opinion"]
        text = it.isGone || it.body.isEmpty ? nil : it.body
        absence = it.isGone ? texts["casework.absent"] : nil
        facts = [
            ("consultation", "\(it.procedureTitle) \(it.procedureNumber)"),
            ("passage", it.passageNumber.map { "\($0) \(it.passage)" } ?? texts["submissions.whole"]),
            ("content", it.passageContent ?? ""), ("channel", texts.channel(it.channel.rawValue)),
        ].filter { !$0.1.isEmpty }.map { Fact(label: texts["views.facts.\($0.0)"], text: $0.1) }
        (files, additions, question) = ([], [], "")
        asks = Asked(
            by: "\(it.askedBy) · \(ChinaTime.minute(it.askedAt, in: texts.clock))",
            question: it.question.isEmpty ? texts["views.no_question"] : it.question)
        link =
            it.isProcedurePublic
            ? Link(href: "/consultations/\(it.procedureNumber)", text: texts["views.consultation"]) : nil
    }
}

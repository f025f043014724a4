import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Text

extension WebApplication {
    func addComments(to router: Router<MinyiContext>) {
        router.get("/consultations/:number/comment") { request, context -> Response in
            let record = try await record(context)
            let consultation = record.consultation
            guard consultation.takesComments else { return try refused(consultation, typed: nil, context) }
            let form = CommentForm(edition: consultation.editionID, row: try request.query().int("row"))
            return try await render(form, on: record, context)
        }

        router.post("/consultations/:number/comment") { _, context -> Response in
            let record = try await record(context)
            let form = CommentForm(context.form)
            switch try await send(form, on: record, context.texts) {
            case .received(let receipt, _):
                remember(receipt.number, receipt.code, in: context)
                return .seeOther("/receipts/\(receipt.number)")
            case .keyReused(let number):
                // Sent, gone back, changed, and sent again: the first stands, and this one is the author's to send or not.
                var again = form
                again.key = UUID()
                let notice = context.texts["comments.sent_before", ["number": number]]
                return try await render(again, on: record, notice: notice, status: .conflict, context)
            case .refused(let consultation, _): return try refused(consultation, typed: form.content, context)
            case .faulty(let errors): return try await render(form, on: record, errors: errors, context)
            case .unknownRow:
                // A form that no page of ours has made, or whose draft was sealed meanwhile.
                var whole = form
                (whole.row, whole.edition) = (nil, record.consultation.editionID)
                let errors = FormErrors("content", context.texts["comments.errors.unknown_row"])
                return try await render(whole, on: record, errors: errors, context)
            }
        }
    }

    /// What is public about the consultation in the path.
    func record(_ context: MinyiContext) async throws -> ConsultationRecord {
        guard let found = try await consultations.record(try context.text("number")) else { throw Problem.notFound }
        return found
    }

    private func render(
        _ form: CommentForm, on record: ConsultationRecord, errors: FormErrors = FormErrors(), notice: String? = nil,
        status: HTTPResponse.Status? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let (texts, consultation) = (context.texts, record.consultation)
        let draft = try await draft(form.edition, of: record)
        let passage = form.row.flatMap { row in draft?.passages.first { $0.position == row } }
        if form.row != nil, passage == nil, errors.isEmpty { throw Problem.notFound }
        let address = "/consultations/\(consultation.number)"
        func ask(_ rule: Comment.ContactRule, _ value: String) -> CommentPage.Ask? {
            rule == .none ? nil : CommentPage.Ask(required: rule == .required, value: value)
        }
        let page = CommentPage(
            title: passage.map {
                texts[$0.text == nil ? "comments.title_row" : "comments.title_clause", ["row": $0.number]]
            } ?? texts["comments.title_whole"],
            crumbs: [
                Crumb(href: "/", text: texts["nav.home"]),
                Crumb(href: "/consultations", text: texts["nav.consultations"]),
                Crumb(href: address, text: consultation.title),
            ],
            consultation: consultation.title, consultationHref: address,
            privacyWho: texts["comments.privacy.who", ["unit": consultation.unitName]],
            privacyKeep: texts["comments.privacy.keep", ["count": site.contactRetentionDays]],
            closing: texts[
                "consultations.closes_at", ["moment": ChinaTime.deadline(consultation.closesAt, in: texts.clock)]],
            action: address + "/comment", passage: passage.map { CommentPage.Passage($0, texts) },
            edition: form.edition,
            row: passage == nil ? nil : form.row, key: form.key.uuidString.lowercased(), content: form.content,
            limit: Intake.longestBody, limitText: texts["forms.limit", ["count": Intake.longestBody]],
            isPerson: form.submitter == .person,
            isOrganisation: form.submitter == .organisation, isJoint: form.submitter == .joint,
            organisation: form.organisation, people: form.people, name: ask(consultation.nameRule, form.name),
            phone: ask(consultation.phoneRule, form.phone), showsName: form.showsName, errors: errors, notice: notice)
        return try pages.render(
            page, in: context, status: status ?? (errors.isEmpty ? .ok : .unprocessableContent))
    }

    private func refused(_ consultation: Consultation, typed: String?, _ context: MinyiContext) throws -> Response {
        let texts = context.texts
        let page = CommentRefusedPage(
            title: texts[typed == nil ? "comments.refused.title" : "comments.refused.title_typed"],
            text: texts.whyNoComment(consultation) ?? "", lettersText: texts.letters(consultation), content: typed,
            contact: Filled(texts.contactLines(consultation)), consultation: consultation.title,
            consultationHref: "/consultations/\(consultation.number)")
        return try pages.render(page, in: context, status: .conflict)
    }
}

extension CommentPage.Passage {
    init(_ passage: PublishedContent.Draft.Passage, _ texts: Texts) {
        let number = passage.text == nil ? "\(texts["consultations.columns.number"]) \(passage.number)" : passage.number
        heading = [number, passage.level1].filter { !$0.isEmpty }.joined(separator: " · ")
        let name = [passage.level2, passage.level3].filter { !$0.isEmpty }.joined(separator: " · ")
        facts = [
            ("consultations.columns.name", name), ("consultations.columns.content", passage.contentElements),
            ("consultations.columns.time_limit", passage.timeLimit),
            ("consultations.columns.publisher", passage.publisher), ("editions.columns.text", passage.text ?? ""),
        ].filter { !$0.1.isEmpty }.map { Fact(label: texts[$0.0], text: $0.1) }
    }
}

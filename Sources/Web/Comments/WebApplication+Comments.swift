import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Text

extension WebApplication {
    func addComments(to router: Router<MinyiContext>) {
        router.get("/consultations/:number/comment") { request, context -> Response in
            let consultation = try await consultation(context)
            guard consultation.takesComments else { return try refused(consultation, typed: nil, context) }
            let row = try request.query().int("row")
            let form = CommentForm(edition: consultation.editionID, row: row)
            return try await render(form, on: consultation, context)
        }

        router.post("/consultations/:number/comment") { _, context -> Response in
            let consultation = try await consultation(context)
            return try await accept(CommentForm(context.form), on: consultation, context)
        }
    }

    private func consultation(_ context: MinyiContext) async throws -> Consultation {
        guard let found = try await Consultation.find(try context.text("number"), in: pools.public) else {
            throw Problem.notFound
        }
        return found
    }

    private func accept(
        _ form: CommentForm, on consultation: Consultation, _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        let errors = form.errors(on: consultation, texts)
        guard errors.isEmpty else { return try await correct(form, on: consultation, errors, context) }
        let draft = try await PublishedVersion.draft(of: consultation.number, edition: form.edition, in: pools.public)
        let rowIsKnown = form.row == nil || draft?.passages.contains { $0.position == form.row } == true
        guard rowIsKnown, draft != nil || form.edition == consultation.editionID else {
            // A form that no page of ours has made, or whose draft was sealed meanwhile.
            var whole = form
            (whole.row, whole.edition) = (nil, consultation.editionID)
            return try await correct(
                whole, on: consultation, FormErrors("content", texts["comments.errors.unknown_row"]), context)
        }

        let outcome = try await intake.accept(form.comment(on: consultation), in: pools.public)
        switch outcome.verdict {
        case .accepted, .already:
            guard let number = outcome.number else { throw Problem(.internalServerError, .internalError) }
            remember(number, intake.codes.code(for: form.key), in: context)
            return .seeOther("/receipts/\(number)")
        case .keyReused:
            // Sent, gone back, changed, and sent again: the first stands, and this one is the author's to send or not.
            var again = form
            again.key = UUID()
            let notice = texts["comments.sent_before", ["number": outcome.number ?? ""]]
            return try await render(again, on: consultation, notice: notice, status: .conflict, context)
        case .closed, .notOpen, .suspended:
            // Read anew: what the door saw is later than what this request had read.
            let now = try await Consultation.find(consultation.number, in: pools.public) ?? consultation
            return try refused(now, typed: form.content, context)
        case .unknownProcedure: throw Problem.notFound
        case .notAllowed, .entryOver, .arrivedEarly, .arrivedLate: throw Problem.forbidden
        case .malformed: throw Problem.badRequest
        case .empty, .tooLong, .nameRequired, .phoneRequired, .unknownPassage:
            let key =
                switch outcome.verdict {
                case .empty: ("content", "body_empty")
                case .tooLong: ("content", "body_too_long")
                case .nameRequired: ("name", "name_required")
                case .phoneRequired: ("phone", "phone_required")
                default: ("content", "unknown_row")
                }
            let count = TextLength.count(form.content)
            let sentence = texts["comments.errors.\(key.1)", ["count": count, "limit": Intake.longestBody]]
            return try await render(form, on: consultation, errors: FormErrors(key.0, sentence), context)
        }
    }

    /// Nobody is asked to correct what is too late all the same.
    private func correct(
        _ form: CommentForm, on consultation: Consultation, _ errors: FormErrors, _ context: MinyiContext
    ) async throws -> Response {
        guard consultation.takesComments else { return try refused(consultation, typed: form.content, context) }
        return try await render(form, on: consultation, errors: errors, context)
    }

    private func render(
        _ form: CommentForm, on consultation: Consultation, errors: FormErrors = FormErrors(), notice: String? = nil,
        status: HTTPResponse.Status? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        let draft = try await PublishedVersion.draft(of: consultation.number, edition: form.edition, in: pools.public)
        let passage = form.row.flatMap { row in draft?.passages.first { $0.position == row } }
        if form.row != nil, passage == nil, errors.isEmpty { throw Problem.notFound }
        let address = "/consultations/\(consultation.number)"
        func ask(_ rule: Comment.ContactRule, _ value: String) -> CommentPage.Ask? {
            rule == .none ? nil : CommentPage.Ask(required: rule == .required, value: value)
        }
        let page = CommentPage(
            title: passage.map { texts["comments.title_row", ["row": $0.number]] } ?? texts["comments.title_whole"],
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
            action: address + "/comment", passage: passage.map(CommentPage.Passage.init), edition: form.edition,
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
    init(_ passage: PublishedContent.Draft.Passage) {
        number = passage.number
        level1 = passage.level1
        name = [passage.level2, passage.level3].filter { !$0.isEmpty }.joined(separator: " · ")
        contentElements = passage.contentElements
        timeLimit = passage.timeLimit
        publisher = passage.publisher
    }
}

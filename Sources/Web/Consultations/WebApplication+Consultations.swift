import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Cards on one page of a list.
    private static let pageLength = 30
    private static let commentsOnPage = 20

    func addConsultations(to router: Router<MinyiContext>) {
        router.get("/consultations") { request, context -> Response in
            let query = try request.query()
            let shelf = Consultation.Shelf(rawValue: query.string("shelf")) ?? .current
            if let after = query.int("after") {
                try publicPages.admitSearch(context)
                return try await renderList(shelf, after: after, context)
            }
            return try await publicPages.page(shelf.address, about: .site, request, context) { context in
                try await renderList(shelf, after: nil, context)
            }
        }

        router.get("/consultations/:number") { request, context -> Response in
            let number = try context.text("number")
            let search = ConsultationSearch(try request.query())
            guard search.isEmpty else {
                try publicPages.admitSearch(context)
                return try await renderConsultation(number, search, context)
            }
            return try await publicPages.page(
                "/consultations/\(number)", about: .consultation(number), request, context
            ) { context in
                try await renderConsultation(number, search, context)
            }
        }

        router.get("/consultations/:number/draft.csv") { request, context -> Response in
            let number = try context.text("number")
            return try await publicPages.page(
                "/consultations/\(number)/draft.csv", about: .consultation(number), request, context
            ) { _ in
                guard let record = try await consultations.record(number) else { throw Problem.notFound }
                guard let draft = record.draft else {
                    throw record.newest(.draft) == nil ? Problem.notFound : Problem.gone
                }
                return .download(draft.csv, filename: "\(number)-征求意见稿.csv", contentType: "text/csv; charset=utf-8")
            }
        }

        router.get("/consultations/:number/notices/:kind/:version") { request, context -> Response in
            let number = try context.text("number")
            guard let kind = PublishedVersion.Kind(rawValue: try context.text("kind")) else { throw Problem.notFound }
            let version = try context.number("version")
            if let after = try request.query().int("after") {
                try publicPages.admitSearch(context)
                return try await renderVersion(number, kind, version, after: after, context)
            }
            return try await publicPages.page(
                "/consultations/\(number)/notices/\(kind.rawValue)/\(version)", about: .consultation(number), request,
                context
            ) { context in
                try await renderVersion(number, kind, version, after: 0, context)
            }
        }
    }

    private func renderConsultation(
        _ number: String, _ search: ConsultationSearch, _ context: MinyiContext
    ) async throws -> Response {
        guard let record = try await consultations.record(number) else { throw Problem.notFound }
        // "Go to row 37" without a script: the answer is the same page at that place.
        if let row = search.row, let passage = record.draft?.passages.first(where: { $0.number == row }) {
            return .seeOther("/consultations/\(number)#row-\(passage.position)")
        }
        var comments: [ShownComment] = []
        if record.consultation.commentsShown {
            comments = try await ShownComment.list(
                of: number, before: search.before, limit: Self.commentsOnPage + 1, in: pools.public)
        }
        let more =
            comments.count > Self.commentsOnPage
            ? "/consultations/\(number)?before=\(comments[Self.commentsOnPage - 1].id)#comments" : nil
        let shown = Array(comments.prefix(Self.commentsOnPage))
        let polls = try await polls(in: record.consultation, context.texts)
        let forms = try await pools.public.read {
            try $0.all(ProcedureTimeline.publicForms(of: record.consultation.id), as: ProcedureTimeline.Form.self)
        }
        let render: @Sendable () throws -> Response = {
            try pages.render(
                ConsultationPage(
                    record, filter: search.filter, comments: shown, moreCommentsHref: more, polls: polls, forms: forms,
                    context.texts),
                in: context)
        }
        return search.isEmpty ? try render() : try await Self.searches.run(render)
    }

    /// The polls and questionnaires that stand in its page.
    private func polls(in consultation: Consultation, _ texts: Texts) async throws -> [PollPart] {
        var found: [PollPart] = []
        for questionnaire in try await PublicQuestionnaire.attached(to: consultation.id, in: pools.public) {
            guard let record = try await questionnaires.record(questionnaire.number) else { continue }
            let result = questionnaire.kind == .poll ? try await pollResult(questionnaire.number, texts) : nil
            found.append(PollPart(record, result: result, texts))
        }
        return found
    }

    /// A page for one searcher alone waits for those before it, and nobody else waits for it.
    private static let searches = OwnThreads("searches", threads: 1, longestQueue: 60)

    private func renderVersion(
        _ number: String, _ kind: PublishedVersion.Kind, _ version: Int, after: Int, _ context: MinyiContext
    ) async throws -> Response {
        guard let record = try await consultations.record(number),
            let version = try await PublishedVersion.find(number, kind: kind, version: version, in: pools.public)
        else { throw Problem.notFound }
        // Papers of one hearing follow each other, whatever others of this consultation have.
        let newest = record.versions.filter { $0.kind == kind && $0.gatheringNumber == version.gatheringNumber }
            .map(\.version).max()
        if kind == .result { return try await renderResult(record, version, after: after, context) }
        return try pages.render(
            NoticePage(
                version, of: record.consultation, newest: newest ?? version.version,
                site: site, publicURL: configuration.publicURL, context.texts),
            in: context, status: version.sealedAt == nil ? .ok : .gone)
    }

    private func renderList(
        _ shelf: Consultation.Shelf, after: Int?, _ context: MinyiContext
    ) async throws -> Response {
        let found = try await Consultation.list(shelf, after: after, limit: Self.pageLength + 1, in: pools.public)
        return try pages.render(
            listPage(
                shelf, Array(found.prefix(Self.pageLength)), hasMore: found.count > Self.pageLength, context.texts),
            in: context)
    }

    private func listPage(
        _ shelf: Consultation.Shelf, _ found: [Consultation], hasMore: Bool, _ texts: Texts
    ) -> ConsultationListPage {
        ConsultationListPage(
            title: texts["consultations.title"], shelf: texts["consultations.shelves.\(shelf.rawValue)"],
            tabs: Consultation.Shelf.allCases.map {
                ConsultationListPage.Tab(
                    href: $0.address,
                    text: texts["consultations.shelves.\($0.rawValue)"], current: $0 == shelf)
            },
            cards: Filled(found.map { ConsultationCard($0, texts) }),
            empty: found.isEmpty ? texts["consultations.empty.\(shelf.rawValue)"] : nil,
            moreHref: hasMore ? found.last.map { "/consultations?shelf=\(shelf.rawValue)&after=\($0.id)" } : nil)
    }
}

extension Consultation.Shelf {
    fileprivate var address: String {
        self == .current ? "/consultations" : "/consultations?shelf=\(rawValue)"
    }
}

extension PublishedContent.Draft {
    /// The national columns and the local ones, as `minyi import directory` reads them; of a text its headings and clauses.
    var csv: [UInt8] {
        var file = CSVWriter()
        if isText {
            file.append(["编号", "标题级别", "内容"])
            for passage in passages {
                file.append([passage.number, passage.depth.map(String.init) ?? "", passage.text ?? ""])
            }
            return file.bytes
        }
        let local = extraColumns ?? []
        file.append(
            [
                "序号", "一级事项", "二级事项", "三级事项", "公开内容(要素)", "公开依据", "公开时限", "公开主体", "公开渠道和载体", "公开对象",
                "公开方式", "公开层级", "来源",
            ] + local)
        for row in passages {
            file.append(
                [
                    row.number, row.level1, row.level2, row.level3, row.contentElements, row.legalBasis, row.timeLimit,
                    row.publisher, row.carriers, row.audience, row.disclosureMode, row.tier, row.source,
                ] + local.map { row.extras?[$0] ?? "" })
        }
        return file.bytes
    }
}

import Foundation
import Hummingbird
import Participation
import Text

extension WebApplication {
    /// Cards on one page of a list.
    private static let pageLength = 30
    private static let commentsOnPage = 20

    func addConsultations(to router: Router<MinyiContext>) {
        router.get("/consultations") { request, context -> Response in
            let query = try request.query()
            let shelf = Consultation.Shelf(rawValue: query.string("shelf")) ?? .current
            let found = try await Consultation.list(
                shelf, after: query.int("after"), limit: Self.pageLength + 1, in: pools.public)
            return try pages.render(
                listPage(
                    shelf, Array(found.prefix(Self.pageLength)), hasMore: found.count > Self.pageLength, context.texts),
                in: context)
        }

        router.get("/consultations/:number") { request, context -> Response in
            let number = try context.text("number")
            let query = try request.query()
            guard let record = try await ConsultationRecord.load(number, in: pools.public) else {
                throw Problem.notFound
            }
            // "Go to row 37" without a script: the answer is the same page at that place.
            let wanted = query.optional("row").map { FormData.plainDigits($0) }
            if let wanted, let passage = record.draft?.passages.first(where: { $0.number == wanted }) {
                return .seeOther("/consultations/\(record.consultation.number)#row-\(passage.position)")
            }
            let filter = DraftTable.Filter(
                text: String(query.string("q").unicodeScalars.prefix(100)), level1: query.string("level1"),
                tier: query.string("tier"), missingRow: wanted.map { String($0.unicodeScalars.prefix(20)) })
            var comments: [ShownComment] = []
            if record.consultation.commentsShown {
                comments = try await ShownComment.list(
                    of: record.consultation.number, before: query.int("before"), limit: Self.commentsOnPage + 1,
                    in: pools.public)
            }
            let more =
                comments.count > Self.commentsOnPage
                ? "/consultations/\(record.consultation.number)?before=\(comments[Self.commentsOnPage - 1].id)#comments"
                : nil
            return try pages.render(
                ConsultationPage(
                    record, filter: filter, comments: Array(comments.prefix(Self.commentsOnPage)),
                    moreCommentsHref: more, context.texts),
                in: context)
        }

        router.get("/consultations/:number/draft.csv") { _, context -> Response in
            guard let record = try await ConsultationRecord.load(try context.text("number"), in: pools.public) else {
                throw Problem.notFound
            }
            guard let draft = record.draft else { throw record.newest(.draft) == nil ? Problem.notFound : Problem.gone }
            return .download(
                draft.csv, filename: "\(record.consultation.number)-征求意见稿.csv", contentType: "text/csv; charset=utf-8")
        }

        router.get("/consultations/:number/notices/:kind/:version") { request, context -> Response in
            guard let kind = PublishedVersion.Kind(rawValue: try context.text("kind")),
                let record = try await ConsultationRecord.load(try context.text("number"), in: pools.public),
                let version = try await PublishedVersion.find(
                    record.consultation.number, kind: kind, version: try context.number("version"), in: pools.public)
            else { throw Problem.notFound }
            if kind == .result { return try await renderResult(record, version, request, context) }
            return try pages.render(
                NoticePage(
                    version, of: record.consultation, newest: record.newest(kind)?.version ?? version.version,
                    publicURL: configuration.publicURL, context.texts),
                in: context, status: version.sealedAt == nil ? .ok : .gone)
        }
    }

    private func listPage(
        _ shelf: Consultation.Shelf, _ found: [Consultation], hasMore: Bool, _ texts: Texts
    ) -> ConsultationListPage {
        ConsultationListPage(
            title: texts["consultations.title"], shelf: texts["consultations.shelves.\(shelf.rawValue)"],
            tabs: Consultation.Shelf.allCases.map {
                ConsultationListPage.Tab(
                    href: $0 == .current ? "/consultations" : "/consultations?shelf=\($0.rawValue)",
                    text: texts["consultations.shelves.\($0.rawValue)"], current: $0 == shelf)
            },
            cards: Filled(found.map { ConsultationCard($0, texts) }),
            empty: found.isEmpty ? texts["consultations.empty.\(shelf.rawValue)"] : nil,
            moreHref: hasMore ? found.last.map { "/consultations?shelf=\(shelf.rawValue)&after=\($0.id)" } : nil)
    }
}

extension PublishedContent.Draft {
    /// The national columns, as `minyi import directory` reads them.
    var csv: [UInt8] {
        var file = CSVWriter()
        file.append([
            "序号", "一级事项", "二级事项", "三级事项", "公开内容(要素)", "公开依据", "公开时限", "公开主体", "公开渠道和载体", "公开对象",
            "公开方式", "公开层级", "来源",
        ])
        for row in passages {
            file.append([
                row.number, row.level1, row.level2, row.level3, row.contentElements, row.legalBasis, row.timeLimit,
                row.publisher, row.carriers, row.audience, row.disclosureMode, row.tier, row.source,
            ])
        }
        return file.bytes
    }
}

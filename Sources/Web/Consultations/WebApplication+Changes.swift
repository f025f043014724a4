import Hummingbird
import Participation
import Text

extension WebApplication {
    /// A later edition before the public: word by word against what was commented on, or against another that was published.
    func addChanges(to router: Router<MinyiContext>) {
        router.get("/consultations/:number/changes") { request, context -> Response in
            let number = try context.text("number")
            guard let record = try await consultations.record(number), let draft = record.draft,
                let revision = record.revision
            else { throw Problem.notFound }
            return try await changes(
                number, from: draft.edition.ordinal, to: revision.edition.ordinal, request, context)
        }
        router.get("/consultations/:number/changes/:from/:to") { request, context in
            try await changes(
                try context.text("number"), from: try context.number("from"), to: try context.number("to"), request,
                context)
        }
        desk(router).get("clearances/:id/changes") { request, context -> Response in
            let clearance = try await ClearanceFile.load(
                try context.number("id"), in: pools.staff, as: try context.staff.databaseActor
            ).clearance
            guard case .draft(let content) = try clearance.words(), let first = content.origins?.first?.ordinal,
                let old = try await PublishedVersion.edition(first, of: clearance.subject.number, in: pools.public)?
                    .read(PublishedContent.Draft.self)
            else { throw Problem.notFound }
            let address = "/desk/clearances/\(clearance.id)"
            let setting = RedlinePage.Setting(
                title: content.title,
                crumbs: [
                    Crumb(href: "/desk/clearances", text: context.texts["clearances.title"]),
                    Crumb(href: address, text: clearance.title),
                ], lead: context.texts.lead(of: content), address: address + "/changes",
                onlyChanged: try request.query().string("rows") != "all", back: address, backText: clearance.title,
                href: { _ in nil }, oldHref: { _ in nil })
            return try pages.render(
                RedlinePage(try await .published(from: old, to: content), setting, context.texts), in: context)
        }
    }

    /// Everyone gets it alike: rendered once for each change and each way to show it.
    private func changes(
        _ number: String, from: Int, to: Int, _ request: Request, _ context: MinyiContext
    ) async throws -> Response {
        let onlyChanged = try request.query().string("rows") != "all"
        let address = "/consultations/\(number)/changes/\(from)/\(to)"
        return try await publicPages.page(
            onlyChanged ? address : address + "?rows=all", about: .consultation(number), request, context
        ) { context in
            guard from < to, let record = try await consultations.record(number),
                let before = try await PublishedVersion.edition(from, of: number, in: pools.public),
                let after = try await PublishedVersion.edition(to, of: number, in: pools.public),
                let old = try before.read(PublishedContent.Draft.self),
                let new = try after.read(PublishedContent.Draft.self)
            else { throw Problem.notFound }
            let carried = PublishedContent.Draft.CarriedOut.new(in: new.carriedOut ?? [], since: old.carriedOut ?? [])
            var setting = context.texts.setting(
                record, old: old, new: new, opinions: try await quoted(record, carried), address: address,
                onlyChanged: onlyChanged)
            (setting.href, setting.oldHref) = (after.permanent(number), before.permanent(number))
            let page = RedlinePage(try await .published(from: old, to: new), setting, context.texts)
            return try pages.render(page, in: context)
        }
    }

    /// The opinions that a published edition carries out, in the words of the newest result; none before there is one.
    func quoted(
        _ record: ConsultationRecord, _ carried: [PublishedContent.Draft.CarriedOut]
    ) async throws -> [QuotedOpinion] {
        guard let result = record.newest(.result), result.sealedAt == nil, !carried.isEmpty else { return [] }
        let opinions = try await PublishedOpinion.quotable(
            ofVersion: result.id, numbers: Array(Set(carried.map(\.number))).sorted(), in: pools.public)
        return opinions.compactMap { opinion in
            carried.first { $0.number == opinion.number && $0.part == opinion.part }.map {
                QuotedOpinion(
                    carried: $0,
                    shown: RedlinePage.Opinion(
                        href: Self.address(of: opinion, in: result, of: record), label: opinion.label,
                        number: opinion.number,
                        // Enough to know which one it is; the whole stands in the result.
                        words: TextLength.beginning(of: opinion.body ?? "", atMost: 100)))
            }
        }
    }

    private static func address(
        of opinion: PublishedOpinion, in result: PublishedVersion, of record: ConsultationRecord
    ) -> String {
        let before = (opinion.ordinal - 1) / rowsOnPage * rowsOnPage
        let page = "/consultations/\(record.consultation.number)"
        return before == 0
            ? "\(page)/result#opinion-\(opinion.ordinal)"
            : "\(page)/notices/result/\(result.version)?after=\(before)#opinion-\(opinion.ordinal)"
    }

}

/// A published opinion and where it is carried out.
struct QuotedOpinion: Sendable {
    let carried: PublishedContent.Draft.CarriedOut
    let shown: RedlinePage.Opinion
}

extension Texts {
    fileprivate func lead(of edition: PublishedContent.Draft) -> String {
        self["editions.redline.public_lead", ["stage": self["drafts.stages.\(edition.edition.stage)"]]]
    }

    fileprivate func setting(
        _ record: ConsultationRecord, old: PublishedContent.Draft, new: PublishedContent.Draft,
        opinions: [QuotedOpinion],
        address: String, onlyChanged: Bool
    ) -> RedlinePage.Setting {
        let it = record.consultation
        let page = "/consultations/\(it.number)"
        let isFromFirst = old.edition.ordinal == record.draft?.edition.ordinal
        var setting = RedlinePage.Setting(
            title: new.title,
            crumbs: [
                Crumb(href: "/consultations", text: self["nav.consultations"]), Crumb(href: page, text: it.title),
            ],
            lead: isFromFirst
                ? lead(of: new)
                : self[
                    "editions.redline.public_lead_between", ["from": old.edition.ordinal, "to": new.edition.ordinal]],
            address: address, onlyChanged: onlyChanged, back: page, backText: self["editions.redline.to_consultation"],
            href: { _ in nil }, oldHref: { _ in nil })
        for opinion in opinions {
            for position in opinion.carried.passages { setting.opinions[position, default: []].append(opinion.shown) }
            guard isFromFirst else { continue }
            for position in opinion.carried.dropped {
                setting.droppedOpinions[position, default: []].append(opinion.shown)
            }
        }
        return setting
    }

    /// Links from a published opinion to what carries it out in the newest published edition.
    func changes(carrying opinion: PublishedOpinion, in record: ConsultationRecord) -> [Crumb] {
        changes(carrying: opinion.number, part: opinion.part, in: record)
    }

    /// - Parameters: the number of a submission, and which of its opinions, from 1.
    func changes(carrying number: String, part: Int, in record: ConsultationRecord) -> [Crumb] {
        guard let revision = record.revision, let draft = record.draft,
            let carried = revision.carriedOut?.first(where: { $0.number == number && $0.part == part })
        else { return [] }
        let page = "/consultations/\(record.consultation.number)/changes"
        func links(_ positions: [Int], _ passages: [PublishedContent.Draft.Passage], _ anchor: String) -> [Crumb] {
            positions.compactMap { position in
                passages.first { $0.position == position }.map {
                    Crumb(href: "\(page)#\(anchor)-\(position)", text: place(number: $0.number, position: position))
                }
            }
        }
        return links(carried.passages, revision.passages, "row") + links(carried.dropped, draft.passages, "old")
    }
}

extension PublishedVersion {
    /// The addresses of the passages of a published edition, by their positions.
    fileprivate func permanent(_ number: String) -> (Int) -> String? {
        { "/consultations/\(number)/notices/\(kind.rawValue)/\(version)#row-\($0)" }
    }
}

import Foundation
import Participation
import Text

extension ResultPage {
    /// - Parameters:
    ///   - opinions: the rows of this page of the table.
    ///   - moreHref: the next page.
    init(
        _ version: PublishedVersion, in record: ConsultationRecord, opinions: [PublishedOpinion], moreHref: String?,
        _ texts: Texts
    ) throws {
        let it = record.consultation
        let clock = texts.clock
        let address = "/consultations/\(it.number)"
        let content = try version.read(PublishedContent.Result.self)
        let all = record.versions.filter { $0.kind == .result }
        title = version.title
        crumbs = [
            Crumb(href: "/", text: texts["nav.home"]), Crumb(href: "/consultations", text: texts["nav.consultations"]),
            Crumb(href: address, text: it.title),
        ]
        let period = texts.period(from: content?.opensAt ?? it.opensAt, to: content?.closesAt ?? it.closesAt)
        lead = texts["results.lead", ["unit": version.unitName, "period": period]]
        let newest = all.last?.version ?? version.version
        newerHref = newest > version.version ? address + "/result" : nil
        sealedText = version.sealedAt.map { texts.sealed(at: $0, reason: version.sealReason) }
        let counts = content?.counts ?? PublishedContent.Result.Counts()
        noneReceived = content != nil && counts.submissions == 0
        summary =
            content == nil
            ? ""
            : noneReceived
                ? texts["results.none"]
                : texts[
                    "results.summary",
                    ["submissions": counts.submissions, "opinions": counts.opinions, "people": counts.people]]
        channels = Channel.allCases.compactMap { channel in
            guard let count = content?.channels[channel.rawValue], count > 0 else { return nil }
            return Figure(
                label: texts.channel(channel.rawValue), value: texts["results.submissions", ["count": count]])
        }
        figures =
            noneReceived || content == nil
            ? nil
            : Filled([
                Figure(
                    label: texts["results.figures.submissions"],
                    value: texts["results.submissions", ["count": counts.submissions]]),
                Figure(
                    label: texts["results.figures.opinions"],
                    value: texts["results.opinions", ["count": counts.opinions]]),
                Figure(
                    label: texts["results.figures.people"], value: texts["results.people", ["count": counts.people]]),
            ])
        outcomes =
            [
                ("adopted", counts.adopted), ("partly_adopted", counts.partlyAdopted),
                ("not_adopted", counts.notAdopted),
                ("explained", counts.explained), ("transferred", counts.transferred), ("invalid", counts.invalid),
            ].filter { $0.1 > 0 }.map {
                Figure(label: texts.outcome($0.0), value: texts["results.opinions", ["count": $0.1]])
            }
            + (counts.withdrawn > 0
                ? [
                    Figure(
                        label: texts.outcome("withdrawn"),
                        value: texts["results.submissions", ["count": counts.withdrawn]])
                ]
                : [])
        rows = Filled(opinions.map { Row($0, texts) })
        self.moreHref = moreHref
        nextStep = Filled(content?.nextStep.paragraphs ?? [])
        unit = content?.unitAtFoot ?? version.unitName
        day =
            content.flatMap { CalendarDate($0.dateAtFoot) }.map { ChinaTime.day($0, in: clock) }
            ?? ChinaTime.day(version.publishedAt, in: clock)
        hash = Hexadecimal.encode(version.contentHash)
        csvHref = content == nil || newerHref != nil ? nil : address + "/result.csv"
        consultationHref = address
        announcementHref = record.newest(.announcement).map { "\(address)/notices/announcement/\($0.version)" }
        draftHref = record.newest(.draft).map { "\(address)/notices/draft/\($0.version)" }
        versions =
            all.count < 2
            ? nil
            : Filled(
                all.map {
                    Version(
                        text: texts[
                            "results.version",
                            ["version": $0.version, "day": ChinaTime.day($0.publishedAt, in: clock)]],
                        href: "\(address)/notices/result/\($0.version)", current: $0.id == version.id)
                })
    }
}

extension ResultPage.Row {
    fileprivate init(_ opinion: PublishedOpinion, _ texts: Texts) {
        ordinal = opinion.ordinal
        label = opinion.label
        passage = opinion.passage.isEmpty ? nil : opinion.passage
        content = opinion.body?.paragraphs
        absence =
            opinion.body != nil
            ? nil
            : opinion.sealedAt.map { texts["results.sealed_row", ["day": ChinaTime.day($0, in: texts.clock)]] }
                ?? texts["results.hidden_row"]
        outcome = opinion.outcome
        outcomeText = texts.outcome(opinion.outcome)
        reason = opinion.reason.paragraphs
    }
}

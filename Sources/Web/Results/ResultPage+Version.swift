import Foundation
import Participation
import Text

extension ResultPage {
    /// - Parameters:
    ///   - opinions: the rows of this page of the table.
    ///   - moreHref: the next page.
    init(
        _ version: PublishedVersion, in record: ConsultationRecord, opinions: [PublishedOpinion], moreHref: String?,
        changes: ResultChanges?, asked: [PublicQuestionnaire] = [], site: Site, publicURL: String, _ texts: Texts
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
        let isNewest = newest <= version.version
        paper = HeadPart(
            version, isNewest: isNewest, column: .consultations, site: site, publicURL: publicURL, texts)
        newerHref = isNewest ? nil : address + "/result"
        sealedText = version.sealedAt.map { texts.sealed(at: $0, reason: version.sealReason) }
        result = content.map {
            ResultBody(
                $0, rows: opinions.map { ResultBody.Row($0, changes: texts.changes(carrying: $0, in: record), texts) },
                csvHref: isNewest ? address + "/result.csv" : nil,
                moreHref: moreHref, texts)
        }
        unit = content?.unitAtFoot ?? version.unitName
        day =
            content.flatMap { CalendarDate($0.dateAtFoot) }.map { ChinaTime.day($0, in: clock) }
            ?? ChinaTime.day(version.publishedAt, in: clock)
        hash = Hexadecimal.encode(version.contentHash)
        consultationHref = address
        announcementHref = record.newest(.announcement).map { "\(address)/notices/announcement/\($0.version)" }
        draftHref = record.newest(.draft).map { "\(address)/notices/draft/\($0.version)" }
        self.changes = changes
        self.asked = Filled(
            asked.filter { $0.state != .terminated }.map {
                Crumb(href: "/questionnaires/\($0.number)" + ($0.showsResults ? "/results" : ""), text: $0.title)
            })
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

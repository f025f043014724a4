import Foundation
import Participation
import Text

/// One final directory that holds, with every edition it came from.
struct DirectoryPage: Page {
    static let template = "directories/directory"

    struct Version: Sendable {
        let text: String
        let day: String
        let href: String
        /// What it changed in the one before; absent for the first, and where one of them is sealed.
        let changesHref: String?
        let sealed: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let paper: HeadPart?
    let sealedText: String?
    let confirmed: String
    let number: String
    let downloads: [Crumb]
    let consultation: Crumb
    let versions: [Version]
    let rowsTitle: String
    let groups: DraftTable.Groups?
    /// Always absent: what holds takes no comments. The rows ask for it.
    let commentHref: String?

    init(
        _ it: PublicDirectory, rows: [PublicRow], editions: [PublicEdition], version: PublishedVersion?,
        site: Site, publicURL: String, _ texts: Texts
    ) throws {
        let clock = texts.clock
        title = it.sealedAt == nil ? it.title : texts["directories.sealed_entry", ["unit": it.unitName]]
        crumbs = [
            Crumb(href: "/", text: texts["nav.home"]), Crumb(href: "/directories", text: texts["directories.title"]),
        ]
        lead =
            texts["directories.directory_lead", ["unit": it.unitName, "day": ChinaTime.day(it.publishedAt, in: clock)]]
        paper = version.flatMap {
            HeadPart(
                $0, isNewest: true, column: .directories, site: site, publicURL: publicURL, texts)
        }
        sealedText = it.sealedAt.map { texts.sealed(at: $0, reason: version?.sealReason) }
        confirmed = texts["directories.confirmed_on", ["day": ChinaTime.day(it.confirmedOn, in: clock)]]
        number = it.number
        var query = DirectoryQuery()
        query.directoryNumber = it.number
        downloads = it.sealedAt == nil ? texts.downloads(query) : []
        consultation = Crumb(
            href: "/consultations/\(it.procedureNumber)", text: texts["directories.to_consultation"])
        versions = zip(editions, [nil] + editions.map { $0 }).map { Version($0, after: $1, texts) }.reversed()
        rowsTitle = texts["consultations.rows_title", ["count": it.rows]]
        let lineages = Dictionary(rows.map { ($0.position, $0.href) }) { $1 }
        groups = try version?.read(PublishedContent.Draft.self).flatMap {
            DraftTable.Groups(DraftTable($0, commentBase: nil, href: { lineages[$0] }, texts).groups)
        }
        commentHref = nil
    }

    private init(groups: DraftTable.Groups?, sealedText: String?) {
        (title, lead, confirmed, number) = ("安全生产目录", "县应急管理局", "11月26日确认", "D-2026-000001-7")
        crumbs = [Crumb(href: "/directories", text: "公开目录")]
        (paper, self.sealedText, self.groups) = (.sample, sealedText, groups)
        downloads = [Crumb(href: "/x.csv", text: "CSV")]
        consultation = Crumb(href: "/c", text: "征求意见")
        versions = [
            Version(text: "正式稿", day: "11月26日", href: "/v", changesHref: "/c", sealed: false),
            Version(text: "征求意见稿", day: "11月2日", href: "/v", changesHref: nil, sealed: true),
        ]
        (rowsTitle, commentHref) = ("9 项", nil)
    }

    static let samples = [
        DirectoryPage(
            groups: DraftTable.Groups([DraftTable.Group(title: "政策文件", rows: DraftTable.Row.samples)]), sealedText: nil),
        DirectoryPage(groups: nil, sealedText: "已经封存"),
    ]
}

extension DirectoryPage.Version {
    fileprivate init(_ it: PublicEdition, after before: PublicEdition?, _ texts: Texts) {
        text =
            texts["directories.edition", ["stage": texts["drafts.stages.\(it.stage.rawValue)"], "ordinal": it.ordinal]]
        day = ChinaTime.day(it.publishedAt, in: texts.clock)
        href = it.href
        changesHref = before.flatMap { it.changesHref(from: $0) }
        sealed = it.sealedAt != nil
    }
}

extension PublicEdition {
    /// Where its words stand for good.
    var href: String { "/consultations/\(procedureNumber)/notices/\(kind.rawValue)/\(version)" }

    /// The comparison with an earlier one; nil where they were not before the public in one consultation.
    func changesHref(from before: PublicEdition) -> String? {
        guard before.procedureNumber == procedureNumber, sealedAt == nil, before.sealedAt == nil else { return nil }
        return "/consultations/\(procedureNumber)/changes/\(before.ordinal)/\(ordinal)"
    }
}

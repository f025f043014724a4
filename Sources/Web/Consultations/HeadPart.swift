import Foundation
import Participation
import Text

/// What stands at the head of a published paper: for people as a list of facts, for programs as `<meta>` of the page.
///
/// The names of the tags are those that government sites carry (SiteName … ArticleTitle, PubDate, ContentSource); what they have no tag
/// for is said in terms of Dublin Core.
struct HeadPart: Sendable {
    struct Tag: Sendable {
        let name: String
        let content: String
    }

    /// The part of the site it stands in, as its tag names it: what programs read of a Chinese paper is in Chinese on every page.
    enum Column: String, Sendable {
        case consultations = "征求意见"
        case directories = "公开目录"
        case questionnaires = "网上调查"
    }

    let facts: [Fact]
    let tags: [Tag]

    /// - Parameters:
    ///   - isNewest: whether it holds: no newer version has taken its place.
    init?(
        _ version: PublishedVersion, isNewest: Bool, column: Column, site: Site, publicURL: String, _ texts: Texts
    ) {
        guard version.sealedAt == nil else { return nil }
        let head = version.head
        let published = ChinaTime.date(version.publishedAt)
        func fact(_ key: String, _ text: String?) -> Fact? {
            text.flatMap { $0.isEmpty ? nil : Fact(label: texts["papers.\(key)"], text: $0) }
        }
        facts = [
            fact("index_number", version.indexNumber), fact("subject", head.subject),
            fact("publisher", version.unitName),
            fact("written_on", head.writtenOn.map { ChinaTime.day($0, in: texts.clock) }),
            fact("name", version.title), fact("document_number", head.documentNumber),
            fact("published_on", ChinaTime.day(published, in: texts.clock)), fact("keywords", head.keywords),
            fact("attribute", texts.attribute(.proactive)),
            fact("validity", texts[isNewest ? "papers.valid" : "papers.replaced"]),
        ].compactMap { $0 }
        let moment = ChinaTime.input(version.publishedAt).replacing("T", with: " ")
        tags = [
            ("SiteName", site.name), ("SiteDomain", URL(string: publicURL)?.host), ("SiteIDCode", site.identityCode),
            ("ColumnName", column.rawValue), ("ColumnType", column.rawValue), ("ArticleTitle", version.title),
            ("PubDate", moment),
            ("ContentSource", version.unitName), ("Keywords", head.keywords),
            ("dcterms.identifier", version.indexNumber), ("dcterms.identifier", head.documentNumber),
            ("dcterms.title", version.title), ("dcterms.subject", head.subject),
            ("dcterms.publisher", version.unitName), ("dcterms.created", head.writtenOn?.description),
            ("dcterms.issued", published.description), ("dcterms.accessRights", "主动公开"),
        ].compactMap { name, content in content.flatMap { $0.isEmpty ? nil : Tag(name: name, content: $0) } }
    }

    private init(facts: [Fact], tags: [Tag]) { (self.facts, self.tags) = (facts, tags) }

    static let sample = HeadPart(
        facts: [Fact(label: "索引号", text: "MY/2026-00012")], tags: [Tag(name: "ArticleTitle", content: "公告")])
}

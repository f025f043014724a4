import Foundation
import Participation
import Questionnaires
import Text

/// The published result of a questionnaire or poll, one version of it.
struct PublishedResultPage: Page {
    static let template = "questionnaire-results/published"

    struct Version: Sendable {
        let text: String
        let href: String
        let current: Bool
    }

    /// What a corrected version says otherwise than the one before it.
    struct Changes: Sendable {
        let title: String
        let reason: [String]
        let lines: [String]
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let paper: HeadPart?
    let newerHref: String?
    let sealedText: String?
    let changes: Changes?
    let body: QuestionnaireResultBody?
    /// CSV and JSON, of the newest version.
    let downloads: Filled<Crumb>?
    let unit: String
    let day: String
    let questionnaireHref: String
    /// The consultation it belongs to.
    let consultation: Crumb?
    let versions: Filled<Version>?
    let hash: String

    private init(_ body: QuestionnaireResultBody?, sealedText: String?) {
        (title, crumbs, lead) = ("满意度调查结果", [Crumb(href: "/", text: "首页")], "县民政局")
        (paper, newerHref, self.sealedText) = (body == nil ? nil : .sample, "/n", sealedText)
        changes = Changes(title: "与第 1 版相比", reason: ["改正分析。"], lines: ["分析"])
        (self.body, downloads) = (body, Filled([Crumb(href: "/r.csv", text: "CSV")]))
        (unit, day, questionnaireHref) = ("县民政局", "2026年12月15日", "/q")
        consultation = Crumb(href: "/c", text: "目录征求意见")
        versions = Filled([
            Version(text: "第 1 版", href: "/v", current: true), Version(text: "第 2 版", href: "/v", current: false),
        ])
        hash = "ab12"
    }

    static let samples = [
        PublishedResultPage(.sample, sealedText: nil), PublishedResultPage(nil, sealedText: "已封存。"),
    ]
}

extension PublishedResultPage {
    /// Everything that is public about a version, read at one moment.
    struct Found: Sendable {
        let questionnaire: PublicQuestionnaire
        let version: PublishedVersion
        /// All of them, the oldest first.
        let versions: [PublishedVersion]
        /// The one before it, where both can be read.
        let before: PublishedVersion?
    }

    init(_ found: Found, site: Site, publicURL: String, _ texts: Texts) throws {
        let (it, version) = (found.questionnaire, found.version)
        let address = "/questionnaires/\(it.number)"
        let content = try version.read(PublishedContent.QuestionnaireResult.self)
        let newest = found.versions.last?.version ?? version.version
        title = version.title
        crumbs = texts.crumbs(to: it)
        lead =
            texts[
                "published_results.lead",
                [
                    "unit": version.unitName,
                    "period": texts.period(from: content?.opensAt ?? it.opensAt, to: content?.closesAt ?? it.endsAt),
                ]]
        paper = HeadPart(
            version, isNewest: newest <= version.version, column: .questionnaires, site: site, publicURL: publicURL,
            texts)
        newerHref = newest > version.version ? address + "/results" : nil
        sealedText = version.sealedAt.map { texts.sealed(at: $0, reason: version.sealReason) }
        changes = try content.flatMap { now in
            try found.before?.read(PublishedContent.QuestionnaireResult.self).map {
                Changes(from: $0, version: version.version - 1, to: now, texts)
            }
        }
        body = content.map { QuestionnaireResultBody($0, texts) }
        downloads =
            content == nil || newest > version.version
            ? nil
            : Filled(
                ["csv", "json"].map {
                    Crumb(href: "\(address)/results.\($0)", text: texts["published_results.downloads.\($0)"])
                })
        unit = content?.unitAtFoot ?? version.unitName
        day =
            content.flatMap { CalendarDate($0.dateAtFoot) }.map { ChinaTime.day($0, in: texts.clock) }
            ?? ChinaTime.day(version.publishedAt, in: texts.clock)
        questionnaireHref = address
        consultation = it.consultation.map { Crumb(href: "/consultations/\($0.number)", text: $0.title) }
        versions =
            found.versions.count < 2
            ? nil
            : Filled(
                found.versions.map {
                    Version(
                        text: texts[
                            "results.version",
                            ["version": $0.version, "day": ChinaTime.day($0.publishedAt, in: texts.clock)]],
                        href: PublishedVersion.Kind.questionnaireResult.address(of: it.number, version: $0.version),
                        current: $0.id == version.id)
                })
        hash = Hexadecimal.encode(version.contentHash)
    }
}

extension PublishedResultPage.Changes {
    fileprivate init(
        from old: PublishedContent.QuestionnaireResult, version: Int, to new: PublishedContent.QuestionnaireResult,
        _ texts: Texts
    ) {
        title = texts["results.changes.title", ["version": version]]
        reason = (new.correction ?? "").paragraphs
        let before = Dictionary(old.questions.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        let said = [
            ("heading", old.title != new.title), ("analysis", old.analysis != new.analysis),
            ("next", old.nextStep != new.nextStep),
            ("sheets", old.sheets != new.sheets || old.channels != new.channels),
        ].filter(\.1).map { texts["published_results.changes.\($0.0)"] }
        let asked = Dictionary(
            new.figures.map {
                ($0.asked.question.code, ResultWords(texts: texts, units: [:]).text(of: $0.asked.question))
            },
            uniquingKeysWith: { first, _ in first })
        let moved = new.questions.filter { before[$0.code] != $0 }.map {
            texts["published_results.changes.question", ["question": asked[$0.code] ?? $0.code]]
        }
        lines = said + moved.prefix(100)
    }
}

import Participation
import Text

/// The published versions of a procedure, and the way to seal one.
struct VersionsPage: Page {
    static let template = "seals/versions"

    struct Entry: Sendable {
        let kind: String
        let kindText: String
        let version: Int
        let title: String
        let href: String
        let published: String
        let hash: String
        /// Sealed, or on its way to be.
        let sealedText: String?
        let maySeal: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let procedure: String
    let number: String
    let versions: Filled<Entry>?
    let reasons: [SealRequestPage.Choice]

    init(_ lines: [PublishedLine], of procedure: ProcedureHeading, for staff: StaffActor, _ texts: Texts) {
        title = texts["seals.versions.title"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/procedures/\(procedure.number)", text: procedure.title),
        ]
        (self.procedure, number) = (procedure.title, procedure.number)
        let takesPart = [.organiser, .clerk, .secrecyReviewer, .approver].contains { staff.has($0) }
        versions = Filled(
            lines.map { line in
                Entry(
                    kind: line.kind.rawValue, kindText: texts["consultations.kinds.\(line.kind.rawValue)"],
                    version: line.version, title: line.title,
                    href: "/consultations/\(procedure.number)/notices/\(line.kind.rawValue)/\(line.version)",
                    published: ChinaTime.minute(line.publishedAt, in: texts.clock),
                    hash: String(Hexadecimal.encode(line.contentHash).prefix(12)),
                    sealedText: line.sealedAt.map {
                        texts["seals.versions.sealed", ["moment": ChinaTime.minute($0, in: texts.clock)]]
                    } ?? (line.isAsked ? texts["seals.versions.asked"] : nil),
                    maySeal: takesPart && line.sealedAt == nil && !line.isAsked)
            })
        reasons = texts.sealChoices
    }

    private init(versions: Filled<Entry>?) {
        (title, procedure, number) = ("公布过的版本", "社会救助目录", "C-2026-000001-3")
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        self.versions = versions
        reasons = [.init(value: "secret", text: "疑似涉密", hint: "24 小时内报告")]
    }

    static let samples = [
        VersionsPage(
            versions: Filled([
                Entry(
                    kind: "result", kindText: "采纳情况", version: 1, title: "意见采纳情况",
                    href: "/consultations/C/notices/result/1",
                    published: "2026年12月1日 10:00", hash: "ab12", sealedText: nil, maySeal: true),
                Entry(
                    kind: "draft", kindText: "征求意见稿", version: 1, title: "目录", href: "/consultations/C/notices/draft/1",
                    published: "2026年12月1日 10:00", hash: "cd34", sealedText: "已封存", maySeal: false),
            ])),
        VersionsPage(versions: nil),
    ]
}

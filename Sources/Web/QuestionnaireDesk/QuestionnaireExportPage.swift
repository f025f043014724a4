import Participation
import Questionnaires

/// The files a questionnaire can be taken along as, with what each cannot hold before it is taken.
struct QuestionnaireExportPage: Page {
    static let template = "builder/export"

    struct Lost: Sendable {
        let place: String
        let text: String
    }

    struct File: Sendable {
        let name: String
        let note: String
        let href: String
        let lost: Filled<Lost>?
        let lostText: String
        let take: String
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let files: [File]

    init(
        _ it: DeskQuestionnaire, lostInXLSForm: [XLSFormWriter.Loss], for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .builder, for: staff, texts)
        func file(_ name: String, _ href: String, lost: [Lost] = []) -> File {
            File(
                name: texts["builder.exports.\(name)"], note: texts["builder.exports.\(name)_note"],
                href: "\(it.address)/\(href)", lost: Filled(lost),
                lostText: lost.isEmpty ? "" : texts["builder.exports.lost", ["count": lost.count]],
                take: texts[lost.isEmpty ? "builder.exports.take" : "builder.exports.take_part"])
        }
        files =
            [
                file("yaml", "questionnaire.yaml"),
                file("xlsform", "questionnaire.xlsx", lost: lostInXLSForm.map { Lost($0, in: it.content, texts) }),
            ] + (it.state == .preparing ? [] : [file("codes", "sheets.codes.csv")])
    }

    private init(lost: Filled<Lost>?) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        files = [
            File(name: "XLSForm", note: "别处能读。", href: "/x", lost: lost, lostText: "有 1 处写不进去。", take: "下载")
        ]
    }

    static let samples = [
        QuestionnaireExportPage(lost: Filled([Lost(place: "第 3 题", text: "配额")])), QuestionnaireExportPage(lost: nil),
    ]
}

extension QuestionnaireExportPage.Lost {
    init(_ lost: XLSFormWriter.Loss, in content: Questionnaire, _ texts: Texts) {
        place = texts.way(to: lost.place, in: content)
        let detail =
            switch lost.what {
            case .question: texts["builder.kinds.\(lost.detail)"]
            case .comment: texts.comment(lost.detail)
            default: lost.detail
            }
        text = texts["builder.exports.what.\(lost.what.rawValue)", ["detail": detail]]
    }
}

import Documents
import Foundation
import Participation
import Questionnaires

/// The files that were sent in answer to one question.
struct AnswerFilesPage: Page {
    static let template = "questionnaire-results/files"

    struct File: Sendable {
        let href: String
        /// What it is saved as, by its number: what its sender called it may be the name of a person.
        let name: String
        let kind: String
        let size: String
    }

    let title: String
    let crumbs: [Crumb]
    let question: String
    /// How many sheets have one, and how many there are.
    let extent: String
    let files: Filled<File>?
    let firstHref: String?
    let nextHref: String?

    static let samples = [
        AnswerFilesPage(
            title: "上传的文件", crumbs: [Crumb(href: "/desk", text: "工作台")], question: "现场照片",
            extent: "2 份答卷带有文件，共 3 个。",
            files: Filled([File(href: "/desk/attachments/a", name: "3fa85f64.jpg", kind: "JPG", size: "120 KB")]),
            firstHref: "/1", nextHref: "/2"),
        AnswerFilesPage(
            title: "上传的文件", crumbs: [], question: "", extent: "", files: nil, firstHref: nil, nextHref: nil),
    ]
}

extension AnswerFilesPage {
    /// - Parameters:
    ///   - found: one more than a page has where another follows.
    ///   - isFirst: whether it is the first page.
    init(
        _ source: ResultSource, _ question: Question, _ extent: AnswerFiles, _ found: [Attachment], isFirst: Bool,
        _ words: ResultWords
    ) {
        let (texts, address) = (words.texts, "/desk/questionnaires/\(source.number)")
        title = texts["questionnaire_results.files.title"]
        crumbs = [
            Crumb(href: address, text: source.title),
            Crumb(href: "\(address)/results", text: texts["questionnaire_results.title"]),
        ]
        self.question = words.text(of: question)
        self.extent = texts["questionnaire_results.files.extent", ["count": extent.sheets, "files": extent.files]]
        let shown = found.prefix(AnswerFiles.most)
        files = Filled(
            shown.map {
                File(
                    href: "/desk/attachments/\($0.id.uuidString.lowercased())", name: $0.plainName,
                    kind: $0.kind.ending.uppercased(), size: texts.size($0.size))
            })
        let list = "\(address)/files?question=\(question.code)"
        firstHref = isFirst ? nil : list
        nextHref =
            found.count > shown.count ? shown.last.map { "\(list)&after=\($0.id.uuidString.lowercased())" } : nil
    }
}

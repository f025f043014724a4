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
        /// Where its sheet can be sealed.
        let sheet: Sheet?

        static let sample = File(
            href: "/desk/attachments/a", name: "3fa85f64.jpg", kind: "JPG", size: "120 KB",
            sheet: Sheet(href: "/files/a", file: "3fa85f64.jpg"))
    }

    struct Sheet: Sendable {
        let href: String
        /// Of which file it is, for those who hear the link alone.
        let file: String
    }

    let title: String
    let crumbs: [Crumb]
    let question: String
    /// How many sheets have one, and how many there are.
    let extent: String
    let files: Filled<File>?
    /// For those who may ask for the sealing of a sheet.
    let showsSheets: Bool
    let firstHref: String?
    let nextHref: String?

    static let samples = [
        AnswerFilesPage(
            title: "上传的文件", crumbs: [Crumb(href: "/desk", text: "工作台")], question: "现场照片",
            extent: "2 份答卷带有文件，共 3 个。",
            files: Filled([.sample]), showsSheets: true, firstHref: "/1", nextHref: "/2"),
        AnswerFilesPage(
            title: "上传的文件", crumbs: [], question: "", extent: "", files: nil, showsSheets: false, firstHref: nil,
            nextHref: nil),
    ]
}

extension AnswerFilesPage {
    /// - Parameters:
    ///   - found: one more than a page has where another follows.
    ///   - isFirst: whether it is the first page.
    init(
        _ source: ResultSource, _ question: Question, _ extent: AnswerFiles, _ found: [Attachment], isFirst: Bool,
        for staff: StaffActor, _ words: ResultWords
    ) {
        let texts = words.texts
        title = texts["questionnaire_results.files.title"]
        crumbs = [
            Crumb(href: source.address, text: source.title),
            Crumb(href: "\(source.address)/results", text: texts["questionnaire_results.title"]),
        ]
        self.question = words.text(of: question)
        self.extent = texts["questionnaire_results.files.extent", ["count": extent.sheets, "files": extent.files]]
        let maySeal = [.organiser, .clerk, .secrecyReviewer, .approver].contains { staff.has($0) }
        let shown = found.prefix(AnswerFiles.most)
        files = Filled(
            shown.map {
                File($0, sheetHref: maySeal ? Self.address(source, question, sheetOf: $0.id) : nil, texts)
            })
        showsSheets = maySeal
        let list = Self.address(source, question)
        firstHref = isFirst ? nil : list
        nextHref =
            found.count > shown.count ? shown.last.map { "\(list)&after=\($0.id.uuidString.lowercased())" } : nil
    }

    /// - Parameter file: nil for the list of all.
    static func address(_ source: ResultSource, _ question: Question, sheetOf file: UUID? = nil) -> String {
        let place = file.map { "/\($0.uuidString.lowercased())" } ?? ""
        return "\(source.address)/files\(place)?question=\(question.code)"
    }
}

extension AnswerFilesPage.File {
    init(_ file: Attachment, sheetHref: String?, _ texts: Texts) {
        href = "/desk/attachments/\(file.id.uuidString.lowercased())"
        name = file.plainName
        kind = file.kind.ending.uppercased()
        size = texts.size(file.size)
        sheet = sheetHref.map { AnswerFilesPage.Sheet(href: $0, file: file.plainName) }
    }
}

import Documents
import Foundation
import Participation
import Text

/// Takes a table of messages: the form, what is wrong with a file, or what was read from one, before anything is imported.
struct MessageImportPage: Page {
    static let template = "messages/import"

    /// What was read, to be looked at.
    struct Reading: Sendable {
        let upload: String
        let button: String
        let facts: [Fact]
        let ignored: String?
        let lines: [Line]
        let more: String?
    }

    /// One that was confirmed before.
    struct Earlier: Sendable {
        let href: String
        let moment: String
        let standing: String
    }

    struct Line: Sendable {
        let place: String
        let number: String
        let day: String
        let title: String
        let kind: String
    }

    let title: String
    let crumbs: [Crumb]
    let mayEnter: Bool
    let faults: Filled<SheetFaultLine>?
    let faultsTitle: String?
    /// Where not all of them are listed.
    let faultsMore: String?
    let reading: Reading?
    let columns: [Fact]
    let earlier: Filled<Earlier>?
    let errors: FormErrors

    private static let mostLines = 20

    init(
        mayEnter: Bool, sheet: MessageSheet? = nil, upload: UUID? = nil, file: String = "",
        faults: MessageSheetFaults? = nil, earlier: [MessageImport] = [],
        errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        title = texts["entries.import.title"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/messages/new", text: texts["entries.title"]),
        ]
        (self.mayEnter, self.errors) = (mayEnter, errors)
        self.faults = faults.flatMap { found in Filled(found.faults.map { SheetFaultLine($0, texts) }) }
        faultsTitle = faults.map { texts["directories.faults", ["count": $0.total]] }
        faultsMore = faults.flatMap { found in
            found.total > found.faults.count
                ? texts["directories.more", ["shown": found.faults.count, "total": found.total]] : nil
        }
        reading = sheet.flatMap { sheet in upload.map { Reading(sheet, upload: $0, file: file, texts) } }
        columns = MessageColumn.allCases.map {
            Fact(label: $0.heading, text: texts["entries.import.columns.\($0.rawValue)"])
        }
        self.earlier = Filled(
            earlier.map {
                Earlier(
                    href: "/desk/messages/import/\($0.id)", moment: ChinaTime.minute($0.askedAt, in: texts.clock),
                    standing: texts.standing(of: $0))
            })
    }

    private init(faults: Filled<SheetFaultLine>?, reading: Reading?, errors: FormErrors) {
        (title, crumbs, mayEnter) = ("导入留言", [Crumb(href: "/desk", text: "工作台")], reading != nil)
        (self.faults, self.reading, self.errors) = (faults, reading, errors)
        (faultsTitle, faultsMore) = ("有 1 处要改", "只列出前 1000 处")
        columns = [Fact(label: "标题", text: "最多50字")]
        earlier = Filled([Earlier(href: "/desk/messages/import/1", moment: "11月26日", standing: "已导入 2 件。")])
    }

    static let samples = [
        MessageImportPage(
            faults: Filled([SheetFaultLine(place: "第 5 行 F 列", column: "标题", value: "长", expected: "不超过 50 个字")]),
            reading: nil, errors: FormErrors("file", "请改一下这里。")),
        MessageImportPage(
            faults: nil,
            reading: Reading(
                upload: "u", button: "导入这 2 件", facts: [Fact(label: "文件", text: "a.xlsx")], ignored: "备注",
                lines: [Line(place: "第 2 行", number: "12345 GZ-1", day: "2月9日", title: "路灯不亮", kind: "投诉")],
                more: "只列出前 20 件"),
            errors: FormErrors()),
    ]
}

extension MessageImportPage.Reading {
    fileprivate init(_ sheet: MessageSheet, upload: UUID, file: String, _ texts: Texts) {
        let kinds = Dictionary(grouping: sheet.rows, by: \.message.kind).mapValues(\.count)
        self.upload = upload.uuidString.lowercased()
        button = texts["entries.import.confirm", ["count": sheet.rows.count]]
        facts =
            [
                Fact(label: texts["entries.import.file"], text: file),
                Fact(
                    label: texts["entries.import.rows"],
                    text: texts["entries.import.count", ["count": sheet.rows.count]]),
            ]
            + MessageKind.allCases.compactMap { kind in
                kinds[kind].map {
                    Fact(
                        label: texts["messages.kinds.\(kind.rawValue)"],
                        text: texts["entries.import.count", ["count": $0]])
                }
            }
        ignored =
            sheet.ignoredColumns.isEmpty
            ? nil
            : texts[
                "drafts.confirm.ignored", ["columns": sheet.ignoredColumns.joined(separator: texts["drafts.comma"])]]
        lines = sheet.rows.prefix(MessageImportPage.mostLines).map { row in
            MessageImportPage.Line(
                place: texts["directories.line", ["line": row.line]],
                number: row.message.external.map { "\($0.source) \($0.number)" } ?? "",
                day: row.message.entry.map { ChinaTime.day($0.arrivedOn, in: texts.clock) } ?? "",
                title: row.message.title,
                kind: texts["messages.kinds.\(row.message.kind.rawValue)"])
        }
        more =
            sheet.rows.count > MessageImportPage.mostLines
            ? texts["directories.more", ["shown": MessageImportPage.mostLines, "total": sheet.rows.count]] : nil
    }
}

extension MessageSheetFault {
    /// In one line, for the console.
    package func sentence(_ texts: Texts) -> String {
        let line = SheetFaultLine(self, texts)
        return texts[
            "entries.import.fault",
            ["place": line.place, "column": line.column, "value": line.value, "expected": line.expected]]
    }
}

extension SheetFaultLine {
    init(_ fault: MessageSheetFault, _ texts: Texts) {
        let letters = fault.column.map { Sheet.letters($0) }
        let place: String =
            switch (fault.line, letters) {
            case (let line?, let letters?): texts["entries.import.cell", ["line": line, "letters": letters]]
            case (let line?, nil): texts["directories.line", ["line": line]]
            default: texts["directories.whole"]
            }
        self.init(
            place: place, column: fault.heading, value: fault.value,
            expected: texts[
                "entries.import.expected.\(fault.expected.code)", fault.expected.number.map { ["number": $0] } ?? [:]])
    }
}

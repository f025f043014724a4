import Documents
import Foundation
import Participation
import Text

/// Takes a table: the form, what is wrong with a file, or what was read from one, before anything is imported.
struct SheetImportPage: Page {
    static let template = "entries/import"

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
    let address: String
    let lead: String
    let kindHeading: String
    let numberHeading: String
    let mayEnter: Bool
    /// Nothing can be entered now.
    let isOver: Bool
    let faults: Filled<SheetFaultLine>?
    let faultsTitle: String?
    /// Where not all of them are listed.
    let faultsMore: String?
    let reading: Reading?
    let columns: [Fact]
    let earlier: Filled<Earlier>?
    let errors: FormErrors

    static let mostLines = 20

    init(
        _ place: SheetImportPlace, mayEnter: Bool, reading: Reading? = nil,
        faults: EntrySheetFaults? = nil, earlier: [SheetImport] = [],
        errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        title = texts["entries.import.title"]
        (crumbs, address) = (place.crumbs(texts), place.address)
        lead = place.word("lead", texts)
        kindHeading = place.word("kind_heading", texts)
        numberHeading = place.word("number_heading", texts)
        isOver = !place.isOpen
        (self.mayEnter, self.errors) = (mayEnter, errors)
        self.faults = faults.flatMap { found in Filled(found.faults.map { SheetFaultLine($0, texts) }) }
        faultsTitle = faults.map { texts["directories.faults", ["count": $0.total]] }
        faultsMore = faults.flatMap { found in
            found.total > found.faults.count
                ? texts["directories.more", ["shown": found.faults.count, "total": found.total]] : nil
        }
        self.reading = reading
        columns = place.columns(texts)
        self.earlier = Filled(
            earlier.map {
                Earlier(
                    href: "\(place.address)/\($0.id)", moment: ChinaTime.minute($0.askedAt, in: texts.clock),
                    standing: place.standing(of: $0, texts))
            })
    }

    private init(faults: Filled<SheetFaultLine>?, reading: Reading?, errors: FormErrors) {
        (title, crumbs, mayEnter) = ("导入留言", [Crumb(href: "/desk", text: "工作台")], reading != nil)
        (address, lead, kindHeading, numberHeading, isOver) = (
            "/desk/messages/import", "选好文件。", "类型", "原编号", reading == nil
        )
        (self.faults, self.reading, self.errors) = (faults, reading, errors)
        (faultsTitle, faultsMore) = ("有 1 处要改", "只列出前 1000 处")
        columns = [Fact(label: "标题", text: "最多50字")]
        earlier = Filled([Earlier(href: "/desk/messages/import/1", moment: "11月26日", standing: "已导入 2 件。")])
    }

    static let samples = [
        SheetImportPage(
            faults: Filled([SheetFaultLine(place: "第 5 行 F 列", column: "标题", value: "长", expected: "不超过 50 个字")]),
            reading: nil, errors: FormErrors("file", "请改一下这里。")),
        SheetImportPage(
            faults: nil,
            reading: Reading(
                upload: "u", button: "导入这 2 件", facts: [Fact(label: "文件", text: "a.xlsx")], ignored: "备注",
                lines: [Line(place: "第 2 行", number: "12345 GZ-1", day: "2月9日", title: "路灯不亮", kind: "投诉")],
                more: "只列出前 20 件"),
            errors: FormErrors()),
    ]
}

extension SheetImportPage.Reading {
    init(_ sheet: MessageSheet, upload: UUID, file: String, _ texts: Texts) {
        let kinds = Dictionary(grouping: sheet.rows, by: \.entry.kind).mapValues(\.count)
        let counted = MessageKind.allCases.compactMap { kind in
            kinds[kind].map { (texts["messages.kinds.\(kind.rawValue)"], $0) }
        }
        let lines = sheet.rows.prefix(SheetImportPage.mostLines).map { row in
            SheetImportPage.Line(
                place: texts["directories.line", ["line": row.line]],
                number: row.entry.external.map { "\($0.source) \($0.number)" } ?? "",
                day: row.entry.entry.map { ChinaTime.day($0.arrivedOn, in: texts.clock) } ?? "",
                title: row.entry.title, kind: texts["messages.kinds.\(row.entry.kind.rawValue)"])
        }
        self.init(
            upload: upload, file: file, count: sheet.rows.count, counted: counted, ignored: sheet.ignoredColumns,
            lines: lines, texts)
    }

    init(_ sheet: CommentSheet, upload: UUID, file: String, _ texts: Texts) {
        let channels = Dictionary(grouping: sheet.rows, by: \.entry.channel).mapValues(\.count)
        let counted = Channel.entered.compactMap { channel in
            channels[channel].map { (texts.channel(channel.rawValue), $0) }
        }
        let lines = sheet.rows.prefix(SheetImportPage.mostLines).map { row in
            SheetImportPage.Line(
                place: texts["directories.line", ["line": row.line]],
                number: row.entry.position.map(String.init) ?? texts["submissions.whole"],
                day: row.entry.entry.map { ChinaTime.day($0.arrivedOn, in: texts.clock) } ?? "",
                title: TextLength.beginning(of: row.entry.body, atMost: 40),
                kind: texts.channel(row.entry.channel.rawValue))
        }
        self.init(
            upload: upload, file: file, count: sheet.rows.count, counted: counted, ignored: sheet.ignoredColumns,
            lines: lines, texts)
    }

    private init(
        upload: UUID, file: String, count: Int, counted: [(label: String, count: Int)], ignored: [String],
        lines: [SheetImportPage.Line], _ texts: Texts
    ) {
        self.upload = upload.uuidString.lowercased()
        button = texts["entries.import.confirm", ["count": count]]
        facts =
            [Fact(label: texts["entries.import.file"], text: file)]
            + ([(texts["entries.import.rows"], count)] + counted).map {
                Fact(label: $0.0, text: texts["entries.import.count", ["count": $0.1]])
            }
        self.ignored =
            ignored.isEmpty
            ? nil : texts["drafts.confirm.ignored", ["columns": ignored.joined(separator: texts["drafts.comma"])]]
        self.lines = lines
        more = count > lines.count ? texts["directories.more", ["shown": lines.count, "total": count]] : nil
    }
}

extension EntrySheetFault {
    /// In one line, for the console.
    package func sentence(_ texts: Texts) -> String {
        let line = SheetFaultLine(self, texts)
        return texts[
            "entries.import.fault",
            ["place": line.place, "column": line.column, "value": line.value, "expected": line.expected]]
    }
}

extension SheetFaultLine {
    init(_ fault: EntrySheetFault, _ texts: Texts) {
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

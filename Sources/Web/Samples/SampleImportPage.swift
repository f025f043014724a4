import Documents
import Participation
import Text

/// Takes the people of a sample: a file or typed lines, what each column holds, and who of them can be called, before anybody is added.
struct SampleImportPage: Page {
    static let template = "samples/import"

    /// What was read, to be looked at.
    struct Reading: Sendable {
        /// Of a file; empty for what was typed.
        let upload: String
        let facts: [Fact]
        let selects: [DeskForm.Field]
        let hasHeading: Bool
        let people: Filled<Line>?
        let more: String?
        let faults: Filled<Fact>?
        let moreFaults: String?
        /// Adds them; absent where there is nobody.
        let button: String?
    }

    struct Line: Sendable {
        let place: String
        let phone: String
        let name: String
        let stratum: String
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let name: String
    let address: String
    let typed: String
    let limits: String
    let reading: Reading?
    let errors: FormErrors

    static let mostLines = 10
    static let mostFaults = 200

    init(
        _ it: DeskQuestionnaire, _ sample: Sample, typed: String = "", reading: Reading? = nil,
        errors: FormErrors = FormErrors(), for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs =
            texts.crumbs(to: it) + [
                Crumb(href: it.address + "/samples", text: texts["builder.tabs.samples"]),
                Crumb(href: "\(it.address)/samples/\(sample.id)", text: sample.name),
            ]
        head = QuestionnaireHead(it, here: .samples, for: staff, texts)
        (name, address) = (sample.name, "\(it.address)/samples/\(sample.id)")
        limits =
            texts[
                "samples.import.limits",
                ["rows": SampleTable.mostRows, "megabytes": SampleTable.mostBytes / 1_048_576]]
        (self.typed, self.reading, self.errors) = (typed, reading, errors)
    }

    private init(reading: Reading?) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (name, address, typed, limits) = ("电话样本", "/s/1", "0762-0000017,演示,老隆镇", "最多 5000 行。")
        (self.reading, errors) = (reading, FormErrors([("file", "请选择文件。"), ("people", "请填写。")]))
    }

    static let samples = [
        SampleImportPage(reading: nil),
        SampleImportPage(
            reading: Reading(
                upload: "u", facts: [Fact(label: "可以拨打", text: "2 人")],
                selects: [
                    DeskForm.Field(id: "phone", label: "电话", .select([Choice(value: "1", text: "A", chosen: true)]))
                ],
                hasHeading: true,
                people: Filled([Line(place: "第 2 行", phone: "076****17", name: "演**", stratum: "老隆镇")]),
                more: "只列出前 10 人", faults: Filled([Fact(label: "第 3 行", text: "没有电话")]), moreFaults: "只列出前 200 行",
                button: "加入这 2 人")),
        SampleImportPage(
            reading: Reading(
                upload: "", facts: [], selects: [], hasHeading: false, people: nil, more: nil, faults: nil,
                moreFaults: nil, button: nil)),
    ]
}

extension SampleImportPage.Reading {
    /// - Parameter upload: of the file; empty for typed lines, whose columns are given.
    init(_ table: SampleTable, _ columns: SampleTable.Columns, _ list: SampleList, upload: String, _ texts: Texts) {
        self.upload = upload
        (hasHeading, selects) = (columns.hasHeading, upload.isEmpty ? [] : table.selects(columns, texts))
        facts = [
            Fact(label: texts["samples.import.callable"], text: texts["samples.people", ["count": list.people.count]]),
            Fact(
                label: texts["samples.import.not_callable"], text: texts["samples.rows", ["count": list.faults.count]]),
        ]
        people = Filled(
            list.people.prefix(SampleImportPage.mostLines).map {
                SampleImportPage.Line(
                    place: texts["directories.line", ["line": $0.line]], phone: Self.masked($0.phone),
                    name: Mask.name($0.name), stratum: $0.stratum)
            })
        func rest(_ shown: Int, _ total: Int) -> String? {
            total > shown ? texts["directories.more", ["shown": shown, "total": total]] : nil
        }
        more = rest(SampleImportPage.mostLines, list.people.count)
        faults = Filled(
            list.faults.prefix(SampleImportPage.mostFaults).map { fault in
                var parameters: [String: any CustomStringConvertible] = [:]
                if case .twice(let line) = fault.reason { parameters["line"] = line }
                return Fact(
                    label: texts["directories.line", ["line": fault.line]],
                    text: texts["samples.import.reasons.\(fault.reason.code)", parameters])
            })
        moreFaults = rest(SampleImportPage.mostFaults, list.faults.count)
        button = list.people.isEmpty ? nil : texts["samples.import.take", ["count": list.people.count]]
    }

    /// Enough to see that the right column was chosen.
    private static func masked(_ phone: String) -> String { "\(phone.prefix(3))****\(phone.suffix(2))" }
}

extension SampleTable {
    fileprivate func selects(_ columns: Columns, _ texts: Texts) -> [DeskForm.Field] {
        func choices(_ chosen: Int?, optional: Bool) -> [Choice] {
            let none = Choice(value: "", text: texts["samples.import.no_column"], chosen: chosen == nil)
            return (optional ? [none] : [])
                + (1...max(1, width)).map { column in
                    let heading = columns.hasHeading ? TextNormalisation.normalised(rows.first?[column] ?? "") : ""
                    let text = [Sheet.letters(column), TextLength.beginning(of: heading, atMost: 30)]
                        .filter { !$0.isEmpty }.joined(separator: " · ")
                    return Choice(value: String(column), text: text, chosen: column == chosen)
                }
        }
        func field(_ name: String, _ chosen: Int?, optional: Bool) -> DeskForm.Field {
            DeskForm.Field(
                id: name, label: texts["samples.import.columns.\(name)"], .select(choices(chosen, optional: optional)))
        }
        return [
            field("phone", columns.phone, optional: false), field("name", columns.name, optional: true),
            field("stratum", columns.stratum, optional: true),
        ]
    }
}

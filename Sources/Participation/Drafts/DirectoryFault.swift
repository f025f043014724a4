import Documents
import Text

/// One thing that is wrong with a directory's file: where, what stands there, and what is expected.
package struct DirectoryFault: Sendable, Equatable, CustomStringConvertible {
    /// What is expected; its sentences are in the locales under `directories.expected`.
    package enum Expectation: Sendable, Equatable {
        /// XLSX, or UTF-8 or GB18030 text.
        case text
        /// A table, where a picture came.
        case notPicture
        /// A table, where a PDF came.
        case notPDF
        /// Anything at all.
        case content
        /// A workbook that can be opened: whole, of today's kind, without password.
        case workbook
        /// A workbook without programmes.
        case noMacros
        /// A workbook that is not far larger unpacked than any real one.
        case lessUnpacked(megabytes: Int)
        /// Merged ranges that do not lie over each other.
        case separateMerges
        case fewerColumns(limit: Int)
        /// A file with rows.
        case rows
        case smallerFile(megabytes: Int)
        case fewerRows(limit: Int)
        /// Less text once every 同上 is written out.
        case lessText(megabytes: Int)
        /// The heading line with the national columns.
        case heading
        /// This column, which is missing.
        case column
        /// A heading that stands only once.
        case oneHeading
        /// No more local columns than so many.
        case fewerExtras(limit: Int)
        /// A local column has a heading that is not longer.
        case name(limit: Int)
        /// As many cells as headings.
        case cells(count: Int)
        /// In a workbook: a cell that stands below a heading.
        case underHeading
        case filled
        /// A row above, which 同上 could mean.
        case rowAbove
        case shorter(limit: Int)
        /// Characters that can be read; what stands here was lost when the file was saved.
        case readable
        /// 主动 or 依申请.
        case mode
        /// 县级, 乡级 and the like.
        case tier
        case closedQuote
        /// What a formula gives: it was saved without.
        case result

        package var code: String {
            switch self {
            case .text: "text"
            case .notPicture: "not_picture"
            case .notPDF: "not_pdf"
            case .content: "content"
            case .workbook: "workbook"
            case .noMacros: "no_macros"
            case .lessUnpacked: "less_unpacked"
            case .separateMerges: "separate_merges"
            case .fewerColumns: "fewer_columns"
            case .rows: "rows"
            case .smallerFile: "smaller_file"
            case .fewerRows: "fewer_rows"
            case .lessText: "less_text"
            case .heading: "heading"
            case .column: "column"
            case .oneHeading: "one_heading"
            case .fewerExtras: "fewer_extras"
            case .name: "name"
            case .cells: "cells"
            case .underHeading: "under_heading"
            case .filled: "filled"
            case .rowAbove: "row_above"
            case .shorter: "shorter"
            case .readable: "readable"
            case .mode: "mode"
            case .tier: "tier"
            case .closedQuote: "closed_quote"
            case .result: "result"
            }
        }

        /// The number in the sentence.
        package var number: Int? {
            switch self {
            case .smallerFile(let number), .fewerRows(let number), .lessText(let number), .cells(let number),
                .shorter(let number), .lessUnpacked(let number), .fewerColumns(let number), .fewerExtras(let number),
                .name(let number):
                number
            default: nil
            }
        }

        /// For the command line, which speaks Chinese.
        var sentence: String {
            switch self {
            case .text: "XLSX 表格，或者 UTF-8、GB18030 编码的 CSV"
            case .notPicture: "表格；这是一张图片"
            case .notPDF: "表格；这是 PDF"
            case .content: "有内容的文件；这个文件是空的"
            case .workbook: "能打开的 XLSX 表格，没有密码；旧的 XLS 请另存为 XLSX"
            case .noMacros: "不含宏的表格：请另存为 XLSX"
            case .lessUnpacked(let megabytes): "解开以后不超过 \(megabytes) MB 的表格"
            case .separateMerges: "合并的单元格不能互相重叠"
            case .fewerColumns(let limit): "不超过 \(limit) 列"
            case .rows: "表头下面至少一行事项"
            case .smallerFile(let megabytes): "不超过 \(megabytes) MB 的文件"
            case .fewerRows(let limit): "不超过 \(limit) 行"
            case .lessText(let megabytes): "“同上”写全以后不超过 \(megabytes) MB 的文字；请分成几份"
            case .heading: "表头：序号、一级事项、二级事项、公开内容(要素)、公开依据、公开时限、公开主体、公开渠道和载体、公开对象、公开方式、公开层级"
            case .column: "表头中要有这一列"
            case .oneHeading: "每个表头只出现一次"
            case .fewerExtras(let limit): "本地增加的列不超过 \(limit) 列"
            case .name(let limit): "本地增加的列要有表头，不超过 \(limit) 个字"
            case .cells(let count): "\(count) 格，与表头一样多"
            case .underHeading: "这一列没有表头：请补上表头，或者删去这一格"
            case .filled: "不能空着"
            case .rowAbove: "上面要有一行，才能写“同上”"
            case .shorter(let limit): "不超过 \(limit) 个字"
            case .readable: "能读的文字（这里的字在另存时已经丢失）"
            case .mode: "主动 或 依申请"
            case .tier: "县级、乡级等层级"
            case .closedQuote: "引号要成对"
            case .result: "算好的值：这是公式，没有存下结果；请在 Excel 或 WPS 里打开并保存一次"
            }
        }
    }

    /// Of the file, from 1; nil where it is about the whole.
    package let line: Int?
    /// The heading of the column; empty where it is about the whole line.
    package let column: String
    /// What stands there, at most 60 characters of it.
    package let value: String
    package let expected: Expectation

    package init(line: Int?, column: String = "", value: String = "", expected: Expectation) {
        self.line = line
        self.column = column
        self.value = TextLength.beginning(of: value, atMost: 60)
        self.expected = expected
    }

    package var description: String {
        let place = line.map { "第\($0)行" } ?? "文件"
        let column = column.isEmpty ? "" : "「\(column)」"
        let quoted = value.isEmpty ? "" : "“\(value)”"
        let found = if case .cells = expected { "有 \(value) 格" } else { quoted }
        return "\(place)\(column)\(found)，要求：\(expected.sentence)"
    }
}

extension DirectoryFault {
    static func tooMuchText(line: Int) -> DirectoryFault {
        DirectoryFault(line: line, expected: .lessText(megabytes: DirectorySheet.mostCellBytes / 1_048_576))
    }

    /// What keeps a file from being read at all.
    /// - Parameter sheet: which of several it is about.
    init(reading error: any Error, sheet: String = "") {
        switch error {
        case Sheet.Fault.document(let fault): self.init(fault, sheet: sheet)
        case Sheet.Fault.text(.spreadsheet): self.init(line: nil, expected: .workbook)
        case Sheet.Fault.text(.utf16): self.init(line: nil, value: "UTF-16", expected: .text)
        case Sheet.Fault.text(.notText(let place)), Sheet.Fault.text(.undecodable(let place)):
            self.init(line: place.line, expected: .text)
        case Sheet.Fault.csv(let csv):
            let column = Sheet.letters(csv.column)
            switch csv.reason {
            case .unclosedQuote, .textAfterQuote: self.init(line: csv.line, column: column, expected: .closedQuote)
            case .tooManyFields(let limit): self.init(line: csv.line, expected: .fewerColumns(limit: limit))
            case .cellTooLong: self.init(line: csv.line, column: column, expected: .shorter(limit: 5000))
            case .tooManyRows: self.init(line: csv.line, expected: .fewerRows(limit: DirectorySheet.mostRows))
            }
        default: self.init(line: nil, expected: .text)
        }
    }

    private init(_ fault: DocumentFault, sheet: String) {
        switch fault {
        case .macros: self.init(line: nil, expected: .noMacros)
        case .unpacksTooLarge, .tooDeep, .tooSlow:
            self.init(line: nil, value: sheet, expected: .lessUnpacked(megabytes: 100))
        case .overlappingMerges(let line): self.init(line: line, expected: .separateMerges)
        case .tooManyRows: self.init(line: nil, expected: .fewerRows(limit: DirectorySheet.mostRows))
        case .tooManyColumns(let limit, let line): self.init(line: line, expected: .fewerColumns(limit: limit))
        case .tooManyCells:
            self.init(line: nil, expected: .lessText(megabytes: DirectorySheet.mostCellBytes / 1_048_576))
        case .cellTooLong(_, let line, let column):
            // A text that several cells share is read before it is known where they stand.
            self.init(
                line: line == 0 ? nil : line, column: column == 0 ? "" : Sheet.letters(column),
                expected: .shorter(limit: 5000))
        case .noSheet: self.init(line: nil, expected: .rows)
        case .broken, .encrypted, .definitions, .partsElsewhere: self.init(line: nil, expected: .workbook)
        }
    }
}

/// A file that is not imported, with everything that is wrong with it (the first 1,000; `total` counts all).
package struct DirectoryFaults: Error, Sendable, Equatable, CustomStringConvertible {
    package static let most = 1000

    package private(set) var faults: [DirectoryFault] = []
    package private(set) var total = 0

    package init(_ faults: [DirectoryFault] = []) {
        for fault in faults { append(fault) }
    }

    mutating func append(_ fault: DirectoryFault) {
        total += 1
        if faults.count < Self.most { faults.append(fault) }
    }

    package var description: String {
        let more = total > faults.count ? ["……共 \(total) 处"] : []
        return (faults.map(\.description) + more).joined(separator: "\n")
    }
}

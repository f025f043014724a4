import CXlsxWriter
import Foundation

/// Writes an XLSX file row by row with libxlsxwriter, in constant memory: each row goes to disk when the next begins.
///
/// Every text is written as text: what citizens write never becomes a formula, a link or a number.
package final class SheetWriter {
    package enum Cell: Sendable {
        case text(String)
        case number(Double)
        case empty
    }

    /// The disk is full, or the folder for temporary files cannot be written.
    package struct Failed: Error, Equatable {
        package let code: UInt32
    }

    /// A workbook holds no more rows than these and its heading.
    package struct Full: Error, Equatable {
        package static let mostRows = 1_048_575
    }

    private let path: String
    private let workbook: UnsafeMutablePointer<lxw_workbook>
    private var sheet: UnsafeMutablePointer<lxw_worksheet>
    private let heading: UnsafeMutablePointer<lxw_format>?
    private let wrapped: UnsafeMutablePointer<lxw_format>?
    private let isPrinted: Bool
    private let columns: UInt16
    private var line: UInt32 = 0
    private var isClosed = false

    private static let paper: lxw_color_t = 0xEFEBE0
    /// As libxlsxwriter counts paper.
    private static let a4: UInt8 = 9

    /// What a cell of Excel holds, in UTF-16 units; what is longer is cut and ends in “…”.
    private static let longest = 32_767

    /// - Parameters:
    ///   - path: where the file is written; what is there is overwritten.
    ///   - widths: of the columns, in characters.
    ///   - isPrinted: laid out for paper: across, as wide as one page, the heading on each, everything in the print area.
    package init(path: String, sheet name: String, widths: [Double], isPrinted: Bool = false) throws {
        self.path = path
        self.isPrinted = isPrinted
        columns = UInt16(clamping: max(1, widths.count))
        let folder = FileManager.default.temporaryDirectory.path
        let made = folder.withCString { folder -> UnsafeMutablePointer<lxw_workbook>? in
            var options = lxw_workbook_options()
            options.constant_memory = 1
            let copy = strdup(folder)
            defer { free(copy) }
            options.tmpdir = copy
            return workbook_new_opt(path, &options)
        }
        guard let made else { throw Failed(code: LXW_ERROR_CREATING_TMPFILE.rawValue) }
        workbook = made
        guard let sheet = workbook_add_worksheet(made, Self.sheetName(name)) else {
            workbook_close(made)
            throw Failed(code: LXW_ERROR_SHEETNAME_ALREADY_USED.rawValue)
        }
        self.sheet = sheet
        heading = workbook_add_format(made)
        wrapped = workbook_add_format(made)
        if let heading {
            format_set_bold(heading)
            format_set_text_wrap(heading)
            format_set_align(heading, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
            format_set_bg_color(heading, Self.paper)
            format_set_bottom(heading, UInt8(LXW_BORDER_THIN.rawValue))
        }
        if let wrapped {
            format_set_text_wrap(wrapped)
            format_set_align(wrapped, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
        }
        for (column, width) in widths.enumerated() {
            worksheet_set_column(sheet, UInt16(clamping: column), UInt16(clamping: column), width, nil)
        }
        worksheet_freeze_panes(sheet, 1, 0)
        guard isPrinted else { return }
        worksheet_set_landscape(sheet)
        worksheet_set_paper(sheet, Self.a4)
        worksheet_fit_to_pages(sheet, 1, 0)
        worksheet_repeat_rows(sheet, 0, 0)
    }

    deinit { if !isClosed { workbook_close(workbook) } }

    /// What the file says of when it was made; without it, now. The same rows with the same day give the same bytes.
    package func say(madeAt moment: Date) {
        var properties = lxw_doc_properties()
        properties.created = time_t(moment.timeIntervalSince1970)
        workbook_set_properties(workbook, &properties)
    }

    /// Ends the sheet and begins another, of the same columns at most.
    package func beginSheet(_ name: String) throws {
        guard let next = workbook_add_worksheet(workbook, Self.sheetName(name)) else {
            throw Failed(code: LXW_ERROR_SHEETNAME_ALREADY_USED.rawValue)
        }
        (sheet, line) = (next, 0)
        worksheet_freeze_panes(sheet, 1, 0)
    }

    /// The first row: what the columns are called. It stays in sight.
    package func writeHeading(_ names: [String]) throws {
        try write(names.map { .text($0) }, heading)
    }

    /// - Throws: `Full`, or `Failed`.
    package func write(_ cells: [Cell]) throws {
        guard line <= Full.mostRows else { throw Full() }
        try write(cells, wrapped)
    }

    private func write(_ cells: [Cell], _ format: UnsafeMutablePointer<lxw_format>?) throws {
        for (index, cell) in cells.enumerated() {
            let column = UInt16(clamping: index)
            let code =
                switch cell {
                case .text(let text): worksheet_write_string(sheet, line, column, Self.fitting(text), format)
                case .number(let number): worksheet_write_number(sheet, line, column, number, format)
                case .empty: LXW_NO_ERROR
                }
            guard code == LXW_NO_ERROR else { throw Failed(code: code.rawValue) }
        }
        line += 1
    }

    /// Finishes the file; without it there is none.
    package func close() throws {
        if isPrinted { worksheet_print_area(sheet, 0, 0, max(1, line) - 1, columns - 1) }
        isClosed = true
        let code = workbook_close(workbook)
        guard code == LXW_NO_ERROR else { throw Failed(code: code.rawValue) }
    }

    /// The bytes of a small file: a template to fill in.
    package static func bytes(sheet name: String, widths: [Double], heading: [String], rows: [[Cell]] = []) throws
        -> [UInt8]
    {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try SheetWriter(path: path, sheet: name, widths: widths)
        try writer.writeHeading(heading)
        for row in rows { try writer.write(row) }
        try writer.close()
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Short, without control characters, `_` and U+FFFE, U+FFFF: nearly every text, to which nothing need be done. A table has millions.
    private static func isPlain(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.count < longest else { return false }
            var previous: UInt8 = 0
            for byte in bytes {
                if byte < 0x20 && byte != 0x0A && byte != 0x09 || byte == UInt8(ascii: "_") { return false }
                if byte == 0xBF && previous == 0xEF { return false }
                previous = byte
            }
            return true
        }
    }

    private static func fitting(_ text: String) -> String {
        if isPlain(text) { return text }
        // Control characters that XML cannot hold are written as spaces; libxlsxwriter would write a broken file.
        var kept = String.UnicodeScalarView()
        var units = 0
        for scalar in text.unicodeScalars {
            units += scalar.value > 0xFFFF ? 2 : 1
            guard units < longest else {
                kept.append("…")
                break
            }
            let isUnwritable =
                scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || (0xFFFE...0xFFFF).contains(scalar.value)
            kept.append(isUnwritable ? " " : scalar)
        }
        // What looks like an escape (`CellText`) is one itself, so that it is read as it was written.
        return String(kept).replacing(/_(?=x[0-9A-Fa-f]{4}_)/, with: "_x005F_")
    }

    /// At most 31 characters and none of `[]:*?/\`.
    private static func sheetName(_ name: String) -> String {
        let scalars = name.unicodeScalars.filter {
            !"[]:*?/\\'".unicodeScalars.contains($0) && $0.value >= 0x20 && $0.value < 0x10000
        }
        return scalars.isEmpty ? "Sheet1" : String(String.UnicodeScalarView(scalars.prefix(31)))
    }
}

import Documents
import Hummingbird
import Text

/// 台账: a table to take along, as CSV or XLSX.
struct LedgerSheet {
    enum Format: String, CaseIterable {
        case csv, xlsx
    }

    let name: String
    let heading: [String]
    let rows: [[SheetWriter.Cell]]

    func download(as format: Format) throws -> Response {
        switch format {
        case .csv:
            .download(csv, filename: "\(name).csv", contentType: "text/csv; charset=utf-8")
        case .xlsx:
            .download(
                try SheetWriter.bytes(
                    sheet: name, widths: heading.map { Double(max(10, 2 * $0.unicodeScalars.count)) }, heading: heading,
                    rows: rows),
                filename: "\(name).xlsx",
                contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        }
    }

    private var csv: [UInt8] {
        var file = CSVWriter()
        file.append(heading)
        for row in rows {
            file.append(
                row.map { cell in
                    switch cell {
                    case .text(let text): text
                    case .number(let number): number == number.rounded() ? String(Int(number)) : String(number)
                    case .empty: ""
                    }
                })
        }
        return file.bytes
    }
}

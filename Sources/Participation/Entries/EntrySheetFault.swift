import Text

/// One thing that is wrong with a table of messages: where, what stands there, and what is expected.
package struct EntrySheetFault: Codable, Sendable, Equatable {
    /// What is expected; its sentences are in the locales under `messages.import.expected`.
    package enum Expectation: Codable, Sendable, Equatable {
        /// UTF-8 or GB18030 text, or XLSX.
        case table
        /// A workbook that can be opened: whole, without password and macros, and no bomb.
        case workbook
        /// A file with rows.
        case rows
        case smallerFile(megabytes: Int)
        case fewerRows(limit: Int)
        case fewerColumns(limit: Int)
        /// The heading line.
        case heading
        /// This column, which is missing.
        case column
        /// A heading that stands only once.
        case oneHeading
        case closedQuote
        case filled
        case shorter(limit: Int)
        case date
        case notFuture
        /// Not longer ago than a year.
        case recent
        case channel
        case kind
        /// The name or code of a unit that exists.
        case unit
        /// A unit that the message is not about.
        case otherUnit
        case fewerUnits(limit: Int)
        case phone
        case email
        case yesOrNo
        /// A number with its source, and a source with its number.
        case sourceAndNumber
        /// A number that stands on no other line of the file.
        case ownNumber(line: Int)
        /// A number that was not entered before.
        case newNumber
        // Of comments: days and rows of the consultation.
        case beforeClosing, afterOpening, entryWindow, commentChannel, row, sender, people

        package var code: String {
            switch self {
            case .table: "table"
            case .workbook: "workbook"
            case .rows: "rows"
            case .smallerFile: "smaller_file"
            case .fewerRows: "fewer_rows"
            case .fewerColumns: "fewer_columns"
            case .heading: "heading"
            case .column: "column"
            case .oneHeading: "one_heading"
            case .closedQuote: "closed_quote"
            case .filled: "filled"
            case .shorter: "shorter"
            case .date: "date"
            case .notFuture: "not_future"
            case .recent: "recent"
            case .channel: "channel"
            case .kind: "kind"
            case .unit: "unit"
            case .otherUnit: "other_unit"
            case .fewerUnits: "fewer_units"
            case .phone: "phone"
            case .email: "email"
            case .yesOrNo: "yes_or_no"
            case .sourceAndNumber: "source_and_number"
            case .ownNumber: "own_number"
            case .newNumber: "new_number"
            case .beforeClosing: "before_closing"
            case .afterOpening: "after_opening"
            case .entryWindow: "entry_window"
            case .commentChannel: "comment_channel"
            case .row: "row"
            case .sender: "sender"
            case .people: "people"
            }
        }

        /// The number in the sentence.
        package var number: Int? {
            switch self {
            case .smallerFile(let number), .fewerRows(let number), .fewerColumns(let number), .shorter(let number),
                .fewerUnits(let number), .ownNumber(let number):
                number
            default: nil
            }
        }
    }

    /// Of the file, from 1; nil where it is about the whole.
    package let line: Int?
    /// Counted from 1; nil where it is about the whole line.
    package let column: Int?
    package let heading: String
    /// What stands there, at most 60 characters of it.
    package let value: String
    package let expected: Expectation

    package init(line: Int? = nil, column: Int? = nil, heading: String = "", value: String = "", expected: Expectation)
    {
        (self.line, self.column, self.heading, self.expected) = (line, column, heading, expected)
        self.value = TextLength.beginning(of: value, atMost: 60)
    }
}

/// A file that is not imported, with everything that is wrong with it (the first 1,000; `total` counts all).
package struct EntrySheetFaults: Error, Codable, Sendable, Equatable {
    package static let most = 1000

    package private(set) var faults: [EntrySheetFault] = []
    package private(set) var total = 0

    package init(_ faults: [EntrySheetFault] = []) {
        for fault in faults { append(fault) }
    }

    mutating func append(_ fault: EntrySheetFault) {
        total += 1
        if faults.count < Self.most { faults.append(fault) }
    }
}

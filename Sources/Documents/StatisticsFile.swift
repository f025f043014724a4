import CReadStat
import Foundation

/// Writes a file of SPSS (.sav) row by row with ReadStat, in constant memory: texts in UTF-8, what has no value as missing.
package final class StatisticsFile {
    package struct Variable: Sendable, Equatable {
        package enum Shape: Sendable, Equatable {
            case number(decimals: Int)
            /// Steps in an order: what programs may rank by.
            case steps
            /// Codes without an order.
            case codes
            /// Seconds since `StatisticsFile.firstDay`, shown as a day, or with the hour.
            case day, moment
            /// Of at most as many bytes.
            case text(bytes: Int)
        }

        package let name: String
        package let label: String
        package let shape: Shape
        /// What numbers are called.
        package let labels: [Label]

        package init(name: String, label: String, shape: Shape, labels: [Label] = []) {
            (self.name, self.label, self.shape, self.labels) = (name, label, shape, labels)
        }
    }

    package struct Label: Sendable, Equatable {
        package let value: Double
        package let text: String

        package init(value: Double, text: String) { (self.value, self.text) = (value, text) }
    }

    /// The disk is full, or what is written is not what was announced.
    package struct Failed: Error, Equatable {
        /// Of ReadStat.
        package let code: UInt32
    }

    /// SPSS counts seconds from 14 October 1582: days before 1 January 1970.
    package static let firstDay = -141_428

    /// Bytes that a text variable holds; what is longer is cut.
    package static let longestText = 32_767
    private static let longestName = 64
    private static let longestLabel = 252
    private static let longestValueLabel = 120
    private static let longestTitle = 64

    private let file: UnsafeMutablePointer<FILE>
    private let writer: UnsafeMutablePointer<readstat_writer_t>
    private let variables: [Variable]
    private var columns: [UnsafeMutablePointer<readstat_variable_t>] = []
    private var isClosed = false

    /// - Parameters:
    ///   - path: where the file is written; what is there is overwritten.
    ///   - variables: with names as `names(for:)` makes them.
    ///   - rows: as many as will be written; the head of the file says so.
    package init(path: String, title: String, variables: [Variable], rows: Int) throws {
        guard let file = fopen(path, "w") else { throw Failed(code: READSTAT_ERROR_OPEN.rawValue) }
        guard let writer = readstat_writer_init() else {
            fclose(file)
            throw Failed(code: READSTAT_ERROR_MALLOC.rawValue)
        }
        (self.file, self.writer, self.variables) = (file, writer, variables)
        readstat_set_data_writer(writer) { data, length, file in
            guard let data, let file else { return -1 }
            let written = fwrite(data, 1, length, file.assumingMemoryBound(to: FILE.self))
            return written == length ? written : -1
        }
        readstat_writer_set_compression(writer, READSTAT_COMPRESS_ROWS)
        readstat_writer_set_file_label(writer, Self.cut(title, to: Self.longestTitle))
        for (index, variable) in variables.enumerated() { columns.append(try add(variable, index)) }
        try check(readstat_begin_writing_sav(writer, file, rows))
    }

    deinit {
        readstat_writer_free(writer)
        if !isClosed { fclose(file) }
    }

    private func add(_ variable: Variable, _ index: Int) throws -> UnsafeMutablePointer<readstat_variable_t> {
        var (type, width) = (READSTAT_TYPE_DOUBLE, 0)
        if case .text(let bytes) = variable.shape {
            (type, width) = (READSTAT_TYPE_STRING, min(max(1, bytes), Self.longestText))
        }
        guard let column = readstat_add_variable(writer, variable.name, type, width) else {
            throw Failed(code: READSTAT_ERROR_MALLOC.rawValue)
        }
        readstat_variable_set_label(column, Self.cut(variable.label, to: Self.longestLabel))
        switch variable.shape {
        case .number(let decimals):
            readstat_variable_set_format(column, "F\(8 + decimals).\(decimals)")
            readstat_variable_set_measure(column, READSTAT_MEASURE_SCALE)
        case .steps, .codes:
            readstat_variable_set_format(column, "F8.0")
            readstat_variable_set_measure(
                column, variable.shape == .steps ? READSTAT_MEASURE_ORDINAL : READSTAT_MEASURE_NOMINAL)
        case .day: readstat_variable_set_format(column, "SDATE10")
        case .moment: readstat_variable_set_format(column, "DATETIME17")
        case .text: readstat_variable_set_measure(column, READSTAT_MEASURE_NOMINAL)
        }
        guard !variable.labels.isEmpty, let labels = readstat_add_label_set(writer, type, "labels\(index)") else {
            return column
        }
        for label in variable.labels {
            readstat_label_double_value(labels, label.value, Self.cut(label.text, to: Self.longestValueLabel))
        }
        readstat_variable_set_label_set(column, labels)
        return column
    }

    private func check(_ code: readstat_error_t) throws {
        if code != READSTAT_OK { throw Failed(code: code.rawValue) }
    }

    /// - Parameter cells: one for each variable, of its shape.
    package func write(_ cells: [SheetWriter.Cell]) throws {
        try check(readstat_begin_row(writer))
        for ((column, variable), cell) in zip(zip(columns, variables), cells) {
            switch (variable.shape, cell) {
            case (.text(let bytes), .text(let text)):
                let text = Self.cut(text, to: min(max(1, bytes), Self.longestText))
                try check(readstat_insert_string_value(writer, column, text))
            case (.text, _), (_, .text): try check(readstat_insert_missing_value(writer, column))
            case (_, .number(let number)): try check(readstat_insert_double_value(writer, column, number))
            case (_, .empty): try check(readstat_insert_missing_value(writer, column))
            }
        }
        try check(readstat_end_row(writer))
    }

    package func close() throws {
        try check(readstat_end_writing(writer))
        isClosed = true
        if fclose(file) != 0 { throw Failed(code: READSTAT_ERROR_WRITE.rawValue) }
    }

    /// The beginning of a text that fits into so many bytes of UTF-8.
    private static func cut(_ text: String, to bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var (cut, length) = (String.UnicodeScalarView(), 0)
        for scalar in text.unicodeScalars {
            length += String(scalar).utf8.count
            if length > bytes { break }
            cut.append(scalar)
        }
        return String(cut)
    }

    // MARK: Names

    /// What SPSS takes none of its variables to be called.
    private static let reserved: Set<String> = [
        "all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with",
    ]

    /// Names that SPSS accepts, each once also when case does not count: a letter first, then letters, digits and `_`, 64 bytes at most.
    /// Those that do already stay as they are.
    package static func names(for wanted: [String]) -> [String] {
        var taken = reserved
        return wanted.map { name in
            var plain = String(
                name.unicodeScalars.map { scalar in
                    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                        ? Character(scalar) : "_"
                })
            if plain.unicodeScalars.first?.properties.isAlphabetic != true { plain = "v" + plain }
            plain = String(plain.prefix(longestName))
            var (unique, number) = (plain, 2)
            while !taken.insert(unique.lowercased()).inserted {
                let end = "_\(number)"
                unique = String(plain.prefix(longestName - end.utf8.count)) + end
                number += 1
            }
            return unique
        }
    }
}

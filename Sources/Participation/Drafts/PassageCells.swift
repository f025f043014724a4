import Foundation
import Postgres
import Text

/// What a passage says: the columns of a row, national and local, or the words of a clause.
package struct PassageCells: Sendable, Equatable {
    private var columns: [DirectoryColumn: String] = [:]
    /// The words of a clause or heading.
    package var text = ""
    /// 0 a row or clause; 1, 2 … a heading of that level.
    package var depth = 0
    /// By local column.
    package var extras: [String: String] = [:]

    package static let deepest = 6
    package static let longestText = 20_000
    package static let longestExtra = 5000

    package init() {}

    package subscript(column: DirectoryColumn) -> String {
        get { columns[column] ?? "" }
        set { columns[column] = newValue.isEmpty ? nil : newValue }
    }

    init(_ row: RowReader) throws {
        for column in DirectoryColumn.allCases { self[column] = try row[column.rawValue] }
        text = try row["text"]
        depth = try row["depth"]
        let extras: String = try row["extras"]
        // Most rows have none.
        if extras != "{}" { self.extras = try JSONDecoder().decode([String: String].self, from: Data(extras.utf8)) }
    }

    /// As a file says it.
    package init(_ row: DirectorySheet.Row) {
        for column in DirectoryColumn.allCases { self[column] = row[column] }
        extras = row.extras
    }

    /// As it was recognised.
    init(_ clause: TextSheet.Clause) {
        self[.number] = clause.number
        (text, depth) = (clause.text, clause.depth)
    }

    /// As it was published.
    package init(_ passage: PublishedContent.Draft.Passage) {
        for (column, text) in [
            (DirectoryColumn.number, passage.number), (.level1, passage.level1), (.level2, passage.level2),
            (.level3, passage.level3), (.contentElements, passage.contentElements), (.legalBasis, passage.legalBasis),
            (.timeLimit, passage.timeLimit), (.publisher, passage.publisher), (.carriers, passage.carriers),
            (.audience, passage.audience), (.disclosureMode, passage.disclosureMode), (.tier, passage.tier),
            (.source, passage.source),
        ] { self[column] = text }
        (text, depth, extras) = (passage.text ?? "", passage.depth ?? 0, passage.extras ?? [:])
    }

    /// Everything but the number, in the order of the columns, for comparing editions: a row that is only renumbered is the same.
    package func compared(extraColumns: [String]) -> [String] {
        Self.comparedColumns.map { self[$0] } + extraColumns.map { extras[$0] ?? "" } + [
            text
        ]
    }

    /// The local columns of two editions: those of the newer, then what only the older had.
    static func extraColumns(of new: [String], and old: [String]) -> [String] {
        new + old.filter { !new.contains($0) }
    }

    /// Among the columns of `compared`, those by which people call a row: the matter and who publishes it. Clauses have none.
    fileprivate static let names = comparedColumns.enumerated()
        .filter { [.level1, .level2, .level3, .publisher].contains($0.element) }.map(\.offset)
    private static let comparedColumns = DirectoryColumn.allCases.filter { $0 != .number }

    /// The names of a row from the first level on, or the beginning of a clause: how a list calls it.
    package var name: String {
        let items = [self[.level1], self[.level2], self[.level3]].filter { !$0.isEmpty }
        if !items.isEmpty { return items.joined(separator: " · ") }
        return TextLength.beginning(of: text, atMost: 40)
    }

    /// One passage from several: what they say alike once, the rest one after the other, each on lines of its own.
    package static func joined(_ parts: [PassageCells]) -> PassageCells {
        guard var result = parts.first else { return PassageCells() }
        func join(_ texts: [String]) -> String {
            var distinct: [String] = []
            for text in texts where !text.isEmpty && !distinct.contains(text) { distinct.append(text) }
            return distinct.joined(separator: "\n")
        }
        for column in DirectoryColumn.allCases where column != .number {
            result[column] = join(parts.map { $0[column] })
        }
        result.text = join(parts.map(\.text))
        for column in Set(parts.flatMap(\.extras.keys)) {
            result.extras[column] = join(parts.map { $0.extras[column] ?? "" })
        }
        return result
    }

    /// As the doors of the database take it.
    var json: JSONText {
        get throws {
            var fields = Dictionary(
                uniqueKeysWithValues: DirectoryColumn.allCases.map { ($0.rawValue, Field.text(self[$0])) })
            fields["text"] = .text(text)
            fields["depth"] = .number(depth)
            fields["extras"] = .texts(extras.filter { !$0.value.isEmpty })
            return JSONText(try PublishedContent.encode(fields))
        }
    }

    static func json(_ parts: [PassageCells]) throws -> JSONText {
        JSONText("[" + (try parts.map { try $0.json.text }.joined(separator: ",")) + "]")
    }

    private enum Field: Encodable {
        case text(String)
        case number(Int)
        case texts([String: String])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .texts(let texts): try container.encode(texts)
            }
        }
    }
}

extension EditionMatch {
    /// What is proposed for passages, stored or read from a file.
    init(from old: [PassageCells], to new: [PassageCells], extraColumns: [String]) {
        self.init(
            from: old.map { $0.compared(extraColumns: extraColumns) },
            to: new.map { $0.compared(extraColumns: extraColumns) }, names: PassageCells.names)
    }
}

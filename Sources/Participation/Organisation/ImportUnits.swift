import Postgres
import Text

/// Reads `code,name,kind,parent` and adds what is new. All or nothing; a unit that exists is left as it is, because a
/// renaming is a new unit that succeeds the old one.
package struct ImportUnits: Sendable {
    /// One thing that is wrong with the file, in the words of the person who made it.
    package struct Fault: Sendable, Equatable, CustomStringConvertible {
        package let line: Int
        package let column: String
        package let value: String
        package let expected: String

        package var description: String { "第\(line)行「\(column)」：\(value.isEmpty ? "（空）" : value)，应为\(expected)" }
    }

    package struct Faults: Error, CustomStringConvertible {
        package let faults: [Fault]
        package var description: String { faults.map(\.description).joined(separator: "\n") }
    }

    package struct Line: Sendable, Equatable {
        package let code: String
        package let name: String
        package let kind: Unit.Kind
        package let parent: String
    }

    package let lines: [Line]

    /// - Throws: `Faults` with every faulty line, `TextDecodingError`, or `CSVError`.
    package init(csv bytes: [UInt8]) throws {
        let records = try CSVReader.records(try TextDecoding.decode(bytes).text)
        let expected = ["code", "name", "kind", "parent"]
        guard let header = records.first, header.texts == expected else {
            let found = records.first?.texts.joined(separator: ",") ?? ""
            throw Faults(faults: [Fault(line: 1, column: "", value: found, expected: expected.joined(separator: ","))])
        }
        var (lines, faults, seen): ([Line], [Fault], Set<String>) = ([], [], [])
        for record in records.dropFirst() {
            let cells = record.texts
            func fault(_ column: String, _ value: String, _ expected: String) {
                faults.append(Fault(line: record.line, column: column, value: value, expected: expected))
            }
            guard cells.count == expected.count else {
                fault("", cells.joined(separator: ","), "四列：\(expected.joined(separator: ","))")
                continue
            }
            let (code, name, kind, parent) = (cells[0], cells[1], Unit.Kind(rawValue: cells[2]), cells[3])
            if code.isEmpty || code.utf8.count > 40 { fault("code", code, "不超过40个字符的单位代码") }
            if !seen.insert(code).inserted { fault("code", code, "不重复的单位代码") }
            if !(1...100).contains(name.unicodeScalars.count) { fault("name", name, "1至100个字的名称") }
            if !parent.isEmpty, !seen.contains(parent) { fault("parent", parent, "上面某一行的单位代码") }
            guard let kind else {
                fault("kind", cells[2], "office、department 或 town")
                continue
            }
            lines.append(Line(code: code, name: name, kind: kind, parent: parent))
        }
        guard faults.isEmpty else { throw Faults(faults: faults) }
        self.lines = lines
    }

    /// - Returns: how many units were added; those that were there already are left as they are.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let lines = lines
        return try await database.write(as: actor) { tx in
            var added = 0
            for line in lines {
                added += try tx.execute(
                    """
                    insert into units (code, name, kind, parent_id)
                    values (\(line.code), \(line.name), \(line.kind.rawValue),
                      (select id from units where code = nullif(\(line.parent), '')))
                    on conflict (code) do nothing
                    """)
            }
            return added
        }
    }
}

import Postgres
import Text

/// Reads `code,name,kind,parent` and adds what is new. All or nothing; a unit that exists is left as it is, because a
/// renaming is a new unit that succeeds the old one.
package struct ImportUnits: Sendable {
    package struct Line: Sendable, Equatable {
        package let code: String
        package let name: String
        package let kind: Unit.Kind
        package let parent: String
    }

    package let lines: [Line]

    /// - Throws: `ImportFaults` with every faulty line, `TextDecodingError`, or `CSVError`.
    package init(csv bytes: [UInt8]) throws {
        let records = try CSVReader.records(try TextDecoding.decode(bytes).text)
        let expected = ["code", "name", "kind", "parent"]
        guard let header = records.first, header.texts == expected else {
            let found = records.first?.texts.joined(separator: ",") ?? ""
            throw ImportFaults(faults: [
                ImportFault(line: 1, column: "", value: found, expected: expected.joined(separator: ","))
            ])
        }
        var (lines, faults, seen): ([Line], [ImportFault], Set<String>) = ([], [], [])
        for record in records.dropFirst() {
            let cells = record.texts
            func fault(_ column: String, _ value: String, _ expected: String) {
                faults.append(ImportFault(line: record.line, column: column, value: value, expected: expected))
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
        guard faults.isEmpty else { throw ImportFaults(faults: faults) }
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

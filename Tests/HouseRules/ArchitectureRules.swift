import Foundation
import Testing

/// Who may import whom, and where things may stand.
@Suite struct ArchitectureRules {
    /// The project's own modules that each target may import. Arrows run one way.
    static let arrows: [String: Set<String>] = [
        "Postgres": ["CLibpq"],
        "Text": [],
        "Slips": ["CQrcodegen", "CPangoCairo"],
        "Sending": ["CCurl", "Text"],
        "Documents": ["Text", "CZip", "CExpat", "CXlsxWriter"],
        "Questionnaires": ["Text", "Documents"],
        "Participation": ["Postgres", "Text", "Documents", "Questionnaires", "Sending"],
        "Web": ["Participation", "Postgres", "Text", "Documents", "Questionnaires", "Slips", "CZlib"],
        "minyi": ["Participation", "Postgres", "Text", "Documents", "Questionnaires", "Sending", "Slips", "Web"],
    ]

    /// Libraries that belong to one room only.
    static let rooms: [String: Set<String>] = [
        "Hummingbird": ["Web", "minyi"], "Mustache": ["Web"], "ArgumentParser": ["minyi"], "Configuration": ["minyi"],
        "Subprocess": ["Documents", "minyi"],
    ]

    @Test func importsFollowTheArrows() throws {
        let own = Set(Self.arrows.keys).union(Self.arrows.values.joined())
        // Made once: a pattern within the loop is compiled for every line.
        let importing =
            /\s*(?:@\w+\s+|package\s+|public\s+)*import\s+(?:struct\s+|enum\s+|class\s+|func\s+)?(\w+)/
        for (target, allowed) in Self.arrows {
            for file in try Checkout.files("Sources/\(target)", ".swift") {
                for line in file.lines {
                    guard let match = line.prefixMatch(of: importing) else { continue }
                    let module = String(match.1)
                    #expect(!own.contains(module) || allowed.contains(module), "\(file.path) imports \(module)")
                    if let room = Self.rooms[module] {
                        #expect(
                            room.contains(target), "\(file.path) imports \(module), which belongs to \(room.sorted())")
                    }
                }
            }
        }
    }

    @Test func everyTargetHasItsArrows() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Checkout.root.appendingPathComponent("Sources").path)
        let targets = Set(folders.filter { !$0.hasPrefix("C") && !$0.hasPrefix(".") })
        #expect(targets == Set(Self.arrows.keys))
    }

    @Test func theWebSpeaksNoSQL() throws {
        let statement = /\b(select\s.*\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)/.ignoresCase()
        let found = Checkout.findings(in: try Checkout.files("Sources/Web", ".swift")) { line in
            !line.drop { $0 == " " }.hasPrefix("//") && line.contains(statement)
        }
        #expect(found == [])
    }

    @Test func topLevelHoldsOnlyWhatIsKnown() throws {
        let known: Set<String> = [
            "Package.swift", "README.md", "LICENSE", "Sources", "Tests", "sql", "web", "ops",
            // made here, never committed
            "Package.resolved", "var",
        ]
        let entries = try FileManager.default.contentsOfDirectory(atPath: Checkout.root.path)
        #expect(entries.filter { !$0.hasPrefix(".") && !known.contains($0) } == [])
    }

    @Test func migrationsAreNumberedWithoutGaps() throws {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: Checkout.root.appendingPathComponent("sql").path
        ).filter { $0.hasSuffix(".sql") && $0 != "schema.sql" }.sorted()
        for (index, name) in names.enumerated() {
            let number = String(repeating: "0", count: 4 - String(index + 1).count) + String(index + 1)
            #expect(name.hasPrefix(number + "_"), "\(name) should be number \(number)")
            #expect(name.wholeMatch(of: /\d{4}_[a-z0-9_]+\.sql/) != nil, "\(name)")
        }
    }
}

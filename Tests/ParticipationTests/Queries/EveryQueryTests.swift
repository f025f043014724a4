import Foundation
import TestSupport
import Testing

@testable import Participation
@testable import Postgres

/// Every statement in the sources is prepared against the real schema, so that a misspelt column is found without a test
/// that happens to run the statement.
///
/// The sources are read, not run (`QueryComposer`). What counts as SQL: literals in declarations of type `SQL`, literals
/// handed to a session, literals that begin like a statement. Each must be part of a statement the server prepares, in
/// every form the composer finds for it. What it cannot see is named below; rights and values it does not check.
@Suite struct EveryQueryTests {
    /// What no `prepare` takes. Tests of migrations, roles, cursors and the demo run these.
    private static var utility: Regex<(Substring, Substring)> {
        /^\s*(create|grant|drop|declare|fetch|close|copy)\s/
    }

    /// Put together by code that must run for it: prepared as that code makes them. By the file of the parts.
    private static var composedByRunning: [String: [SQL]] {
        get throws {
            [
                "Casework/CaseFilter.swift": caseLists, "Desk/DeskTask.swift": [try deskTasks],
                "Desk/DeskTask+Gatherings.swift": [try deskTasks],
                "Dispositions/WorkbenchFilter.swift": workbenchLists,
                "Messages/PublicMessageList.swift": PublicMessageList.State.allCases.map {
                    PublicMessageList.page(.init(kind: .help, unitID: 1, state: $0), after: nil, 1)
                },
            ]
        }
    }

    /// Every view of the workbench, narrowed by everything and by nothing, and a group.
    private static var workbenchLists: [SQL] {
        WorkbenchFilter.View.allCases.flatMap { view in
            var plain = WorkbenchFilter()
            plain.view = view
            var narrowed = plain
            (narrowed.channel, narrowed.row) = (.letter, "5")
            var whole = plain
            whole.row = SubmissionFilter.whole
            var inside = plain
            inside.group = 1
            return [plain, narrowed, whole, inside].map {
                WorkbenchLine.of($0.opinionConditions(procedure: 1, after: 1), limit: 1)
            }
        }
    }

    private static var deskTasks: SQL {
        get throws {
            let all = StaffActor(
                staffID: 1, name: "", unitID: 1, unitName: "",
                grants: Dictionary(uniqueKeysWithValues: StaffRole.allCases.map { ($0, [1]) }))
            return try #require(DeskTask.waiting(for: all))
        }
    }

    /// Every view of the desk's list, at every desk, narrowed by everything and by nothing.
    private static var caseLists: [SQL] {
        CaseFilter.View.allCases.flatMap { view in
            [
                CaseFilter.Desk.offices([1], home: 1), .offices([1, 2], home: 1), .units([1], home: 1),
                .units([1, 2], home: 1),
            ].flatMap { desk in
                var plain = CaseFilter()
                plain.view = view
                var narrowed = plain
                (narrowed.state, narrowed.unitID, narrowed.urgency, narrowed.warning) = (.assigned, 1, .urgent, .red)
                narrowed.topic = "help"
                var searched = narrowed
                searched.words = "路灯"
                return [plain, narrowed, searched].flatMap {
                    [CaseList.page($0, after: CaseList.Place(moment: .distantPast, id: 1), desk), $0.size(of: desk)]
                }
            }
        }
    }

    /// Tables that no migration makes: the demo's and pgbench's.
    private static let otherTables = """
        create table demo_clock (now_at timestamptz not null);
        create table pgbench_accounts (aid int primary key, bid int, abalance int, filler text)
        """

    @Test func everyStatementCanBePrepared() async throws {
        let test = try await TestDatabase.make()
        try await test.superuser.write { try $0.executeTrusted(Self.otherTables) }
        let source = QuerySource(try QuerySource.files())
        #expect(source.wanted.count > 200, "the sources could not be read")
        let found = try await faults(source, in: test)
        #expect(found == [])
        for (file, statements) in try Self.composedByRunning {
            #expect(source.wanted.keys.contains { source.line(of: $0).contains("/\(file):") }, "no longer needed")
            let refused = try await refusals(Set(statements.map(\.text)), in: test).map { "\($1): \($0)" }
            #expect(refused == [])
        }
    }

    /// The test is worth something only if it fails: in a fragment, in a condition, in a choice, in a whole statement.
    @Test(arguments: [
        ("Consultations/Consultation.swift", "p.entry_until", "p.entry_untill"),
        ("Consultations/Consultation.swift", "\"p.procedure_id desc\"", "\"p.procedure_idd desc\""),
        ("Desk/DeskTask.swift", "c.review_passed and", "c.review_pased and"),
        ("Submissions/SubmissionFilter.swift", "s.channel =", "s.chanel ="),
        ("Work/TimedJob.swift", "refresh_figures()", "refresh_figure()"),
    ])
    func aMisspeltNameIsFound(file: String, right: String, wrong: String) async throws {
        let test = try await TestDatabase.make()
        try await test.superuser.write { try $0.executeTrusted(Self.otherTables) }
        let folder = "Sources/Participation/" + (file.split(separator: "/").first ?? "")
        let files = try QuerySource.files(below: [folder, "Sources/Participation/Submissions"])
        let before = try await faults(QuerySource(files), in: test)
        let spoilt = files.map { source in
            SwiftSource(
                path: source.path,
                text: source.path.hasSuffix(file) ? source.wholeText.replacing(right, with: wrong) : source.wholeText)
        }
        #expect(spoilt.map(\.wholeText) != files.map(\.wholeText))
        #expect(try await faults(QuerySource(spoilt), in: test).count > before.count)
    }

    private func faults(_ source: QuerySource, in test: TestDatabase) async throws -> [String] {
        let refusals = try await refusals(Set(source.roots.flatMap(\.forms).map(\.statement)), in: test)
        var faults: Set<String> = []
        var covered: Set<QueryComposer.LiteralPlace> = []
        let run = Set(try Self.composedByRunning.keys)
        func isRun(_ place: String) -> Bool { run.contains { place.contains("/\($0):") } }
        for root in source.roots {
            let taken = root.forms.filter { refusals[$0.statement] == nil }
            for form in taken { covered.formUnion(form.literals) }
            if taken.isEmpty { continue }  // a part of others, or uncovered: seen below
            for form in root.forms {
                if let reason = refusals[form.statement] {
                    faults.insert("\(root.place): \(reason)\n\(form.statement)")
                }
            }
        }
        for (place, text) in source.wanted where !covered.contains(place) {
            if text.contains(Self.utility) { continue }
            let reason = source.roots.flatMap(\.forms).lazy.filter { $0.literals.contains(place) }
                .compactMap { refusals[$0.statement] }.first
            if reason == nil, isRun(source.line(of: place)) { continue }
            faults.insert("\(source.line(of: place)): \(reason ?? "in no statement")\n\(text)")
        }
        return faults.sorted()
    }

    /// Prepares each statement and forgets it; returns those refused, with the reason.
    private func refusals(_ statements: Set<String>, in test: TestDatabase) async throws -> [String: String] {
        try await test.superuser.read { tx in
            var refusals: [String: String] = [:]
            for statement in statements.sorted() {
                do {
                    try tx.executeTrusted("prepare minyi_query as \(statement)")
                    try tx.executeTrusted("deallocate minyi_query")
                } catch let error as PostgresError where error.state != "42P18" {
                    refusals[statement] = "\(error.state) \(error.message)"
                } catch is PostgresError {
                    // Only the type of a value is open, which our client always says.
                }
            }
            return refusals
        }
    }
}

import Foundation
import Participation
import Testing

@testable import Web

@Suite struct HappeningTests {
    /// What has no words is on record and on no page.
    @Test func everyEventOfAQuestionnaireHasWords() throws {
        let texts = try TestSite.texts(.chinese)
        let folder = URL(fileURLWithPath: TestSite.root).deletingLastPathComponent().appendingPathComponent("sql")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        // Of one that was dropped there is no page.
        let others = DeskQuestionnaire.State.allCases.map(\.rawValue) + ["dropped"]
        var kinds: Set<String> = []
        for file in files where file.pathExtension == "sql" {
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            for line in lines where line.contains("perform questionnaire_event(") {
                for match in line.matches(of: #/'([a-z_]+)'/#) { kinds.insert(String(match.output.1)) }
            }
        }
        #expect(kinds.contains("kiosk_made") && kinds.contains("result_corrected"))
        for kind in kinds.subtracting(others) { #expect(texts.has("builder.history.kinds.\(kind)"), "\(kind)") }
        #expect(texts.has("builder.history.kinds.published"))
    }
}

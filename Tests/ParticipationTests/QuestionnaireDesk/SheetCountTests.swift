import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Participation

@Suite struct SheetCountTests {
    @Test func listsCountByTheTallyAndWhatItHasNotSeen() async throws {
        let scene = try await QuestionnaireScene.make()
        let (read, organiser) = (scene.database.staff, scene.county.organiser)
        func count() async throws -> Int? {
            try await read.read(as: organiser) { try DeskQuestionnaire.Search().lines(most: 10, $0).first?.sheets }
        }
        for age in [30, 40] {
            _ = try await scene.send(
                try scene.sheet(["content": .truth(true), "age": .number(Double(age))], quotas: []))
        }
        #expect(try await count() == 2)
        _ = try await scene.database.work.write { try $0.value("select tally_sheets(5000)", as: Int.self) }
        _ = try await scene.send(try scene.sheet(["content": .truth(true), "age": .number(50)], quotas: []))
        #expect(try await count() == 3)
        let versions = try await read.read(as: organiser) { try DeskQuestionnaire.sheets(of: scene.id, $0) }
        #expect(versions == [1: 3])
        // Who does not see the questionnaire counts nothing.
        let strange = try await read.read(as: .anonymous) {
            try $0.value("select count(*)::int from sheets_that_count(array[\(scene.id)])", as: Int.self)
        }
        #expect(strange == 0)
    }
}

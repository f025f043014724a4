import Foundation
import Participation
import Postgres
import Questionnaires

/// A county with a questionnaire that is open, and what it takes to answer it.
package struct QuestionnaireScene: Sendable {
    package let county: ExampleCounty
    package let intake: Intake
    package let id: Int
    package let number: String

    package var database: TestDatabase { county.database }

    /// What a questionnaire of a test differs in.
    package struct Terms: Sendable {
        package var kind = "questionnaire"
        package var voice = "open"
        package var personWay = PersonWay.openid
        package var mostSheets: Int?
        package var opensAt = Date(timeIntervalSinceNow: -3600)
        package var closesAt = Date(timeIntervalSinceNow: 6 * 86_400)
        package var procedureID: Int?

        package init() {}
    }

    /// Satisfied or not; those who are not say why, and the last page asks for an age that a quota counts.
    package static let content = Questionnaire(
        title: "政务服务满意度调查", introduction: "大约三分钟。",
        pages: [
            .init(
                code: "service", title: "办事",
                groups: [
                    .init(
                        code: "g1",
                        questions: [
                            Question(code: "content", text: "您满意吗？", kind: .yesNo, isRequired: true),
                            Question(
                                code: "why", text: "为什么不满意？", kind: .text(.init(isLong: true)), isRequired: true,
                                condition: "content = false"),
                        ])
                ]),
            .init(
                code: "detail", title: "细节",
                groups: [
                    .init(
                        code: "g2",
                        questions: [
                            Question(
                                code: "slow", text: "哪里太慢？",
                                kind: .single(
                                    .init(
                                        options: [.init(code: "queue", text: "排队"), .init(code: "papers", text: "材料")],
                                        other: "其他")))
                        ])
                ], condition: "content = false"),
            .init(
                code: "about", title: "关于您",
                groups: [
                    .init(
                        code: "g3",
                        questions: [
                            Question(code: "age", text: "您多大？", kind: .number(.init(least: 0, most: 120)))
                        ])
                ]),
        ],
        quotas: [.init(code: "young", title: "年轻人", condition: "age < 30", most: 2, closing: "年轻人已经够了。")],
        closing: "谢谢您。")

    /// The same for verified persons: without a quota.
    package static let voted: Questionnaire = {
        var voted = content
        voted.quotas = []
        return voted
    }()

    /// One question on one page.
    package static let poll = Questionnaire(
        title: "先修哪一段路？",
        pages: [
            .init(
                code: "p",
                groups: [
                    .init(
                        code: "g",
                        questions: [
                            Question(
                                code: "road", text: "先修哪一段？",
                                kind: .single(
                                    .init(options: [.init(code: "east", text: "东段"), .init(code: "west", text: "西段")])),
                                isRequired: true)
                        ])
                ])
        ])

    package static func make(
        _ content: Questionnaire = Self.content, _ terms: Terms = Terms(), in county: ExampleCounty? = nil
    ) async throws -> QuestionnaireScene {
        let made: ExampleCounty
        if let county { made = county } else { made = try await ExampleCounty.make() }
        // Its keys are of chance: who reads must have those of who wrote.
        let intake = Intake(secrets: try ExampleCounty.secrets())
        let (id, version) = try await save(content, terms, in: made)
        if terms.voice == "person" {
            _ = try await made.database.staff.write(as: made.organiser) {
                try $0.execute("select choose_person_way(\(id), \(terms.personWay))")
            }
            try await MoveQuestionnaire(id).open(
                seen: version, voicesIn: intake.vault, in: made.database.staff, as: made.organiser)
        } else {
            try await open(id, version, in: made)
        }
        let number: String = try await made.database.owner.read { tx in
            try tx.value("select number from questionnaires where id = \(id)")
        }
        return QuestionnaireScene(
            county: made, intake: intake, id: id, number: number)
    }

    private struct Saved: Row {
        let id: Int
        let version: Int

        init(_ row: RowReader) throws {
            id = try row["id"]
            version = try row["content_version"]
        }
    }

    /// Saves it as one that is prepared.
    package static func save(
        _ content: Questionnaire, _ terms: Terms = Terms(), id: Int? = nil, version: Int? = nil,
        in county: ExampleCounty,
        as actor: DatabaseActor? = nil
    ) async throws -> (id: Int, version: Int) {
        let json = String(decoding: try JSONEncoder().encode(content), as: UTF8.self)
        let saved = try await county.database.staff.write(as: actor ?? county.organiser) { tx in
            try tx.one(
                """
                select id, content_version from save_questionnaire(\(id), \(version), \(county.unitID), \(terms.kind), \(content.title),
                  '改进服务。', '在本县办过事的人', \(json)::jsonb, \(terms.voice), 'closed', \(terms.mostSheets), \(terms.opensAt),
                  \(terms.closesAt), 'respondents', 5, '0762-6750000', \(terms.procedureID))
                """, as: Saved.self)
        }
        return (saved.id, saved.version)
    }

    package static func open(_ id: Int, _ version: Int, in county: ExampleCounty) async throws {
        _ = try await county.database.staff.write(as: county.organiser) { tx in
            try tx.execute("select open_questionnaire(\(id), \(version))")
        }
    }

    /// A sheet as the server would send it.
    package func sheet(
        _ answers: Answers = ["content": .truth(true), "age": .number(40)], key: UUID = UUID(), version: Int = 1,
        quotas: [String]? = nil, voice: [UInt8]? = nil, invitation: [UInt8]? = nil
    ) throws -> AnsweredSheet {
        AnsweredSheet(
            key: key, questionnaire: number, version: version, answers: answers.json(),
            quotas: try quotas ?? Answering(questionnaire: Self.content, seed: 0).quotas(answers), voice: voice,
            invitation: invitation, firstPage: "service")
    }

    package func send(_ sheet: AnsweredSheet) async throws -> IntakeOutcome {
        try await intake.accept(sheet, in: database.public)
    }

    /// Runs one of the doors of the desk.
    package func act(_ sql: SQL, as actor: DatabaseActor? = nil) async throws {
        _ = try await database.staff.write(as: actor ?? county.organiser) { try $0.execute(sql) }
    }

    /// The second version, and what it is said to correct.
    package func correct(_ content: Questionnaire, note: String) async throws {
        let json = String(decoding: try JSONEncoder().encode(content), as: UTF8.self)
        try await act("select correct_questionnaire(\(id), 1, \(note), \(json)::jsonb)")
    }

    package func value<T: PostgresValue>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
        try await database.owner.read { try $0.value(sql, as: T.self) }
    }
}

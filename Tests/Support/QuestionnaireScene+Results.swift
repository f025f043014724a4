import Foundation
import Participation
import Postgres
import Questionnaires
import Text

extension QuestionnaireScene {
    package static let wording = QuestionnaireResultDraft.Wording(
        title: "政务服务满意度调查结果", analysis: "多数人满意，少数人嫌排队久。", nextStep: "下个月增开一个窗口。", unitAtFoot: "县民政局",
        dateAtFoot: ChinaTime.date(Date(timeIntervalSince1970: 1_796_000_000)))

    /// 24 who are satisfied and 8 who are not, five of them with the same words; counted, and closed.
    package func answerAndClose() async throws {
        for index in 0..<24 {
            _ = try await send(try sheet(["content": .truth(true), "age": .number(Double(30 + index))], quotas: []))
        }
        for index in 0..<8 {
            _ = try await send(
                try sheet(
                    [
                        "content": .truth(false), "why": .text(index < 5 ? "排队太久" : "材料多"),
                        "slow": .choice(index < 6 ? .option("queue") : .other("停车")), "age": .number(50),
                    ], quotas: []))
        }
        try await tally()
        try await act("select close_questionnaire(\(id))")
    }

    package func tally() async throws {
        _ = try await database.work.write { try $0.value("select tally_sheets(5000)", as: Int.self) }
    }

    /// Shows every text that waits.
    package func readTexts() async throws {
        for question in ["why", "slow"] {
            let waiting = try await database.staff.read(as: county.organiser) { tx in
                try tx.all(TextWording.desk(id, question: question, screening: .pending), as: TextWording.self)
            }
            _ = try await TextWording.screen(
                waiting.map(\.id), of: question, in: id, as: .shown, because: nil, before: .pending, database.staff,
                as: county.organiser)
        }
    }

    package func prepareResult(
        _ wording: QuestionnaireResultDraft.Wording = Self.wording, allEntered: Bool = true,
        as actor: DatabaseActor? = nil
    ) async throws -> Int {
        try await PrepareQuestionnaireResult(number, wording: wording, allEntered: allEntered)(
            in: database.staff, as: actor ?? county.organiser)
    }

    /// Secrecy review and approval by two others.
    package func clear(_ clearance: Int) async throws {
        try await Clearance.review(
            clearance, version: try await Clearance.version(of: clearance, in: database.staff, as: county.reviewer),
            passed: true, note: "", attribute: .proactive, in: database.staff, as: county.reviewer)
        try await Clearance.approve(
            clearance, version: try await Clearance.version(of: clearance, in: database.staff, as: county.approver),
            granted: true, note: "", in: database.staff, as: county.approver)
    }

    /// - Returns: the clearance it was published from.
    @discardableResult
    package func publishResult(_ wording: QuestionnaireResultDraft.Wording = Self.wording) async throws -> Int {
        let clearance = try await prepareResult(wording)
        try await clear(clearance)
        try await Clearance.publish(clearance, in: database.staff, as: county.organiser)
        return clearance
    }

    package func publishedResult(version: Int) async throws -> PublishedVersion? {
        try await database.public.read {
            try $0.first(
                PublishedVersion.questionnaireResult(of: number, version: version), as: PublishedVersion.self)
        }
    }

    package func newestResult() async throws -> PublishedVersion? {
        try await database.public.read { try PublishedVersion.newestQuestionnaireResult(of: number, $0) }
    }
}

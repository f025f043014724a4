import Foundation
import Participation
import Postgres
import Text

/// A consultation about a draft of three rows, open for comments, with the people who answer it.
package struct AnsweringScene: Sendable {
    package let database: TestDatabase
    package let intake: Intake
    package let procedureID: Int
    package let number: String
    package let editionID: Int

    // Ids of the rows of `staff`.
    package static let organiserID = 1
    package static let approverID = 2
    package static let reviewerID = 3
    package static let strangerID = 4
    package static let clerkID = 5

    /// Organiser and clerk in one, of the organising unit.
    package static let organiser = actor(organiserID, units: [2], ["organiser", "clerk"])
    package static let approver = actor(approverID, units: [2], ["approver"])
    /// Of the county office, which sees every unit.
    package static let reviewer = actor(reviewerID, units: [1, 2, 3], ["secrecy_reviewer"])
    /// An organiser of a unit that has nothing to do with it.
    package static let stranger = actor(strangerID, units: [3], ["organiser", "clerk"])
    package static let clerk = actor(clerkID, units: [2], ["clerk"])

    package static let opensAt = ChinaTime.startOf(CalendarDate(dayNumber: 20_777))
    package static let closesAt = ChinaTime.startOf(CalendarDate(dayNumber: 20_787))
    package static let entryUntil = ChinaTime.startOf(CalendarDate(dayNumber: 20_790))
    package static let whileOpen = opensAt.addingTimeInterval(86400)
    package static let afterClosing = closesAt.addingTimeInterval(3600)
    package static let afterEntry = entryUntil.addingTimeInterval(3600)

    package static func actor(_ id: Int, units: [Int], _ roles: [String]) -> DatabaseActor {
        .staff(
            id,
            grants: Dictionary(
                roles.compactMap(StaffRole.init(rawValue:)).map { ($0, units) }, uniquingKeysWith: { $1 }))
    }

    package static func make() async throws -> AnsweringScene {
        let database = try await TestDatabase.make()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-secrets-\(UUID().uuidString)")
        let intake = Intake(secrets: try Secrets.loadOrCreate(in: SecretsDirectory(folder.path)))
        try FileManager.default.removeItem(at: folder)
        try await database.setClock(whileOpen)
        let (procedureID, number) = try await database.owner.write { tx in
            try tx.execute(
                """
                insert into units (code, name, kind) values ('office', '县政府办', 'office'), ('mzj', '县民政局', 'department'),
                  ('jtj', '县交通局', 'department')
                """)
            try tx.execute(
                """
                insert into staff (sign_in_name, display_name, unit_id, password_hash) values
                  ('organiser', '陈组织', 2, 'x'), ('approver', '李审签', 2, 'x'),
                  ('reviewer', '赵保密', 1, 'x'), ('stranger', '钱外人', 3, 'x'),
                  ('clerk', '孙经办', 2, 'x')
                """)
            try tx.execute(
                """
                insert into staff_roles (staff_id, unit_id, role) values (1, 2, 'organiser'), (1, 2, 'clerk'),
                  (2, 2, 'approver'), (3, 1, 'secrecy_reviewer'), (4, 3, 'organiser'), (5, 2, 'clerk')
                """)
            try tx.execute(
                """
                insert into drafts (title, field, unit_id, unit_ids, created_by)
                values ('社会救助领域目录', '社会救助', 2, '{1,2}', 1)
                """)
            try tx.execute(
                "insert into editions (draft_id, ordinal, unit_ids, created_by, frozen_at) values (1, 1, '{1,2}', 1, \(opensAt))"
            )
            try tx.execute(
                """
                insert into passages (edition_id, position, number, level1, level2, content_elements, legal_basis,
                  time_limit, publisher, carriers, audience, disclosure_mode, tier)
                select 1, n, n::text, '最低生活保障', (array['办事指南', '审核信息', '审批信息'])[n], '申请条件、程序、时限', '《社会救助暂行办法》',
                  '20个工作日', '县民政局', '■政府网站', '■全社会', '■主动', '■县级' from generate_series(1, 3) n
                """)
            let id: Int = try tx.value(
                """
                insert into procedures (title, field, unit_id, unit_ids, draft_id, edition_id, opens_at, closes_at, entry_until)
                values ('社会救助领域基层政务公开标准目录', '社会救助', 2, '{1,2}', 1, 1, \(opensAt), \(closesAt), \(entryUntil))
                returning id
                """)
            try tx.execute("update procedures set state = 'open' where id = \(id)")
            return (id, try tx.value("select number from procedures where id = \(id)", as: String.self))
        }
        return AnsweringScene(
            database: database, intake: intake, procedureID: procedureID, number: number, editionID: 1)
    }

    /// A comment from the web, or entered by the clerk when it came another way.
    @discardableResult
    package func submit(
        _ body: String, row: Int? = nil, channel: Participation.Channel = .web, submitter: Submitter = .person,
        contact: Contact = Contact(), showsName: Bool = false
    ) async throws -> (id: Int, number: String, key: UUID) {
        let key = UUID()
        let entry = channel == .web ? nil : Comment.Entry(arrivedOn: ChinaTime.date(Self.whileOpen))
        let comment = Comment(
            key: key, procedure: number, editionID: editionID, position: row, body: body, channel: channel,
            submitter: submitter, contact: contact, showsName: showsName, entry: entry)
        let outcome = try await intake.accept(
            comment, in: channel == .web ? database.public : database.staff,
            as: channel == .web ? .anonymous : Self.organiser)
        guard let id = outcome.submissionID, let number = outcome.number else {
            throw Refused(verdict: outcome.verdict)
        }
        return (id, number, key)
    }

    package struct Refused: Error {
        package let verdict: IntakeOutcome.Verdict
    }

    /// Lets the period and the entry window pass.
    package func close() async throws {
        try await database.setClock(Self.afterEntry)
        _ = try await database.work.write { tx in try tx.execute("select advance_procedures()") }
    }

    package func opinionIDs(of submissionID: Int) async throws -> [Int] {
        try await database.staff.read(as: Self.organiser) { tx in
            try tx.values("select id from opinions where submission_id = \(submissionID) order by ordinal")
        }
    }

    /// Answers every opinion of a submission alike.
    package func answer(_ submissionID: Int, _ outcome: Outcome, _ reason: String = "已研究。") async throws {
        let answer = Answer(
            outcome: outcome, reason: reason, transferredTo: outcome == .transferred ? "县交通局" : "",
            invalidCode: outcome == .invalid ? .test : nil, effect: "修改稿", effectOn: CalendarDate(dayNumber: 20_800))
        try await AnswerOpinions(answer, to: try await opinionIDs(of: submissionID))(
            in: database.staff, as: Self.organiser)
    }

    /// Screens what nobody has looked at, and ends the answering.
    package func finish() async throws {
        let pending: [Int] = try await database.staff.read(as: Self.organiser) {
            try $0.values("select id from submissions where screening = 'pending'")
        }
        _ = try await ScreenSubmissions(ids: pending, hiddenFor: nil)(in: database.staff, as: Self.organiser)
        try await FinishAnswering(procedureID: procedureID)(in: database.staff, as: Self.organiser)
    }

    package static let wording = ResultDraft.Wording(
        title: "意见采纳情况", nextStep: "按采纳的意见修改后公布。", unitAtFoot: "县民政局", dateAtFoot: CalendarDate(dayNumber: 20_791))

    /// Prepares the result, has it reviewed and approved, and publishes it. Returns the id of the version.
    @discardableResult
    package func publishResult() async throws -> Int {
        let clearance = try await PrepareResult(procedureNumber: number, wording: Self.wording)(
            in: database.staff, as: Self.organiser)
        try await clear(clearance)
        return try await database.staff.write(as: Self.organiser) { tx in
            try tx.value("select publish_clearance(\(clearance))")
        }
    }

    package func clear(_ clearance: Int) async throws {
        _ = try await database.staff.write(as: Self.reviewer) { tx in
            try tx.execute(
                "select review_clearance(\(clearance), true, '', 'proactive', (select version from clearances where id = \(clearance)))"
            )
        }
        _ = try await database.staff.write(as: Self.approver) { tx in
            try tx.execute(
                "select approve_clearance(\(clearance), true, '', '', null, null, null, (select version from clearances where id = \(clearance)))"
            )
        }
    }
}

import Foundation
import Participation
import Postgres

/// A county that takes messages: an office that screens, a unit that answers, another one, and the people this needs.
package struct MessageScene: Sendable {
    package let database: TestDatabase
    package let intake: Intake

    // Ids of the rows of `units` and `staff`.
    package static let office = 1
    package static let unit = 2
    package static let other = 3

    /// Screens and assigns, for every unit.
    package static let screener = actor(1, [1, 2, 3], ["organiser", "clerk"])
    package static let clerk = actor(2, [2], ["organiser", "clerk"])
    package static let approver = actor(3, [2], ["approver"])
    /// Approves what was taken up again.
    package static let officeApprover = actor(6, [1, 2, 3], ["approver"])
    package static let reviewer = actor(4, [1, 2, 3], ["secrecy_reviewer"])
    package static let stranger = actor(5, [3], ["organiser", "clerk"])

    private static func actor(_ id: Int, _ units: [Int], _ roles: [String]) -> DatabaseActor {
        .staff(
            id, grants: Dictionary(roles.compactMap(StaffRole.init(rawValue:)).map { ($0, units) }) { $1 })
    }

    /// - Parameter now: where the clock stands; nil lets it run.
    package static func make(now: Date? = nil) async throws -> MessageScene {
        let database = try await TestDatabase.make()
        try await database.owner.write { tx in
            try tx.execute(
                """
                insert into units (code, name, kind) values ('g01', '县政府办', 'office'), ('d01', '县城管局', 'department'),
                  ('d02', '县教育局', 'department')
                """)
            try tx.execute(
                """
                insert into staff (sign_in_name, display_name, unit_id, password_hash) values
                  ('screener', '钱受理', 1, 'x'), ('clerk', '李经办', 2, 'x'), ('approver', '王审签', 2, 'x'),
                  ('reviewer', '赵保密', 1, 'x'), ('stranger', '周外人', 3, 'x'), ('head', '孙主任', 1, 'x')
                """)
            try tx.execute(
                """
                insert into staff_roles (staff_id, unit_id, role) values
                  (1, 1, 'organiser'), (1, 1, 'clerk'), (2, 2, 'organiser'), (2, 2, 'clerk'), (3, 2, 'approver'),
                  (4, 1, 'secrecy_reviewer'), (5, 3, 'organiser'), (5, 3, 'clerk'), (6, 1, 'approver')
                """)
        }
        if let now { try await database.setClock(now) }
        return MessageScene(database: database, intake: Intake(secrets: try ExampleCounty.secrets()))
    }

    package func message(
        _ kind: MessageKind = .complaint, title: String = "中山路路灯不亮", body: String = "晚上看不见路，请尽快修好。",
        key: UUID = UUID(), unit: Int? = nil, concerned: [Int] = [], names: String = "",
        contact: Contact = Contact(name: "李小明", phone: "13800138000"), publish: Bool = true, showName: Bool = false,
        recording: UUID? = nil, files: [UUID] = []
    ) -> Message {
        Message(
            key: key, kind: kind, title: title, body: body, place: "老隆镇", unitID: unit, concernedUnitIDs: concerned,
            concernedNames: names, contact: contact, mayBePublished: publish, mayShowName: showName,
            recordingID: recording, fileIDs: files)
    }

    /// A message that was taken, and what opens its receipt.
    package struct Sent: Sendable {
        package let submissionID: Int
        package let caseID: Int
        package let number: SubmissionNumber
        package let mac: [UInt8]

        /// The same number with a code that does not belong to it.
        package var byStranger: Sent {
            Sent(submissionID: submissionID, caseID: caseID, number: number, mac: [UInt8](repeating: 0, count: 32))
        }
    }

    package struct NotTaken: Error { package let verdict: IntakeOutcome.Verdict }

    @discardableResult
    package func send(_ message: Message) async throws -> Sent {
        let outcome = try await intake.accept(message, in: database.public)
        guard outcome.verdict == .accepted, let number = outcome.number, let id = outcome.submissionID else {
            throw NotTaken(verdict: outcome.verdict)
        }
        let caseID: Int = try await value("select id from cases where submission_id = \(id)")
        return Sent(
            submissionID: id, caseID: caseID, number: try SubmissionNumber(number),
            mac: intake.codes.mac(for: message.key))
    }

    /// Stores a file as a visitor does, whatever is in it.
    package func upload(form key: UUID, type: String = "image/png", _ text: String = "bytes") async throws -> UUID {
        let bytes = Array(text.utf8)
        let seconds: Double? = type.hasPrefix("audio/") ? 12 : nil
        return try await database.public.write { tx in
            try tx.value(
                """
                select id from store_upload(\(key), 'file', \(type), sha256(\(bytes)), \(bytes), \(seconds)::float8::real)
                """, as: UUID.self)
        }
    }

    package func receipt(_ sent: Sent) async throws -> MessageReceipt? {
        try await MessageReceipt.find(sent.number, mac: sent.mac, in: database.public)
    }

    /// Runs one of the doors of the desk.
    package func act(_ actor: DatabaseActor, _ sql: SQL) async throws {
        _ = try await database.staff.write(as: actor) { try $0.execute(sql) }
    }

    package func value<T: PostgresValue>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
        try await database.owner.read { try $0.value(sql, as: T.self) }
    }

    package func accept(_ sent: Sent) async throws {
        try await act(Self.screener, "select screen_case(\(sent.caseID), 'accepted', null, '', null, '')")
    }

    package func assign(_ sent: Sent, to unit: Int = unit) async throws {
        try await act(
            Self.screener,
            "select assign_case(\(sent.caseID), \(unit), (select unit_id from cases where id = \(sent.caseID)), '{}', 'ordinary', '')"
        )
    }

    /// Approves the reply as it is now.
    package func approve(_ sent: Sent, as actor: DatabaseActor = approver) async throws {
        try await act(
            actor, "select approve_reply(\(sent.caseID), \(Self.version(of: sent)), true, '', '', null, null)")
    }

    /// Of the newest reply.
    private static func version(of sent: Sent) -> SQL {
        "(select version from replies where case_id = \(sent.caseID) order by ordinal desc limit 1)"
    }

    /// From screening to the answer, which its author can read.
    package func answer(_ sent: Sent, _ words: String = "经核查，路灯已于昨日修好。", by unit: Int = unit) async throws {
        try await accept(sent)
        try await assign(sent, to: unit)
        try await reply(sent, words)
    }

    /// The unit answers, and its head approves.
    package func reply(_ sent: Sent, _ words: String) async throws {
        let title: String = try await value("select title from cases where id = \(sent.caseID)")
        try await act(
            Self.clerk,
            "select submit_reply(\(sent.caseID), 0, \(words), \(title), '晚上看不见路，请尽快修好。', \(words))")
        try await approve(sent)
    }

    /// Reviewed for secrets, which publishes it.
    package func publish(_ sent: Sent) async throws {
        try await act(
            Self.reviewer, "select review_publication(\(sent.caseID), \(Self.version(of: sent)), true, '')")
    }
}

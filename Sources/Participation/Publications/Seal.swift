import Foundation
import Postgres

/// 封存: one person asks, a second confirms; then the words are gone from every screen, and a tombstone keeps number, date
/// and the class of the reason.
package struct Seal: Row, Identifiable {
    package enum Reason: String, PostgresValue, CaseIterable, Sendable {
        case secret, child
        case personalData = "personal_data"
        case unlawful
    }

    package enum Stage: String, Sendable {
        /// Waits for the second person.
        case requested
        /// Sealed; a suspected secret still has to be reported.
        case confirmed
        case reported
        /// Taken back, or found needless.
        case declined
    }

    /// What is sealed.
    package enum Target: Sendable, Equatable {
        case submission(id: Int)
        case version(id: Int)
    }

    package let id: Int
    package let reason: Reason
    package let requestedByID: Int
    package let requestedBy: String
    package let requestedAt: Date
    package let confirmedBy: String?
    package let confirmedAt: Date?
    /// A suspected secret is reported within 24 hours.
    package let reportDueAt: Date?
    package let reportedBy: String?
    package let reportedAt: Date?
    package let declinedBy: String?
    package let declinedAt: Date?
    /// Of a comment, or of a publication.
    package let procedureNumber: String?
    /// Of a publication about a questionnaire.
    package let questionnaireNumber: String?
    /// Of the procedure, of the questionnaire, or of the case.
    package let title: String
    /// Of a sealed submission.
    package let submissionNumber: String?
    /// Of a sealed message.
    package let caseID: Int?
    /// Asked for together with another, which is confirmed and declined for both.
    package let withID: Int?
    /// How many were asked for together with this one.
    package let others: Int
    /// Of a sealed publication: its kind and version.
    package let versionKind: String?
    package let version: Int?
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        reason = try row["reason"]
        requestedByID = try row["requested_by"]
        requestedBy = try row["requested_by_name"]
        requestedAt = try row["requested_at"]
        confirmedBy = try row["confirmed_by_name"]
        confirmedAt = try row["confirmed_at"]
        reportDueAt = try row["report_due_at"]
        reportedBy = try row["reported_by_name"]
        reportedAt = try row["reported_at"]
        declinedBy = try row["declined_by_name"]
        declinedAt = try row["declined_at"]
        procedureNumber = try row["procedure_number"]
        questionnaireNumber = try row["questionnaire_number"]
        title = try row["title"]
        submissionNumber = try row["submission_number"]
        caseID = try row["case_id"]
        withID = try row["with_id"]
        others = try row["others"]
        versionKind = try row["version_kind"]
        version = try row["version"]
        now = try row["now"]
    }

    package var stage: Stage {
        if declinedAt != nil { return .declined }
        return confirmedAt == nil ? .requested : reportedAt == nil ? .confirmed : .reported
    }
    /// A report is due and nobody has recorded it.
    package var awaitsReport: Bool { reportDueAt != nil && reportedAt == nil && declinedAt == nil }
    /// Whole seconds until the report is due; negative once it is late. Nil where none is due.
    package var secondsLeft: Int? {
        guard awaitsReport, let due = reportDueAt else { return nil }
        return Int(due.timeIntervalSince(now).rounded(.down))
    }

    // MARK: Reading

    private static let columns: SQL = """
        select s.id, s.reason, s.requested_by, coalesce(a.display_name, '') as requested_by_name, s.requested_at,
          b.display_name as confirmed_by_name, s.confirmed_at, s.report_due_at, c.display_name as reported_by_name,
          s.reported_at, d.display_name as declined_by_name, s.declined_at, p.number as procedure_number,
          q.number as questionnaire_number, coalesce(p.title, q.title, k.title, '—') as title, t.number as submission_number, k.id as case_id,
          s.with_id, (select count(*) from seals o where o.with_id = s.id) as others, v.kind as version_kind, v.version, minyi_clock() as now
        from seals s left join submissions t on t.id = s.submission_id
        left join published_versions v on v.id = s.version_id
        left join procedures p on p.id = coalesce(t.procedure_id, v.procedure_id) left join cases k on k.submission_id = t.id
        left join answer_sheets h on h.submission_id = t.id
        left join questionnaires q on q.id = coalesce(v.questionnaire_id, h.questionnaire_id)
        left join staff a on a.id = s.requested_by left join staff b on b.id = s.confirmed_by
        left join staff c on c.id = s.reported_by left join staff d on d.id = s.declined_by
        """

    /// What waits for somebody first: reports by their hour, then requests, then what is done.
    package static func list(in database: Database, as actor: DatabaseActor) async throws -> [Seal] {
        try await database.read(as: actor) { tx in
            try tx.all(
                """
                \(columns)
                order by s.report_due_at is null or s.reported_at is not null or s.declined_at is not null,
                  coalesce(s.confirmed_at, s.declined_at) is not null,
                  coalesce(s.report_due_at, s.requested_at), s.id desc
                limit 500
                """, as: Seal.self)
        }
    }

    static func read(submissionID: Int, _ tx: borrowing Session) throws -> Seal? {
        try tx.first("\(columns) where s.submission_id = \(submissionID) and s.declined_at is null", as: Seal.self)
    }

    /// The submission with this number, where the actor may see it.
    package static func submission(
        _ number: String, in database: Database, as actor: DatabaseActor
    ) async throws -> Target? {
        try await database.read(as: actor) { tx in
            try tx.firstValue("select id from submissions where number = \(number)", as: Int.self)
        }.map { .submission(id: $0) }
    }

    /// A published version of a procedure or questionnaire that the actor may see.
    package static func version(
        of subject: String, kind: PublishedVersion.Kind, version: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> Target? {
        try await database.read(as: actor) { tx in
            try tx.firstValue(
                """
                select v.id from published_versions v left join procedures p on p.id = v.procedure_id
                left join questionnaires q on q.id = v.questionnaire_id
                where coalesce(p.number, q.number) = \(subject) and v.kind = \(kind.rawValue) and v.version = \(version)
                """, as: Int.self)
        }.map { .version(id: $0) }
    }

    // MARK: Acting

    /// Asks for it. A suspected secret starts the 24 hours.
    /// - Parameter others: versions that hold the same words and are sealed together with this one.
    /// - Returns: the id of the seal.
    /// - Throws: `PostgresError` `seals_once_submission` or `seals_once_version` where it was asked for before.
    package static func request(
        _ target: Target, with others: [Int] = [], reason: Reason, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            switch target {
            case .submission(let id): try tx.value("select request_submission_seal(\(id), \(others), \(reason))")
            case .version(let id): try tx.value("select request_seals(\([id] + others), \(reason))")
            }
        }
    }

    /// Seals. From here on nobody reads the words.
    /// - Throws: `PostgresError` `seals_second_person` for the person who asked.
    package static func confirm(_ id: Int, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in try tx.execute("select confirm_seal(\(id))") }
    }

    /// Takes a request back, or says as the second person that it is needless. It may be asked for again.
    /// - Throws: `PostgresError` `seals_one_end` where it is sealed already.
    package static func decline(_ id: Int, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in try tx.execute("select decline_seal(\(id))") }
    }

    /// Records that the suspected secret was reported to the secrecy authority.
    package static func report(_ id: Int, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in try tx.execute("select report_seal(\(id))") }
    }
}

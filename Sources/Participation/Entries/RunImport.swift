import Foundation
import Postgres
import Synchronization

/// Imports the table of a job, in the name of who has confirmed it: whole or not at all. Who is killed with it has stored nothing,
/// or all; the next attempt finds out which, because every row has a key of its own.
package struct RunImport: Sendable {
    private let intake: Intake
    private let desk: Database

    /// - Parameter desk: as the role of the desk: what staff enter passes no other way.
    package init(intake: Intake, desk: Database) { (self.intake, self.desk) = (intake, desk) }

    /// Reports hold what stands in cells. They are there to be read soon.
    static let erasure: SQL = """
        with gone as (delete from sheet_imports where asked_at <= minyi_clock() - interval '7 days' returning id) select count(*) from gone
        """

    private struct Wanted: Row {
        let id: Int
        let uploadID: UUID
        let staffID: Int
        let procedure: String?

        init(_ row: RowReader) throws {
            id = try row["id"]
            uploadID = try row["upload_id"]
            staffID = try row["staff_id"]
            procedure = try row["procedure_number"]
        }
    }

    func callAsFunction(_ job: Job, in database: Database) async throws {
        let wanted = try await database.read { tx in
            try tx.first(
                """
                select i.id, i.upload_id, i.staff_id, import_procedure(i.id) as procedure_number
                from jobs j join sheet_imports i on i.id = (j.payload ->> 'import')::bigint
                where j.id = \(job.id) and i.ended_at is null
                """, as: Wanted.self)
        }
        // Erased, or ended by somebody else meanwhile.
        guard let wanted else { return _ = try await database.write { try job.end($0) } }
        let passed = Progress()
        let pulse = Task {
            while !Task.isCancelled {
                try? await note(wanted, passed.rows, job, in: database)
                try? await Task.sleep(for: .seconds(1))
            }
        }
        defer { pulse.cancel() }
        do {
            let made = try await take(wanted, passed)
            try await end(job, wanted, Outcome(state: .done, submissionIDs: made.submissionIDs), in: database)
        } catch let faults as EntrySheetFaults {
            try await end(job, wanted, Outcome(reason: .faults, faults: faults), in: database)
        } catch is NotAllowed {
            try await end(job, wanted, Outcome(reason: .notAllowed), in: database)
        } catch is Gone {
            try await end(job, wanted, Outcome(reason: .uploadGone), in: database)
        }
    }

    private struct Outcome {
        var state = SheetImport.State.refused
        var submissionIDs: [Int] = []
        var reason: SheetImport.Reason?
        var faults: EntrySheetFaults?
    }

    private struct Gone: Error {}

    /// How many rows have passed, told by the thread that sends them.
    private final class Progress: Sendable {
        private let count = Mutex(0)
        var rows: Int {
            get { count.withLock { $0 } }
            set { count.withLock { $0 = newValue } }
        }
    }

    private func take(_ wanted: Wanted, _ passed: Progress) async throws -> ImportOutcome {
        guard let clerk = try await StaffSession.actor(ofStaff: wanted.staffID, in: desk) else { throw NotAllowed() }
        let actor = clerk.databaseActor
        guard let upload = try await SheetUpload.find(wanted.uploadID, in: desk, as: actor) else { throw Gone() }
        let progress: @Sendable (Int) -> Void = { passed.rows = $0 }
        if let number = wanted.procedure {
            guard let terms = try await CommentEntryTerms.load(procedure: number, in: desk, as: actor) else {
                throw NotAllowed()
            }
            let sheet = try await CommentSheet.read(upload.bytes, terms: terms)
            return try await ImportComments(sheet, upload: ImportComments.source(upload.bytes, procedure: number))(
                intake: intake, in: desk, as: actor, progress: progress)
        }
        let terms = try await MessageEntryTerms.load(in: desk, as: actor)
        let sheet = try await MessageSheet.read(upload.bytes, units: terms.units, today: terms.today)
        return try await ImportMessages(sheet, upload: wanted.uploadID)(
            intake: intake, in: desk, as: actor, progress: progress)
    }

    /// How far it is, and that somebody is still at it.
    private func note(_ wanted: Wanted, _ rows: Int, _ job: Job, in database: Database) async throws {
        try await database.write { tx in
            try job.hold(tx)
            try tx.execute(
                """
                update sheet_imports set state = 'running', done = least(rows, \(rows)) where id = \(wanted.id) and ended_at is null
                """)
        }
    }

    private func end(_ job: Job, _ wanted: Wanted, _ outcome: Outcome, in database: Database) async throws {
        let report = try outcome.faults.map { JSONText(String(decoding: try JSONEncoder().encode($0), as: UTF8.self)) }
        let (state, reason, ids) = (outcome.state, outcome.reason, outcome.submissionIDs)
        try await database.write(retrying: 2) { tx in
            guard try job.end(tx) else { return }
            try tx.execute(
                """
                update sheet_imports set state = \(state), reason = \(reason), faults = \(report), done = \(ids.count),
                  submission_ids = \(ids), ended_at = minyi_clock()
                where id = \(wanted.id) and ended_at is null
                """)
        }
    }
}

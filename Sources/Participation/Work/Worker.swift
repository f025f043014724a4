import Logging
import Postgres

/// What happens by itself: timed jobs (`TimedJob.all`) and what waits in the queue (`JobKind`).
///
/// Nothing waits for the worker: intake and pages go by the database's clock. Any number of workers may run side by side, and
/// none for an hour only makes things late.
package struct Worker: Sendable {
    private let database: Database
    private let notices: DeliverNotice
    private let imports: RunImport
    private let documents: ReadDocument?
    private let files: MakeProcedureFile?
    private let reports: MakeReport?
    private let hints: Listener?
    private let logger: Logger

    /// Between two looks at what is due; the public count of received comments is at most this old.
    package static let pause: Duration = .seconds(2)

    /// - Parameters:
    ///   - documents: nil where this machine has no program for it; another worker may.
    ///   - files: nil where procedure files are not made, `reports` where no reports are.
    ///   - hints: hears of `minyi_work`, so that a job begins at once; without it, at the next look.
    package init(
        database: Database, notices: DeliverNotice, imports: RunImport, documents: ReadDocument? = nil,
        files: MakeProcedureFile? = nil, reports: MakeReport? = nil, hints: Listener? = nil, logger: Logger
    ) {
        (self.database, self.notices, self.imports, self.documents) = (database, notices, imports, documents)
        (self.files, self.reports) = (files, reports)
        (self.hints, self.logger) = (hints, logger)
    }

    /// Works until the task is cancelled, and then ends what it has begun.
    package func run() async {
        await announceDocuments()
        let kinds = JobKind.allCases.filter(isDoneHere).flatMap {
            Array(repeating: $0, count: $0.runners)
        }
        let bells = kinds.map { ($0, AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))) }
        @Sendable func ring() { for (_, bell) in bells { bell.continuation.yield() } }
        // One that takes minutes keeps no other from beginning.
        let timed = TimedJob.all.map {
            ($0, AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)))
        }
        @Sendable func ringDue() async {
            do {
                let due = Set(try await TimedJob.due(in: database).map(\.name))
                for (job, bell) in timed where due.contains(job.name) { bell.continuation.yield() }
            } catch  where !(error is CancellationError) {
                logger.warning("what is due will be asked again", metadata: ["error": "\(error)"])
            } catch {}
        }
        await withDiscardingTaskGroup { group in
            for (kind, bell) in bells {
                group.addTask { for await _ in bell.stream { await workOff(kind) } }
            }
            if let hints { group.addTask { for await _ in hints.events { ring() } } }
            for (job, bell) in timed {
                group.addTask {
                    for await _ in bell.stream { _ = try? await job.runIfDue(in: database, logger: logger) }
                }
            }
            group.addTask { await everyPause(ringDue) }
            group.addTask { await everyPause(ring) }
        }
    }

    private func isDoneHere(_ kind: JobKind) -> Bool {
        switch kind {
        case .readDocument: documents != nil
        case .makeProcedureFile: files != nil
        case .makeReport, .makeGatheringFile, .makeVersionFile: reports.map { !$0.formats.isEmpty } ?? false
        case .makePaper: reports?.typst != nil
        case .deliverNotice, .importSheet, .foldOpinions: true
        }
    }

    private func announceDocuments() async {
        if documents == nil {
            logger.notice("drafts as DOCX are not taken here: pandoc was not found", metadata: ["debian": "pandoc"])
        }
        if reports.map({ $0.formats.count < Report.Format.allCases.count }) ?? false {
            logger.notice("not every document of a report can be made here", metadata: ["needed": "pandoc, ops/typst"])
        }
        do {
            try await ReadDocument.announce(documents, in: database)
            try await MakeReport.announce(reports, in: database)
        } catch {
            logger.warning("documents were not announced", metadata: ["error": "\(FailureCode.of(error))"])
        }
    }

    private func everyPause(_ look: () async -> Void) async {
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: Self.pause)
        }
    }

    // MARK: The queue

    /// Takes one job after another until there is none.
    private func workOff(_ kind: JobKind) async {
        while !Task.isCancelled, let job = try? await Job.take(kind, in: database) {
            // A task of its own, which does not hear that this one is cancelled: a mail that is on its way is noted as sent.
            await Task { await attempt(job, kind) }.value
        }
    }

    private func attempt(_ job: Job, _ kind: JobKind) async {
        do {
            try await perform(job, kind)
        } catch {
            logger.warning("a job failed", metadata: ["job": "\(kind.rawValue)", "error": "\(FailureCode.of(error))"])
            // When the database is away it stays taken, and is due again when its lease ends.
            try? await job.fail(FailureCode.of(error), isFinal: false, in: database)
        }
    }

    /// Does a job and ends it, or notes why it could not.
    private func perform(_ job: Job, _ kind: JobKind) async throws {
        switch kind {
        case .deliverNotice: try await notices(job, in: database)
        case .importSheet: try await imports(job, in: database)
        case .readDocument: try await documents?(job, in: database)
        case .foldOpinions: try await FoldOpinions()(job, in: database)
        case .makeProcedureFile: try await files?(job, in: database)
        case .makeReport: try await reports?(job, in: database)
        case .makeGatheringFile: if let reports { try await GatheringFile.Maker(reports: reports)(job, in: database) }
        case .makeVersionFile: if let reports { try await VersionFile.Maker(reports: reports)(job, in: database) }
        case .makePaper: try await MakePaper(typst: reports?.typst)(job, in: database)
        }
    }
}

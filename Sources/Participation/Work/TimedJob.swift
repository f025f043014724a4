import Logging
import Postgres

/// Work that comes again by the clock, one runner at a time across all processes. It writes down what has become true by then:
/// a run that comes late, or twice, changes no outcome.
package struct TimedJob: Sendable {
    /// When it is due again.
    enum Pace: Sendable {
        case seconds(Int)
        /// Once a day, from this hour of China on.
        case daily(hour: Int)
    }

    /// Its row in `timed_jobs`, and its words under `work.timed` in the locales.
    package let name: String
    let pace: Pace
    /// What is done: it returns how many things it has changed, or how many are left.
    let call: SQL
    /// How long it may take.
    var limit: Duration = .seconds(10)
    /// Done in parts, each a transaction of its own that nobody waits long for: the next follows at once until one returns 0.
    var comesInParts = false
    /// Parts that follow each other without a pause: some rows may be held by others, who are not waited for.
    private static let mostParts = 100
    /// The figures follow every comment; the others are worth a line.
    var level: Logger.Level = .info

    /// All of them. Another room adds its line here, with a function of the database that `minyi_work` may execute.
    package static let all = [
        TimedJob(name: "advance_procedures", pace: .seconds(2), call: "select advance_procedures()"),
        TimedJob(name: "refresh_figures", pace: .seconds(2), call: "select refresh_figures()", level: .debug),
        TimedJob(name: "sweep_attachments", pace: .seconds(600), call: "select sweep_attachments()"),
        TimedJob(name: "advance_questionnaires", pace: .seconds(2), call: "select advance_questionnaires()"),
        TimedJob(
            name: "tend_voice_boxes", pace: .seconds(2), call: "select tend_voice_boxes()", limit: .seconds(600),
            comesInParts: true),
        TimedJob(name: "erase_phone_codes", pace: .seconds(600), call: "select erase_phone_codes()", level: .debug),
        TimedJob(name: "erase_saved_sheets", pace: .daily(hour: 3), call: "select erase_saved_sheets()"),
        TimedJob(
            name: "compact_page_visits", pace: .seconds(60), call: "select compact_page_visits()", level: .debug),
        TimedJob(name: "advance_cases", pace: .seconds(10), call: "select advance_cases()", comesInParts: true),
        TimedJob(
            name: "recompute_clocks", pace: .seconds(2), call: "select recompute_clocks(1000)", comesInParts: true),
        TimedJob(
            name: "refresh_scores", pace: .seconds(2), call: "select refresh_scores(5000)", comesInParts: true,
            level: .debug),
        TimedJob(
            name: "prove_scores", pace: .daily(hour: 2), call: "select prove_scores()", limit: .seconds(600),
            level: .warning),
        TimedJob(
            name: "ask_for_folding", pace: .seconds(10), call: "select ask_for_folding()", level: .debug),
        TimedJob(
            name: "compact_endings", pace: .seconds(60), call: "select compact_endings()", level: .debug),
        TimedJob(
            name: "prove_endings", pace: .daily(hour: 2), call: "select prove_endings()", limit: .seconds(600),
            level: .warning),
        TimedJob(
            name: "tally_sheets", pace: .seconds(2), call: "select tally_sheets(5000)", comesInParts: true,
            level: .debug),
        TimedJob(
            name: "show_results", pace: .seconds(10), call: "select show_results()", limit: .seconds(60),
            comesInParts: true, level: .debug),
        TimedJob(
            name: "prove_tallies", pace: .daily(hour: 2), call: "select prove_tallies()", limit: .seconds(1800),
            comesInParts: true),
        TimedJob(
            name: "wrong_tallies", pace: .daily(hour: 6), call: "select wrong_tallies()", level: .warning),
        TimedJob(
            name: "tell_results", pace: .seconds(10), call: "select tell_results()", comesInParts: true),
        TimedJob(name: "erase_contacts", pace: .seconds(600), call: "select erase_contacts()"),
        TimedJob(name: "erase_message_contacts", pace: .seconds(600), call: "select erase_message_contacts()"),
        TimedJob(name: "release_calls", pace: .seconds(60), call: "select release_calls()", level: .debug),
        TimedJob(name: "erase_sample_contacts", pace: .seconds(600), call: "select erase_sample_contacts()"),
        TimedJob(name: "refresh_proposals", pace: .seconds(10), call: "select refresh_proposals()", level: .debug),
        TimedJob(name: "remind_gatherings", pace: .seconds(600), call: "select remind_gatherings()"),
        TimedJob(
            name: "erase_gathering_files", pace: .daily(hour: 3), call: "select erase_gathering_files()"),
        TimedJob(name: "ask_for_version_files", pace: .seconds(10), call: "select ask_for_version_files()"),
        TimedJob(name: "erase_registrations", pace: .seconds(600), call: "select erase_registrations()"),
        TimedJob(name: "remind_subscribers", pace: .seconds(600), call: "select remind_subscribers()"),
        TimedJob(
            name: "erase_unconfirmed_reminders", pace: .daily(hour: 3), call: "select erase_unconfirmed_reminders()"),
        TimedJob(name: "send_digests", pace: .daily(hour: 8), call: "select send_digests()", limit: .seconds(60)),
        TimedJob(
            name: "open_evaluations", pace: .daily(hour: 7), call: "select open_evaluations()", limit: .seconds(60)),
        TimedJob(
            name: "remind_programmes", pace: .daily(hour: 8), call: "select remind_programmes()", limit: .seconds(60)),
        TimedJob(
            name: "erase_made_files", pace: .daily(hour: 3), call: "select erase_made_files()", limit: .seconds(60)),
        TimedJob(
            name: "erase_questionnaire_papers", pace: .daily(hour: 3), call: "select erase_questionnaire_papers()"),
        TimedJob(name: "remind_addressees", pace: .seconds(600), call: "select remind_addressees()"),
        TimedJob(name: "erase_imports", pace: .daily(hour: 3), call: RunImport.erasure),
        TimedJob(name: "erase_notices", pace: .daily(hour: 3), call: "select erase_notices()"),
        TimedJob(name: "bury_jobs", pace: .seconds(60), call: Job.burial, level: .warning),
    ]

    /// Those whose time has come, by one read: a look every two seconds costs no transaction for each of them.
    static func due(in database: Database) async throws -> [TimedJob] {
        let resting: [String] = try await database.read { tx in
            try tx.values("select name from timed_jobs where next_run_at > minyi_clock()")
        }
        return all.filter { !resting.contains($0.name) }
    }

    /// Every one of them once, or some of them by name, whether due or not: for tests, and for a demo whose clock jumps.
    /// - Throws: the first failure, after everything was tried.
    package static func round(of names: Set<String>? = nil, in database: Database, logger: Logger) async throws {
        var failure: (any Error)?
        for job in all where names?.contains(job.name) ?? true {
            do { try await job.runIfDue(in: database, logger: logger, evenIfNotDue: true) } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Runs it if it is due, and nobody else runs it just now. A transaction of its own for each, so that whatever fails keeps
    /// no procedure from opening or closing; and soon again after a failure, ever later, at most as late as it would come anyway.
    /// - Throws: what went wrong, after it was noted and logged.
    func runIfDue(in database: Database, logger: Logger, evenIfNotDue: Bool = false) async throws {
        do {
            for _ in 1...(comesInParts ? Self.mostParts : 1) {
                let count = try await run(in: database, evenIfNotDue: evenIfNotDue)
                guard let count, count > 0 else { return }
                logger.log(level: level, "\(name)", metadata: ["count": "\(count)"])
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.warning("work failed and will be tried again", metadata: ["work": "\(name)", "error": "\(error)"])
            let code = String(FailureCode.of(error).prefix(200))
            _ = try? await database.write { tx in
                try tx.execute(
                    """
                    insert into timed_jobs as t (name, next_run_at, ended_at, outcome, error, failures)
                    values (\(name), minyi_clock() + interval '10 s', minyi_clock(), 'failed', \(code), 1)
                    on conflict (name) do update set ended_at = excluded.ended_at, outcome = 'failed', error = excluded.error,
                      failures = t.failures + 1,
                      next_run_at = least(\(next), minyi_clock() + make_interval(secs => 10 * 2 ^ least(t.failures, 8)))
                    """)
            }
            throw error
        }
    }

    /// Its row stays locked meanwhile: a killed runner leaves it free.
    /// - Returns: what it counted; nil when it did not run.
    func run(in database: Database, evenIfNotDue: Bool) async throws -> Int? {
        try await database.write(deadline: limit) { tx in
            try tx.execute("select set_config('statement_timeout', \(limit.wholeMilliseconds), true)")
            try tx.execute(
                "insert into timed_jobs (name, next_run_at) values (\(name), minyi_clock()) on conflict do nothing")
            let isOurs = try tx.first(
                """
                select name from timed_jobs where name = \(name) and (next_run_at <= minyi_clock() or \(evenIfNotDue))
                for update skip locked
                """, as: Name.self)
            guard isOurs != nil else { return nil }
            let began = ContinuousClock.now
            let count: Int = try tx.value(call)
            let took = Int((ContinuousClock.now - began) / .milliseconds(1))
            try tx.execute(
                """
                update timed_jobs set ended_at = minyi_clock(), milliseconds = \(took), outcome = 'done', error = null,
                  failures = 0, next_run_at = \(comesInParts && count > 0 ? "minyi_clock()" : next),
                  count = case when \(count) > 0 then \(count) else count end,
                  did_something_at = case when \(count) > 0 then minyi_clock() else did_something_at end
                where name = \(name)
                """)
            return count
        }
    }

    /// The moment of the next run.
    private var next: SQL {
        switch pace {
        case .seconds(let seconds): "minyi_clock() + make_interval(secs => \(Double(seconds)))"
        case .daily(let hour):
            """
            (date_trunc('day', (minyi_clock() at time zone 'Asia/Shanghai') - make_interval(secs => \(3600 * Double(hour))))
              + interval '1 day' + make_interval(secs => \(3600 * Double(hour)))) at time zone 'Asia/Shanghai'
            """
        }
    }

    private struct Name: Row {
        init(_ row: RowReader) throws { _ = try row["name"] as String }
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: String { String(Int(self / .milliseconds(1))) }
}

import Foundation
import Participation
import Text

/// Work that happens by itself, for an administrator: what waits, what ran, what died, what became of notices.
struct WorkPage: Page {
    static let template = "work/work"

    struct Run: Sendable {
        let name: String
        let last: String
        let next: String
        /// What it last did, and when.
        let did: String
        let failure: String?
    }

    struct Dead: Sendable {
        let id: Int
        let what: String
        let why: String
        let attempts: Int
        let since: String
    }

    struct Count: Sendable {
        let state: String
        let stateText: String
        let text: String
        let count: Int
    }

    let title: String
    /// One sentence when no worker has been heard of for a minute.
    let silence: String?
    let queues: Filled<Fact>?
    let runs: Filled<Run>?
    let dead: Filled<Dead>?
    /// How many are dead, when the list is not all of them.
    let more: String?
    /// For the buttons that do it to all.
    let severalDead: Bool
    let notices: Filled<Count>?
    /// What became of the last tests.
    let tests: Filled<Fact>?

    init(_ work: WorkOverview, _ texts: Texts) {
        title = texts["work.title"]
        func ago(_ moment: Date) -> String { texts.ago(moment, now: work.now) }
        silence =
            switch work.heardAt {
            case nil: texts["work.never"]
            case let heard? where work.now.timeIntervalSince(heard) > 60: texts["work.silent", ["ago": ago(heard)]]
            default: nil
            }
        queues = Filled(
            work.queues.map { queue in
                let due = queue.dueSince.map { texts["work.due_since", ["ago": ago($0)]] }
                let counts = texts["work.queue", ["waiting": queue.waiting, "taken": queue.taken]]
                return Fact(
                    label: texts.word("work.kinds", queue.kind),
                    text: [counts, due].compactMap { $0 }.joined(separator: texts["work.separator"]))
            })
        runs = Filled(
            work.runs.map { run in
                Run(
                    name: texts.word("work.timed", run.name),
                    last: run.endedAt.map { texts["work.took", ["ago": ago($0), "ms": run.milliseconds ?? 0]] } ?? "—",
                    next: run.nextRunAt <= work.now.addingTimeInterval(60)
                        ? texts["work.soon"] : ChinaTime.minute(run.nextRunAt, in: texts.clock),
                    did: run.didSomethingAt.map { texts["work.did", ["count": run.count ?? 0, "ago": ago($0)]] } ?? "—",
                    failure: run.error.map { texts.failure($0) })
            })
        dead = Filled(
            work.dead.map { job in
                Dead(
                    id: job.id,
                    what: job.notice.map { texts["work.notice", ["kind": texts.word("work.notices_about", $0)]] }
                        ?? texts.word("work.kinds", job.kind),
                    why: texts.failure(job.error), attempts: job.attempts,
                    since: ChinaTime.minute(job.diedAt, in: texts.clock))
            })
        more =
            work.deadCount > work.dead.count
            ? texts["work.more_dead", ["count": work.deadCount, "shown": work.dead.count]] : nil
        severalDead = work.deadCount > 1
        notices = Filled(
            work.notices.map { notice in
                Count(
                    state: notice.state, stateText: texts.word("work.states", notice.state),
                    text: notice.reason.map { texts.failure($0) } ?? notice.channel.map {
                        texts.word("work.channels", $0)
                    }
                        ?? "—",
                    count: notice.count)
            })
        tests = Filled(
            work.tests.map { test in
                let detail =
                    test.reason.map { texts.failure($0) } ?? test.channel.map { texts.word("work.channels", $0) }
                return Fact(
                    label: ago(test.at),
                    text: [texts.word("work.states", test.state), detail].compactMap { $0 }
                        .joined(separator: texts["work.separator"]))
            })
    }

    private init(filled: Bool) {
        title = "后台工作"
        silence = filled ? "后台工作停了。" : nil
        queues = filled ? Filled([Fact(label: "发通知", text: "等 3 件，在办 1 件")]) : nil
        runs =
            filled
            ? Filled([
                Run(name: "公众数字", last: "2 秒前", next: "马上", did: "3 件", failure: "数据库说不行（42501）"),
                Run(name: "删除联系方式", last: "5 分钟前", next: "马上", did: "—", failure: nil),
            ]) : nil
        dead =
            filled
            ? Filled([Dead(id: 7, what: "通知：已答复", why: "对方没有收（550）", attempts: 1, since: "2026年11月26日 10:00")]) : nil
        more = filled ? "共 70 件，这里是最近的 50 件。" : nil
        severalDead = filled
        notices = filled ? Filled([Count(state: "sent", stateText: "已发出", text: "邮件", count: 12)]) : nil
        tests = filled ? Filled([Fact(label: "5 秒前", text: "没有发，没有邮箱")]) : nil
    }

    static let samples = [WorkPage(filled: true), WorkPage(filled: false)]
}

extension Texts {
    /// The word of a code of the database; a code without one shows itself.
    fileprivate func word(_ group: String, _ code: String) -> String {
        let key = "\(group).\(code)"
        return has(key) ? self[key] : code
    }

    /// `answered 550`, `timeout`, `database 42501 some_constraint` in words.
    fileprivate func failure(_ code: String) -> String {
        let parts = code.split(separator: " ", maxSplits: 1).map(String.init)
        let key = "work.reasons.\(parts.first ?? "")"
        return has(key) ? self[key, ["detail": parts.dropFirst().first ?? ""]] : code
    }

    fileprivate func ago(_ moment: Date, now: Date) -> String {
        let seconds = max(0, Int(now.timeIntervalSince(moment)))
        return switch seconds {
        case ..<120: self["work.ago_seconds", ["count": seconds]]
        case ..<7200: self["work.ago_minutes", ["count": seconds / 60]]
        default: ChinaTime.minute(moment, in: clock)
        }
    }
}

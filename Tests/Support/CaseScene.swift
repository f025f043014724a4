import Foundation
import Participation
import Postgres
import Text

/// A county with an office, two departments and a town, the people who handle cases there, and a clock that can be moved.
package struct CaseScene: Sendable {
    package let database: TestDatabase

    // Rows of `units`.
    package static let office = 1
    package static let traffic = 2
    package static let civil = 3
    package static let town = 4

    /// Someone of the county office; roles there count for every unit.
    package static let officeClerk = person(1, ["organiser", "clerk"], all)
    package static let trafficClerk = person(2, ["organiser", "clerk"], [traffic])
    package static let trafficHead = person(3, ["approver"], [traffic])
    package static let civilClerk = person(4, ["clerk"], [civil])
    package static let civilHead = person(5, ["approver"], [civil])
    package static let reviewer = person(6, ["secrecy_reviewer"], all)
    package static let supervisor = person(7, ["supervisor"], all)
    package static let officeHead = person(8, ["approver"], all)
    /// A second clerk of the traffic bureau.
    package static let colleague = person(9, ["clerk"], [traffic])
    package static let secondHead = person(10, ["approver"], [traffic])
    package static let all = [office, traffic, civil, town]

    package static func person(_ id: Int, _ roles: [String], _ units: [Int]) -> DatabaseActor {
        AnsweringScene.actor(id, units: units, roles)
    }

    /// Tuesday, 24 November 2026, 10:00 in China.
    package static let start = ChinaTime.startOf(CalendarDate(dayNumber: 20_781)).addingTimeInterval(10 * 3600)

    /// - Parameter day: a day of the same week or later, `2026-11-27`.
    package static func moment(_ day: String, hour: Int = 10) -> Date {
        CalendarDate(day).flatMap { ChinaTime.moment($0, hour: hour) } ?? start
    }

    package static func make() async throws -> CaseScene {
        let database = try await TestDatabase.make()
        try await database.setClock(start)
        try await database.owner.write { tx in
            // The years count as known.
            try tx.execute(
                """
                insert into calendar_days (day, kind, name) values ('2026-10-01', 'holiday', '国庆节'), ('2027-10-01', 'holiday', '国庆节')
                """)
            try tx.execute(
                """
                insert into units (code, name, kind) values ('office', '县政府办', 'office'), ('jtj', '县交通局', 'department'),
                  ('mzj', '县民政局', 'department'), ('llz', '老隆镇', 'town')
                """)
            try tx.execute(
                """
                insert into staff (sign_in_name, display_name, unit_id, password_hash) values
                  ('office', '陈受理', 1, 'x'), ('traffic', '钱经办', 2, 'x'), ('traffichead', '孙局长', 2, 'x'),
                  ('civil', '李经办', 3, 'x'), ('civilhead', '周局长', 3, 'x'), ('reviewer', '赵保密', 1, 'x'),
                  ('supervisor', '吴督查', 1, 'x'), ('officehead', '郑主任', 1, 'x'), ('colleague', '王同事', 2, 'x'),
                  ('secondhead', '冯副局', 2, 'x')
                """)
            try tx.execute(
                """
                insert into staff_roles (staff_id, unit_id, role) values (1, 1, 'organiser'), (1, 1, 'clerk'), (2, 2, 'organiser'),
                  (2, 2, 'clerk'), (3, 2, 'approver'), (4, 3, 'clerk'), (5, 3, 'approver'), (6, 1, 'secrecy_reviewer'),
                  (7, 1, 'supervisor'), (8, 1, 'approver'), (9, 2, 'clerk'), (10, 2, 'approver')
                """)
            try tx.execute(
                """
                insert into responsibilities (unit_id, kind, word) values (2, 'matter', '公交'), (3, 'matter', '低保'), (4, 'place', '老隆镇')
                """)
            try tx.execute("update site_settings set value = '0' where key = 'case_callback_percent'")
        }
        return CaseScene(database: database)
    }

    /// A case as the intake opens one. Returns its id.
    package func open(
        _ title: String = "公交站牌看不清", _ body: String = "老隆镇的公交站牌字太小。", topic: String = "inquiry",
        concernedUnits: [Int] = [], concernedStaff: [Int] = [], wantsPublication: Bool = true, arrivedOn: String? = nil
    ) async throws -> Int {
        let units = "{\(concernedUnits.map(String.init).joined(separator: ","))}"
        let staff = "{\(concernedStaff.map(String.init).joined(separator: ","))}"
        let entered = arrivedOn != nil
        return try await database.owner.write { tx in
            let submission: Int = try tx.value(
                """
                insert into submissions (number, key, kind, body, channel, received_at, arrived_on, entered_by, submitter, salt, proof, code_mac, unit_ids)
                select public_number('MY', minyi_clock(), nextval('submission_numbers')), gen_random_uuid(), 'message', \(body),
                  case when \(entered) then 'letter' else 'web' end, minyi_clock(), \(arrivedOn)::date, case when \(entered) then 1 end,
                  'person', decode(repeat('00', 16), 'hex'), decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), '{}'
                returning id
                """)
            try tx.execute(
                """
                insert into messages (submission_id, kind, title, may_be_published, may_show_name)
                values (\(submission), \(topic), \(title), \(wantsPublication), false)
                """)
            try tx.execute(
                """
                select open_cases(array[\(submission)], 'message', array[\(topic)], array[\(title)],
                  array[coalesce(\(arrivedOn)::date, china_day(minyi_clock()))], array[\(units)],
                  array[\(staff)], array[\(wantsPublication)])
                """)
            return try tx.value("select id from cases where submission_id = \(submission)")
        }
    }

    package func act(_ act: CaseAct, on id: Int, as actor: DatabaseActor) async throws {
        try await seen(act, on: id)(on: id, in: database.staff, as: actor)
    }

    /// Stands for what somebody reads who opens the page just now.
    package static let justNow = 0

    /// The act as sent from a page that was opened just now.
    private func seen(_ act: CaseAct, on id: Int) async throws -> CaseAct {
        let version: Int = try await value(
            "select coalesce((select version from replies where case_id = \(id) order by ordinal desc limit 1), 0)")
        switch act {
        case .approve(Self.justNow, let granted, let note, let paper):
            return .approve(version: version, granted: granted, note: note, paper: paper)
        case .review(Self.justNow, let passed, let note): return .review(version: version, passed: passed, note: note)
        case .word(Self.justNow, let words): return .word(version: version, words)
        case .assign(let unit, Self.justNow, let assisting, let urgency, let remark):
            let from = try await value("select coalesce((select unit_id from cases where id = \(id)), 0)", as: Int.self)
            return .assign(
                unit: unit, from: from == 0 ? nil : from, assisting: assisting, urgency: urgency, remark: remark)
        default: return act
        }
    }

    /// The rule that says no; nil where the act is done.
    package func refusal(_ act: CaseAct, on id: Int, as actor: DatabaseActor) async throws -> String? {
        do {
            try await self.act(act, on: id, as: actor)
            return nil
        } catch let error as PostgresError {
            return error.constraint ?? error.state
        }
    }

    package static let accept = CaseAct.screen(.accepted, code: nil, text: "", original: "", reason: "")

    package static func assign(
        _ unit: Int = traffic, from: Int? = justNow, assisting: [Int] = [], urgency: CaseFile.Urgency = .ordinary
    ) -> CaseAct {
        .assign(unit: unit, from: from, assisting: assisting, urgency: urgency, remark: "")
    }

    /// A case that a unit has. Returns its id.
    package func assigned(
        to unit: Int = traffic, assisting: [Int] = [], urgency: CaseFile.Urgency = .ordinary, topic: String = "inquiry",
        wantsPublication: Bool = true
    ) async throws -> Int {
        let id = try await open(topic: topic, wantsPublication: wantsPublication)
        try await act(Self.accept, on: id, as: Self.officeClerk)
        try await act(Self.assign(unit, assisting: assisting, urgency: urgency), on: id, as: Self.officeClerk)
        return id
    }

    /// Writes the reply and hands it in.
    package func handIn(
        _ id: Int, _ body: String = "网友您好：站牌已更换。电话 13800138000。", as actor: DatabaseActor = trafficClerk
    ) async throws {
        let version: Int = try await value(
            "select coalesce((select max(version) from replies r join cases c on c.id = r.case_id and r.ordinal = c.reopened + 1 where c.id = \(id)), 0)"
        )
        let words = SaveReply.PublicWords(title: "公交站牌看不清", question: "站牌字太小。", answer: body)
        _ = try await SaveReply(caseID: id, version: version, body: body, handedIn: words)(
            in: database.staff, as: actor)
    }

    package static let approve = CaseAct.approve(version: justNow, granted: true, note: "", paper: nil)

    /// A case whose answer was told. Returns its id.
    package func answered(urgency: CaseFile.Urgency = .ordinary, wantsPublication: Bool = true) async throws -> Int {
        let id = try await assigned(urgency: urgency, wantsPublication: wantsPublication)
        try await handIn(id)
        try await act(Self.approve, on: id, as: Self.trafficHead)
        return id
    }

    package func value<T: PostgresValue>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
        try await database.owner.read { try $0.value(sql, as: T.self) }
    }

    package func state(_ id: Int) async throws -> String {
        try await value("select state from minyi.cases where id = \(id)")
    }

    /// The author is dissatisfied.
    package func reopen(_ id: Int) async throws -> String {
        try await database.owner.write {
            try $0.value("select reopen_case(submission_id, '没有解决') from cases where id = \(id)")
        }
    }

    /// Lets the ladder run. Returns how many steps it took.
    @discardableResult
    package func advance() async throws -> Int {
        try await database.work.write { try $0.value("select advance_cases()", as: Int.self) }
    }

    /// How often somebody was told something about a case.
    package func notices(_ kind: String, of id: Int) async throws -> Int {
        try await value(
            """
            select count(*) from minyi.notices n where n.kind = \(kind) and (n.facts ->> 'case_id' = \(id)::text
              or n.submission_id = (select submission_id from minyi.cases where id = \(id)))
            """)
    }
}

import Foundation
import Postgres
import Text

/// One thing that happened to a case, in codes: never changed.
package struct CaseEvent: Row {
    package let at: Date
    package let kind: String
    package let staffName: String?
    package let unitName: String?
    package let fromState: String?
    package let toState: String?
    package let code: String?

    package init(_ row: RowReader) throws {
        at = try row["at"]
        kind = try row["kind"]
        staffName = try row["display_name"]
        unitName = try row["unit_name"]
        fromState = try row["from_state"]
        toState = try row["to_state"]
        code = try row["code"]
    }

    static func of(case id: Int) -> SQL {
        """
        select e.at, e.kind, t.display_name, u.name as unit_name, e.from_state, e.to_state, e.code
        from events e left join staff t on t.id = e.staff_id left join units u on u.id = t.unit_id
        where e.subject = 'case' and e.subject_id = \(id) order by e.at, e.id
        """
    }
}

/// What somebody wrote about a case: a reason, a remark, a note for the own unit, the opinion of a unit that assists.
package struct CaseRemark: Row, Identifiable {
    package let id: Int
    package let at: Date
    package let kind: String
    package let body: String
    /// Nil: its author, who is no colleague.
    package let staffName: String?
    package let unitName: String?
    /// For the own unit only.
    package let isPrivate: Bool

    package init(_ row: RowReader) throws {
        id = try row["id"]
        at = try row["at"]
        kind = try row["kind"]
        body = try row["body"]
        staffName = try row["display_name"]
        unitName = try row["unit_name"]
        isPrivate = try row["is_private"]
    }

    static func of(case id: Int) -> SQL {
        """
        select m.id, m.at, m.kind, m.body, t.display_name, u.name as unit_name, m.is_private
        from case_remarks m left join staff t on t.id = m.staff_id left join units u on u.id = m.unit_id
        where m.case_id = \(id) order by m.id
        """
    }
}

/// 延期
package struct CaseExtension: Row, Identifiable {
    package let id: Int
    package let askedByID: Int
    package let askedBy: String
    package let askedAt: Date
    package let reason: String
    package let newDueOn: CalendarDate
    package let decidedBy: String?
    package let granted: Bool?
    package let note: String
    /// The case ended before anybody decided.
    package let lapsed: Bool

    package init(_ row: RowReader) throws {
        id = try row["id"]
        askedByID = try row["asked_by"]
        askedBy = try row["asked_by_name"]
        askedAt = try row["asked_at"]
        reason = try row["reason"]
        newDueOn = try row["new_due_on"]
        decidedBy = try row["decided_by_name"]
        granted = try row["granted"]
        note = try row["note"]
        lapsed = try row["lapsed"]
    }

    package var isPending: Bool { granted == nil && !lapsed }

    static func of(case id: Int) -> SQL {
        """
        select x.id, x.asked_by, a.display_name as asked_by_name, x.asked_at, x.reason, x.new_due_on,
          d.display_name as decided_by_name, x.granted, x.note, x.lapsed_at is not null as lapsed
        from case_extensions x join staff a on a.id = x.asked_by left join staff d on d.id = x.decided_by
        where x.case_id = \(id) order by x.id
        """
    }
}

/// 督办: opened by the supervision office, answered by the unit's head, closed with a finding.
package struct Supervision: Row, Identifiable {
    package enum Finding: String, PostgresValue, CaseIterable, Sendable {
        case resolved, explained, criticised, needless
    }

    package let id: Int
    package let unitID: Int
    package let unitName: String
    package let openedBy: String
    package let openedAt: Date
    package let demand: String
    package let answerDueOn: CalendarDate
    package let answer: String
    package let answeredBy: String?
    package let answeredAt: Date?
    package let closedBy: String?
    package let closedAt: Date?
    package let finding: Finding?
    package let findingText: String

    package init(_ row: RowReader) throws {
        id = try row["id"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        openedBy = try row["opened_by_name"]
        openedAt = try row["opened_at"]
        demand = try row["demand"]
        answerDueOn = try row["answer_due_on"]
        answer = try row["answer"]
        answeredBy = try row["answered_by_name"]
        answeredAt = try row["answered_at"]
        closedBy = try row["closed_by_name"]
        closedAt = try row["closed_at"]
        finding = try row["finding", as: String?.self].flatMap(Finding.init(rawValue:))
        findingText = try row["finding_text"]
    }

    static func of(case id: Int) -> SQL {
        """
        select v.id, v.unit_id, u.name as unit_name, o.display_name as opened_by_name, v.opened_at, v.demand, v.answer_due_on, v.answer,
          a.display_name as answered_by_name, v.answered_at, k.display_name as closed_by_name, v.closed_at, v.finding, v.finding_text
        from supervisions v join units u on u.id = v.unit_id join staff o on o.id = v.opened_by
        left join staff a on a.id = v.answered_by left join staff k on k.id = v.closed_by
        where v.case_id = \(id) order by v.id
        """
    }
}

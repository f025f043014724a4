import Foundation
import Postgres
import Text

/// What a notice of change does when it is published.
package enum GatheringChange: Sendable, Equatable {
    /// Registration ends later. The moment is exclusive.
    case extended(registrationUntil: Date)
    /// A category for which too few have registered is filled by a body that names people.
    case nominated(categoryID: Int, nominator: String)
    case moved(startsAt: Date, endsAt: Date, place: String)
    /// To a time to be announced.
    case postponed
    case cancelled

    package var kind: String {
        switch self {
        case .extended: "extended"
        case .nominated: "nominated"
        case .moved: "moved"
        case .postponed: "postponed"
        case .cancelled: "cancelled"
        }
    }

    /// By column of `gathering_changes`.
    fileprivate var columns: [String: String] {
        var columns = ["kind": kind]
        switch self {
        case .extended(let until): columns["registration_until"] = ChinaTime.utcMicroseconds(until)
        case .nominated(let category, let nominator):
            (columns["category_id"], columns["nominator"]) = (String(category), nominator)
        case .moved(let start, let end, let place):
            columns["starts_at"] = ChinaTime.utcMicroseconds(start)
            columns["ends_at"] = ChinaTime.utcMicroseconds(end)
            columns["place"] = place
        case .postponed, .cancelled: break
        }
        return columns
    }
}

/// Freezes a paper of a gathering and hands it to the secrecy reviewer. Needs the role organiser.
package struct PrepareGatheringPaper: Sendable {
    package let number: String

    /// - Parameter number: of the gathering.
    package init(_ number: String) { self.number = number }

    /// The paper as it stands.
    /// - Parameters:
    ///   - version: of the paper as it was read; 0 where none was saved.
    ///   - site: as `GatheringPaper.read` takes it.
    /// - Returns: the clearance's id.
    /// - Throws: `gathering_papers_changed_meanwhile`, `gatherings_paper_state`, `gatherings_rule_…`, `gatherings_practice_reason`,
    ///   `gatherings_presider_first`, `gatherings_lot_first`, `gatherings_list_consent`, `gatherings_not_closed` and the like.
    package func paper(
        _ kind: Clearance.Kind, version: Int, site: String = "", in database: Database,
        as actor: DatabaseActor
    ) async throws -> Int {
        try await settled(in: database, as: actor) { gathering, tx in
            let paper = try GatheringPaper.read(kind, of: gathering, site: site, tx)
            guard paper.version == version else { throw Refusal(constraint: "gathering_papers_changed_meanwhile") }
            let content = PublishedContent.GatheringPaper(paper.content, kind, of: gathering)
            return try Self.prepare(
                gathering.procedureID, gathering.id, kind, title: content.title,
                content: try PublishedContent.encode(content), tx)
        }
    }

    /// - Parameter reason: published.
    /// - Throws: `gatherings_paper_state`, `clearances_reason_given`, `lots_list_frozen`, `gatherings_rule_…`.
    package func change(
        _ change: GatheringChange, reason: String, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        let reason = TextNormalisation.normalised(reason)
        return try await settled(in: database, as: actor) { gathering, tx in
            var content = PublishedContent.GatheringChange(
                title: Self.title(change, gathering), unit: gathering.unitName, number: gathering.number,
                kind: change.kind, reason: reason, oldStartsAt: gathering.startsAt)
            switch change {
            case .extended(let until): content.newRegistrationUntil = until
            case .nominated(let category, let nominator):
                let name = try tx.firstValue(
                    "select name from gathering_categories where id = \(category) and gathering_id = \(gathering.id)",
                    as: String.self)
                content.category = name.map { "\($0)：\(nominator)推荐" }
            case .moved(let start, let end, let place):
                (content.newStartsAt, content.newEndsAt, content.place) = (start, end, place)
            case .postponed, .cancelled: break
            }
            return try Self.prepare(
                gathering.procedureID, gathering.id, .gatheringChange, title: content.title,
                content: try PublishedContent.encode(content), reason: reason,
                change: try JSONText(encoding: change.columns), tx)
        }
    }

    /// The one answer to all who have proposed a hearing.
    /// - Parameter procedure: its number.
    package static func answer(
        procedure: String, text: String, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            let procedure = try tx.one(Procedure.with(number: procedure), as: Procedure.self)
            let content = PublicTexts.change(
                .hearingAnswer, of: procedure, reason: text, newClosesAt: nil, edition: nil)
            return try prepare(
                procedure.id, nil, .hearingAnswer, title: content.title, content: try PublishedContent.encode(content),
                reason: content.reason, tx)
        }
    }

    private static func title(_ change: GatheringChange, _ it: Gathering) -> String {
        switch change {
        case .extended: "关于延长\(it.title)报名时间的公告"
        case .nominated: "关于调整\(it.title)参加人产生方式的公告"
        case .moved: "关于变更\(it.title)时间、地点的公告"
        case .postponed: "关于\(it.title)延期举行的公告"
        case .cancelled: "关于取消\(it.title)的公告"
        }
    }

    /// The door holds the gathering from the preparing on. A change between our reading and the door shows in its row, or in one
    /// of its people, and then the words are made anew.
    private func settled(
        in database: Database, as actor: DatabaseActor,
        _ make: @escaping @Sendable (Gathering, borrowing Session) throws -> Int
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            while true {
                let before = try rowVersion(tx)
                let made = try make(try tx.one(Gathering.with(number: number), as: Gathering.self), tx)
                if try rowVersion(tx) == before { return made }
            }
        }
    }

    private func rowVersion(_ tx: borrowing Session) throws -> String? {
        try tx.firstValue(
            """
            select concat_ws('.', g.xmin::text, (select sum(p.version) from gathering_papers p where p.gathering_id = g.id),
              (select string_agg(concat(m.id, m.state), '.' order by m.id) from gathering_people m where m.gathering_id = g.id))
            from gatherings g where g.number = \(number)
            """)
    }

    private static func prepare(
        _ procedure: Int, _ gathering: Int?, _ kind: Clearance.Kind, title: String, content: String,
        reason: String = "", change: JSONText? = nil, _ tx: borrowing Session
    ) throws -> Int {
        try tx.value(
            """
            select prepare_gathering_paper(\(procedure), \(gathering), \(kind), \(title), \(JSONText(content)), \(reason), \(change))
            """, as: Int.self)
    }
}

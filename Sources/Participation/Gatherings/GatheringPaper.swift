import Foundation
import Postgres
import Text

/// Notice, list or record of a gathering as it is worked on: made from the data first, then edited by people.
package struct GatheringPaper: Row, Sendable {
    package let kind: Clearance.Kind
    package var content: Report.Content
    /// 0 where nobody has saved one.
    package let version: Int
    package let updatedBy: String?
    package let updatedAt: Date?

    package init(_ row: RowReader) throws {
        kind = try row["kind"]
        let json: JSONText = try row["content"]
        content = try JSONDecoder().decode(Report.Content.self, from: Data(json.text.utf8))
        version = try row["version"]
        updatedBy = try row["updated_by_name"]
        updatedAt = try row["updated_at"]
    }

    init(proposed content: Report.Content, _ kind: Clearance.Kind) {
        (self.kind, self.content, version, updatedBy, updatedAt) = (kind, content, 0, nil, nil)
    }

    static func saved(_ kind: Clearance.Kind, of gathering: Int) -> SQL {
        """
        select p.kind, p.content, p.version, s.display_name as updated_by_name, p.updated_at
        from gathering_papers p join staff s on s.id = p.updated_by where p.gathering_id = \(gathering) and p.kind = \(kind)
        """
    }

    /// The paper as it stands: what somebody edited, and the rest by the data of now.
    /// - Parameter site: under which the service is public, for the addresses in the paper.
    package static func read(
        _ kind: Clearance.Kind, of gathering: Gathering, site: String = "", _ tx: borrowing Session
    ) throws -> GatheringPaper {
        let fresh = try ProposedPaper(gathering, tx).content(kind, site: site)
        guard var paper = try tx.first(saved(kind, of: gathering.id), as: GatheringPaper.self) else {
            return GatheringPaper(proposed: fresh, kind)
        }
        paper.content = paper.content.refreshed(by: fresh)
        return paper
    }

    /// Sets aside what was prepared with other words. Needs the role organiser or clerk.
    /// - Parameter version: as it was read.
    /// - Returns: the new one.
    /// - Throws: `gathering_papers_changed_meanwhile`, `gatherings_over`.
    @discardableResult
    package static func save(
        _ content: Report.Content, _ kind: Clearance.Kind, of gathering: Int, version: Int, in database: Database,
        as actor: DatabaseActor
    ) async throws -> Int {
        let json = try JSONText(encoding: content)
        return try await database.write(as: actor) { tx in
            try tx.value(
                "select save_gathering_paper(\(gathering), \(kind), \(version)::int, \(json))", as: Int.self)
        }
    }
}

extension PublishedContent.GatheringPaper {
    /// As it is put before the public: sections in which nothing stands are left out.
    init(_ content: Report.Content, _ kind: Clearance.Kind, of it: Gathering) {
        var facts: [Fact] = []
        func add(_ label: String, _ text: String) { if !text.isEmpty { facts.append(.init(label: label, text: text)) } }
        // The notice says both in words of its own, with the end.
        if kind != .gatheringNotice {
            if let startsAt = it.startsAt { add("时间", ChinaTime.minute(startsAt, in: .zh)) }
            add("地点", it.place)
        }
        add("组织单位", it.unitName)
        self.init(
            title: content.title, unit: it.unitName, number: it.number, kind: kind.rawValue,
            gatheringKind: it.kind.rawValue, startsAt: it.startsAt, place: it.place, facts: facts,
            sections: content.sections.filter { !$0.text.isEmpty || !$0.tables.isEmpty }.map {
                .init(heading: $0.heading, text: $0.text, tables: $0.tables)
            })
    }
}

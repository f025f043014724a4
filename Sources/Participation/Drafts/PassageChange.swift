import Foundation
import Postgres

/// What somebody did to a passage of an edition that was worked on.
package struct PassageChange: Row, Identifiable {
    package enum Kind: String, PostgresValue, CaseIterable, Sendable {
        case edited, added, dropped, moved, split, merged, restored, renumbered
    }

    /// One thing that the passage said otherwise before.
    package struct Difference: Sendable, Equatable {
        package let field: PassageField
        package let before: String
        package let after: String
    }

    package let id: Int
    package let draftID: Int
    /// Of its edition.
    package let ordinal: Int
    package let kind: Kind
    /// 序号 and name as they are now, or were when it was taken out.
    package let number: String
    package let name: String
    /// Nil for a passage that is no longer in the edition.
    package let passageID: Int?
    /// From what to what; of a passage that was taken out all it said. Empty where the record was sealed.
    package let differences: [Difference]
    /// Of a move, from 1.
    package let places: (from: Int, to: Int)?
    /// Passages that were changed in the same step: more than one where rows were renumbered.
    package let passages: Int
    /// Whether it was dropped and has not been taken back.
    package let mayBeTakenBack: Bool
    package let by: String
    package let at: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        draftID = try row["draft_id"]
        ordinal = try row["ordinal"]
        kind = try row["kind"]
        number = try row["number"]
        name = try row["name"]
        passageID = try row["passage_id"]
        passages = try row["passages"]
        mayBeTakenBack = try row["may_be_taken_back"]
        by = try row["display_name"]
        at = try row["at"]
        let before = try RecordedCells(row["before", as: String?.self])
        let after = try RecordedCells(row["after", as: String?.self])
        places = kind == .moved ? before.position.flatMap { from in after.position.map { (from: from, to: $0) } } : nil
        differences =
            switch kind {
            case .edited, .renumbered: RecordedCells.differences(from: before, to: after)
            case .dropped, .merged: RecordedCells.differences(from: before, to: RecordedCells())
            case .added, .moved, .split, .restored: []
            }
    }

    private static let lines: SQL = """
        select c.id, e.draft_id, e.ordinal, c.kind, coalesce(g.number, x.before ->> 'number', '') as number,
          coalesce(nullif(concat_ws(' · ', nullif(coalesce(g.level1, x.before ->> 'level1'), ''),
            nullif(coalesce(g.level2, x.before ->> 'level2'), '')), ''), left(coalesce(g.text, x.before ->> 'text'), 40), '') as name,
          g.id as passage_id, c.before::text as before, c.after::text as after, s.display_name, c.at,
          case when c.kind = 'renumbered' then (select count(*) from passage_changes r
            where r.edition_id = c.edition_id and r.kind = c.kind and r.at = c.at) else 1 end as passages,
          c.kind = 'dropped' and c.before is not null and not exists (select from passage_changes r
            where r.edition_id = c.edition_id and r.kind = 'restored' and r.before ->> 'change' = c.id::text) as may_be_taken_back
        from passage_changes c join editions e on e.id = c.edition_id join staff s on s.id = c.staff_id
        left join passages g on g.edition_id = c.edition_id and g.lineage = c.lineage
        left join lateral (select d.before from passage_changes d where g.id is null and d.edition_id = c.edition_id
          and d.lineage = c.lineage and d.kind in ('dropped', 'merged') order by d.id desc limit 1) x on true
        """

    /// Of an edition, the newest first; rows that were renumbered together as one.
    package static func of(edition: Int) -> SQL {
        """
        \(lines) where c.edition_id = \(edition) and (c.kind <> 'renumbered' or c.id in (
          select min(id) from passage_changes where edition_id = \(edition) and kind = 'renumbered' group by at))
        order by c.id desc limit 500
        """
    }

    package static func of(passage: Passage) -> SQL {
        "\(lines) where c.edition_id = \(passage.editionID) and c.lineage = \(passage.lineage) order by c.id desc limit 100"
    }

    /// How a passage was dropped that is no longer there.
    package static func dropping(passage: Int) -> SQL {
        "\(lines) where c.kind = 'dropped' and c.before ->> 'passage' = \(String(passage)) order by c.id desc limit 1"
    }
}

/// What a record of a change holds: the cells that differ, or all of a passage.
private struct RecordedCells: Decodable {
    private var texts: [PassageField: String] = [:]
    /// Of a passage that was moved.
    private(set) var position: Int?

    init() {}

    /// - Parameter json: nil where nothing was recorded, or the record was sealed.
    init(_ json: String?) throws {
        // The parts of a split are a list: what differs in the first one is on record as a change of its own.
        guard let json, json.utf8.first == UInt8(ascii: "{") else { return }
        self = try JSONDecoder().decode(RecordedCells.self, from: Data(json.utf8))
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        for key in fields.allKeys {
            switch key.stringValue {
            case "position": position = try fields.decode(Int.self, forKey: key)
            case "text": texts[.text] = try fields.decode(String.self, forKey: key)
            case "depth": texts[.depth] = String(try fields.decode(Int.self, forKey: key))
            case "extras":
                for (name, text) in try fields.decode([String: String].self, forKey: key) { texts[.extra(name)] = text }
            default:
                guard let column = DirectoryColumn(rawValue: key.stringValue) else { continue }
                texts[.column(column)] = try fields.decode(String.self, forKey: key)
            }
        }
    }

    /// In the order of the columns. What neither says, or both alike, is left out; so is the level of what is no heading.
    static func differences(from before: RecordedCells, to after: RecordedCells) -> [PassageChange.Difference] {
        let names = Set(before.texts.keys).union(after.texts.keys).compactMap { field in
            if case .extra(let name) = field { name } else { nil }
        }
        let fields =
            DirectoryColumn.allCases.map(PassageField.column) + names.sorted().map(PassageField.extra) + [
                .text, .depth,
            ]
        return fields.compactMap { field in
            let (one, other) = (before.texts[field] ?? "", after.texts[field] ?? "")
            if one == other || field == .depth && Set([one, other]).isSubset(of: ["", "0"]) { return nil }
            return PassageChange.Difference(field: field, before: one, after: other)
        }
    }
}

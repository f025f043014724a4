import Foundation
import Postgres

/// 议程
package struct Agenda: Sendable, Equatable {
    package struct Item: Row, Sendable, Equatable {
        package enum Kind: String, PostgresValue, CaseIterable, Codable, Sendable {
            case opening, presentation, statements, questions, debate, explanation, confirmation, closing, other

            /// At a forum nobody is examined, and it is not bound to the order of a hearing.
            package static func all(of kind: Gathering.Kind) -> [Kind] {
                kind == .hearing ? allCases : [.opening, .presentation, .statements, .explanation, .closing, .other]
            }
        }

        /// Nil before it is kept.
        package let id: Int?
        package var kind: Kind
        package var title: String
        package var minutes: Int?

        package init(_ kind: Kind, _ title: String, minutes: Int? = nil) {
            (id, self.kind, self.title, self.minutes) = (nil, kind, title, minutes)
        }

        package init(_ row: RowReader) throws {
            id = try row["id"]
            kind = try row["kind"]
            title = try row["title"]
            minutes = try row["minutes"]
        }
    }

    package var items: [Item]

    package init(_ items: [Item]) { self.items = items }

    /// The order of article 17: the unit presents, participants speak, ask and debate, all confirm.
    package static let ofArticle17 = Agenda([
        .init(.opening, "主持人宣布听证会开始，介绍参加人员和听证纪律", minutes: 5),
        .init(.presentation, "决策承办单位介绍决策草案、依据和有关情况", minutes: 20),
        .init(.statements, "听证参加人陈述意见"), .init(.questions, "听证参加人提问，决策承办单位解释说明", minutes: 30),
        .init(.debate, "进行质证、辩论", minutes: 20), .init(.confirmation, "听证参加人确认听证记录", minutes: 10),
        .init(.closing, "主持人宣布听证会结束", minutes: 5),
    ])

    package static func of(gathering: Int) -> SQL {
        "select id, kind, title, minutes from agenda_items where gathering_id = \(gathering) order by ordinal"
    }

    /// - Throws: `gatherings_not_begun`, `agenda_items_title_length`, `agenda_items_minutes`, `role_required`.
    package func save(gathering: Int, in database: Database, as actor: DatabaseActor) async throws {
        let (kinds, titles) = (items.map(\.kind.rawValue), items.map(\.title))
        let minutes = items.map { $0.minutes ?? 0 }
        _ = try await database.write(as: actor) {
            try $0.execute(
                "select save_agenda(\(gathering), \(kinds)::text[], \(titles)::text[], \(minutes)::int[])")
        }
    }
}

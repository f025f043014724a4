import Foundation
import Postgres
import Text

/// What a report says of how those who took part in a hearing were found: as it happened, not as it was planned.
enum HearingSelection {
    /// Who registered, and when a lot was drawn; empty where nobody did.
    static func text(of gathering: Int, _ tx: borrowing Session) throws -> String {
        let counts = try tx.all(Registered.of(gathering), as: Registered.self)
        let drawn = try tx.first(
            "select kind, drawn_at from lots where gathering_id = \(gathering) and state = 'drawn'", as: Drawn.self)
        return (counts.map(\.sentence) + [drawn?.sentence].compactMap { $0 }).joined(separator: "\n")
    }

    /// The registrations for one category.
    private struct Registered: Row {
        let name: String
        let all: Int
        let withdrawn: Int
        let eligible: Int

        init(_ row: RowReader) throws {
            (name, all) = (try row["name"], try row["registered"])
            (withdrawn, eligible) = (try row["withdrawn"], try row["eligible"])
        }

        static func of(_ gathering: Int) -> SQL {
            """
            select c.name, count(*) as registered, count(*) filter (where r.withdrawn_at is not null) as withdrawn,
              count(*) filter (where r.withdrawn_at is null and r.verdict = 'eligible') as eligible
            from registrations r join gathering_categories c on c.id = r.category_id
            where r.gathering_id = \(gathering) group by c.id, c.name, c.ordinal order by c.ordinal
            """
        }

        var sentence: String {
            "\(name)：报名\(all)人，\(withdrawn == 0 ? "" : "退出\(withdrawn)人，")符合条件\(eligible)人。"
        }
    }

    private struct Drawn: Row {
        let kind: String
        let at: Date?

        init(_ row: RowReader) throws { (kind, at) = (try row["kind"], try row["drawn_at"]) }

        var sentence: String? {
            at.map {
                let day = ChinaTime.day($0, in: .zh)
                return kind == "witnessed"
                    ? "报名人多于名额的，\(day)当着见证人现场抽签产生，记录在网上公布。" : "报名人多于名额的，\(day)抽签产生，抽签的办法和结果在网上公布，任何人都可以重算。"
            }
        }
    }
}

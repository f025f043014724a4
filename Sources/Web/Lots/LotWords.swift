import Foundation
import Participation
import Text

extension Texts {
    /// Time of a lot's file, to the minute; as it stands where it is none.
    /// - Parameter isEnd: something goes on until then.
    func lotTime(_ text: String?, isEnd: Bool = false) -> String? {
        guard let text else { return nil }
        let plain = text.split(separator: ".").first.map { $0 + "Z" } ?? ""
        guard let moment = try? Date(plain, strategy: .iso8601) else { return text }
        return isEnd ? ChinaTime.deadline(moment, in: clock) : ChinaTime.minute(moment, in: clock)
    }

    /// 现场抽签 or 可验证抽签
    func kind(of lot: Lot) -> String { self["lots.kinds.\(lot.format == .witnessed ? "witnessed" : "verifiable")"] }

    /// What a lot says of itself, as far as it has come.
    func facts(of lot: Lot) -> [Fact] {
        func fact(_ key: String, _ text: String?) -> Fact? {
            text.map { Fact(label: self["lots.facts.\(key)"], text: $0) }
        }
        return [
            fact("kind", kind(of: lot)), fact("registration_until", lotTime(lot.registrationUntil, isEnd: true)),
            fact("committed", lotTime(lot.committedAt)), fact("commitment", lot.commitment),
            fact("source", lot.valueSource), fact("due", lotTime(lot.valueDueAt)),
            fact("frozen", lotTime(lot.frozenAt)), fact("list_hash", lot.listSha256), fact("value", lot.value),
            fact("value_entered", lotTime(lot.valueEnteredAt)), fact("drawn", lotTime(lot.drawnAt)),
            fact("seed", lot.seed), fact("place", lot.place), fact("notary", lot.notary),
            fact("witnesses", lot.witnesses?.joined(separator: self["refusals.separator"])),
            fact("annulled", lotTime(lot.annulledAt)), fact("annulled_why", lot.annulledWhy),
        ].compactMap { $0 }
    }

    func categories(of lot: Lot) -> [LotCategoryPart] {
        lot.categories.map { category in
            LotCategoryPart(
                name: category.name,
                // How many stand for them is known once the list is fixed.
                seats: category.numbers.map { self["lots.seats", ["seats": category.seats, "count": $0.count]] }
                    ?? self["lots.only_seats", ["seats": category.seats]],
                // Once it is drawn everybody stands in one of the two.
                listed: Filled(category.chosen == nil ? category.numbers ?? [] : []),
                chosen: Filled(category.chosen ?? []), reserve: Filled(category.reserve ?? []))
        }
    }

    /// The other public values that were named before.
    func sources(of lot: Lot) -> [String] {
        (lot.earlierSources ?? []).map {
            self[
                "lots.earlier_source",
                ["source": $0.source, "due": lotTime($0.dueAt) ?? "", "until": lotTime($0.until) ?? ""]]
        }
    }

    func crumbs(to hearing: LotHearing) -> [Crumb] {
        [
            Crumb(href: "/desk", text: self["nav.desk"]),
            Crumb(href: "/desk/hearings", text: self["nav.hearings"]),
            Crumb(href: hearing.address, text: hearing.title),
        ]
    }
}

/// One category: who is on the list, who has a seat, who follows.
struct LotCategoryPart: Sendable {
    let name: String
    let seats: String
    /// Before it is drawn.
    let listed: Filled<String>?
    let chosen: Filled<String>?
    let reserve: Filled<String>?

    static let samples = [
        LotCategoryPart(
            name: "老隆镇居民", seats: "2个名额，3人报名", listed: nil, chosen: Filled(["MY-2026-000103-6", "MY-2026-000105-2"]),
            reserve: Filled(["MY-2026-000102-8"])),
        LotCategoryPart(
            name: "沿街经营户", seats: "1个名额，1人报名", listed: Filled(["MY-2026-000108-5"]), chosen: nil, reserve: nil),
    ]
}

extension LotHearing {
    var address: String { "/desk/hearings/\(number)" }
}

import Crypto
import Foundation
import TestSupport
import Testing

@testable import Participation

@Suite("The lot that anybody can compute") struct LotTests {
    static let seed = Array(UInt8(0)..<32)
    static let hearing = "H-2026-000001-7"
    static let value = "03 09 14 20 27 31"

    /// `ops/lot/example.json`: seed 00…1f, three categories, eight numbers.
    static func exampleBytes() throws -> [UInt8] {
        Array(try Data(contentsOf: try Repository.root().appendingPathComponent("ops/lot/example.json")))
    }

    static func example() throws -> Lot { try Lot(json: try exampleBytes()) }

    /// Drawn on site before two witnesses.
    static func witnessed() throws -> Lot {
        var lot = try example()
        lot.format = .witnessed
        (lot.commitment, lot.committedAt, lot.valueSource, lot.valueDueAt) = (nil, nil, nil, nil)
        (lot.seed, lot.value, lot.valueEnteredAt, lot.place) = (nil, nil, nil, "县政务服务中心")
        lot.categories[0].chosen = ["MY-2026-000105-2", "MY-2026-000101-0"]
        lot.categories[0].reserve = ["MY-2026-000104-4", "MY-2026-000103-6", "MY-2026-000102-8"]
        return lot
    }

    private func order(_ numbers: [String], seed: [UInt8], category: String = "c01") -> [String] {
        Lot.order(numbers, seed: seed, hearing: Self.hearing, value: Self.value, category: category)
    }

    @Test("The example holds, and its numbers are sorted by the published keys")
    func vectors() throws {
        let lot = try Self.example()
        #expect(lot.findings == [])
        #expect(lot.commitment == Hexadecimal.encode(Lot.commitment(to: Self.seed)))
        #expect(lot.listSha256 == Hexadecimal.encode(Lot.listHash(lot.categories)))
        let sorted = order(lot.categories[0].numbers ?? [], seed: Self.seed)
        let keys = sorted.map { number in
            let mac = Lot.mac(of: number, seed: Self.seed, hearing: Self.hearing, value: Self.value, category: "c01")
            return "\(Hexadecimal.encode(mac.prefix(8))) \(number)"
        }
        // From Python's hmac.
        #expect(
            keys == [
                "0ee0476262a1843d MY-2026-000103-6", "4d627152b43ed5f3 MY-2026-000105-2",
                "4e263689a0affa11 MY-2026-000102-8", "970a478c6a5e5423 MY-2026-000104-4",
                "c15f833ef38743fe MY-2026-000101-0",
            ])
    }

    @Test("10,000 applicants in 12 categories stand in one order on every machine")
    func large() {
        var hash = SHA256()
        for ordinal in 1...12 {
            let category = (ordinal < 10 ? "c0" : "c") + String(ordinal)
            let numbers = stride(from: ordinal, through: 10_000, by: 12).map { number in
                "MY-2026-" + String(String(1_000_000 + number).dropFirst()) + "-0"
            }
            for number in order(numbers, seed: Self.seed, category: category) {
                hash.update(data: Array("\(category)\t\(number)\n".utf8))
            }
        }
        // From Python.
        #expect(
            Hexadecimal.encode(Array(hash.finalize()))
                == "cd0bbf245bc0298ee821c44325f9f51d39e0d7031a5a91f57d179c035e30b7c4")
    }

    @Test("Of 20,000 lots each gives everybody the same chance, and every place")
    func fairness() {
        let (lots, seats) = (20_000, 2)
        let numbers = (1...6).map { "MY-2026-00000\($0)-\($0)" }
        var chosen: [String: Int] = [:]
        var places = [Int](repeating: 0, count: numbers.count)
        for counter in 0..<lots {
            let sorted = order(numbers, seed: Array(SHA256.hash(data: Array(String(counter).utf8))))
            for number in sorted.prefix(seats) { chosen[number, default: 0] += 1 }
            if let place = sorted.firstIndex(of: numbers[0]) { places[place] += 1 }
        }
        func square(_ counts: [Int], _ expected: Double) -> Double {
            counts.map { (Double($0) - expected) * (Double($0) - expected) / expected }.reduce(0, +)
        }
        // 5 degrees of freedom: 20.5 is passed by one in a thousand. Drawing without replacement spreads less, by (n − k) / (n − 1).
        let ofChosen = square(numbers.map { chosen[$0] ?? 0 }, Double(lots * seats) / 6) * 5 / 4
        let ofPlaces = square(places, Double(lots) / 6)
        #expect(ofChosen < 20.5 && ofPlaces < 20.5, "\(ofChosen), \(ofPlaces)")
        // As Python computes it from the same seeds.
        #expect(abs(ofChosen - 1.559125) < 1e-6 && abs(ofPlaces - 2.3428) < 1e-6)
    }

    @Test("Who is taken out leaves the order of the others, and so does another category")
    func others() throws {
        let numbers = (1...40).map { "MY-2026-\($0)" }
        let whole = order(numbers, seed: Self.seed)
        #expect(Set(whole) == Set(numbers) && whole != numbers)
        #expect(order(numbers.filter { $0 != whole[3] }, seed: Self.seed) == whole.filter { $0 != whole[3] })
        #expect(order(numbers, seed: Self.seed, category: "c02") != whole)
    }
}

/// What is changed in a lot, and what is found.
struct LotChange: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout Lot) -> Void
    let findings: [Lot.Finding]

    init(_ name: String, _ findings: [Lot.Finding], _ change: @escaping @Sendable (inout Lot) -> Void) {
        testDescription = name
        self.findings = findings
        self.change = change
    }
}

@Suite("What does not hold of a lot") struct LotFindingTests {
    static let changes = ofTheDraw + ofItsWay + ofForms

    private static let ofTheDraw: [LotChange] = [
        LotChange("value", [.order(category: "c01")]) { $0.value = "03 09 14 20 27 32" },
        // The only two of c02 stand in the same order by chance.
        LotChange("seed", [.seed, .order(category: "c01")]) { $0.seed = Hexadecimal.encode(UInt8(1)...32) },
        LotChange("commitment", [.seed]) { $0.commitment = String(repeating: "0", count: 64) },
        LotChange("list hash", [.list]) { $0.listSha256 = String(repeating: "0", count: 64) },
        LotChange("a number", [.list, .order(category: "c03")]) { $0.categories[2].numbers = ["MY-2026-000121-2"] },
        LotChange("a number left out", [.list, .order(category: "c02"), .seats(category: "c02")]) {
            $0.categories[1].numbers = []
        },
        LotChange("list in another order", [.list, .notInOrder(category: "c02")]) {
            $0.categories[1].numbers?.swapAt(0, 1)
        },
        LotChange(
            "a number twice",
            [.list, .twice(number: "MY-2026-000120-4"), .order(category: "c03"), .seats(category: "c03")]
        ) { $0.categories[2].numbers = ["MY-2026-000120-4", "MY-2026-000120-4"] },
        LotChange("two chosen swapped", [.order(category: "c01")]) { $0.categories[0].chosen?.swapAt(0, 1) },
        LotChange("reserve swapped", [.order(category: "c01")]) { $0.categories[0].reserve?.swapAt(0, 2) },
        LotChange("chosen for another", [.order(category: "c02")]) {
            ($0.categories[1].chosen, $0.categories[1].reserve) = ($0.categories[1].reserve, $0.categories[1].chosen)
        },
        LotChange("fewer seats", [.seats(category: "c01")]) { $0.categories[0].seats = 1 },
        LotChange("more seats", [.seats(category: "c01")]) { $0.categories[0].seats = 3 },
        LotChange("one more chosen", [.seats(category: "c02")]) {
            ($0.categories[1].chosen, $0.categories[1].reserve) = (["MY-2026-000108-5", "MY-2026-000110-8"], [])
        },
    ]

    private static let ofItsWay: [LotChange] = [
        LotChange("committed late", [.steps]) { $0.committedAt = $0.registrationUntil },
        LotChange("frozen early", [.steps]) { $0.frozenAt = "2026-12-10T15:59:59.999999Z" },
        LotChange("frozen late", [.steps]) { $0.frozenAt = $0.valueDueAt },
        LotChange("value early", [.steps]) { $0.valueEnteredAt = "2026-12-15T13:14:59.999999Z" },
        LotChange("drawn early", [.steps]) { $0.drawnAt = "2026-12-15T13:39:00.000000Z" },
        LotChange("renamed late", [.steps]) {
            $0.earlierSources = [
                .init(source: "体彩", dueAt: "2026-12-12T13:00:00.000000Z", until: "2026-12-12T14:00:00.000000Z")
            ]
        },
        LotChange("annulled", [.notDrawn]) { ($0.state, $0.annulledAt) = (.annulled, "2026-12-16T01:00:00.000000Z") },
        LotChange("only frozen", [.notDrawn]) { $0.state = .frozen },
    ]

    private static let ofForms: [LotChange] = [
        LotChange("one witness", [.form("witnesses")]) { $0.witnesses = ["钟某（县司法局）"] },
        LotChange("no seed", [.form("seed")]) { $0.seed = nil },
        LotChange("half a seed", [.form("seed")]) { $0.seed = Hexadecimal.encode(UInt8(0)..<31) },
        LotChange("capitals", [.form("commitment")]) { $0.commitment = $0.commitment?.uppercased() },
        LotChange("another way to write a time", [.form("frozenAt")]) { $0.frozenAt = "2026-12-11T10:00:00+08:00" },
        LotChange("spaces", [.form("value")]) { $0.value = "03  09 14 20 27 31" },
        LotChange("a line feed in the value", [.form("value")]) { $0.value = "03\nc01" },
        LotChange("a tab in a number", [.form("categories[2].numbers")]) { $0.categories[2].numbers = ["1\nc04\t2"] },
        LotChange("a sign that Swift calls a K", [.form("categories[2].chosen")]) {
            $0.categories[2].chosen = ["\u{212A}"]
        },
        LotChange("no seats", [.form("categories[0].seats")]) { $0.categories[0].seats = 0 },
        LotChange("seats for a whole county", [.form("categories[0].seats")]) { $0.categories[0].seats = .max },
        LotChange("categories swapped", [.form("categories")]) { $0.categories.swapAt(0, 1) },
        LotChange("no categories", [.form("categories")]) { $0.categories = [] },
        LotChange("witnessed, and yet a seed", [.form("place"), .form("format")]) { $0.format = .witnessed },
    ]

    @Test("Every single change is found", arguments: LotFindingTests.changes)
    func change(_ change: LotChange) throws {
        var lot = try LotTests.example()
        change.change(&lot)
        #expect(lot.findings == change.findings)
    }

    @Test("A source that was renamed in time is no finding")
    func renamed() throws {
        var lot = try LotTests.example()
        lot.earlierSources = [
            .init(source: "体彩", dueAt: "2026-12-12T13:00:00.000000Z", until: "2026-12-09T14:00:00.000000Z")
        ]
        #expect(lot.findings == [])
        #expect(try Lot(json: Array(JSONEncoder().encode(lot))) == lot)
    }

    @Test("Before it is drawn a lot is only not drawn")
    func underWay() throws {
        var lot = try LotTests.example()
        (lot.state, lot.seed, lot.value, lot.valueEnteredAt, lot.drawnAt) = (.frozen, nil, nil, nil, nil)
        lot.witnesses = nil
        for index in lot.categories.indices {
            (lot.categories[index].chosen, lot.categories[index].reserve) = (nil, nil)
        }
        #expect(lot.findings == [.notDrawn])
        lot.categories[1].numbers?.append("MY-2026-000111-6")
        #expect(lot.findings == [.notDrawn, .list])
        (lot.state, lot.frozenAt, lot.listSha256) = (.committed, nil, nil)
        for index in lot.categories.indices { lot.categories[index].numbers = nil }
        #expect(lot.findings == [.notDrawn])
    }

    @Test("Of a lot drawn before witnesses, chosen and reserve are the list, each number once")
    func witnessed() throws {
        let whole = try LotTests.witnessed()
        #expect(whole.findings == [])
        #expect(try Lot(json: Array(JSONEncoder().encode(whole))) == whole)
        var lot = whole
        lot.categories[0].reserve?.removeLast()
        #expect(lot.findings == [.otherNumbers(category: "c01")])
        lot = whole
        lot.categories[0].reserve?[0] = "MY-2026-000105-2"
        #expect(lot.findings == [.otherNumbers(category: "c01")])
        lot = whole
        lot.categories[0].chosen?.append("MY-2026-000104-4")
        lot.categories[0].reserve?.removeFirst()
        #expect(lot.findings == [.seats(category: "c01")])
        lot = whole
        (lot.place, lot.witnesses) = (nil, nil)
        #expect(lot.findings == [.form("place"), .form("witnesses")])
    }
}

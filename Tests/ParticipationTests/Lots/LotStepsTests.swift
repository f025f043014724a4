import Documents
import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

@Suite("Drawing lots")
struct LotStepsTests {
    private static let organiser = AnsweringScene.organiser
    private static let due = LotScene.registrationUntil.addingTimeInterval(2 * 86_400)
    private static let witnesses = [
        LotWitness(name: "钟某", capacity: "县司法局"), LotWitness(name: "刘某", capacity: "群众代表"),
    ]

    private func commit(_ it: LotScene) async throws -> Int {
        try await CommitLot(gathering: it.id, source: "双色球第2026142期", dueAt: Self.due)(
            vault: it.scene.intake.vault, in: it.database.staff, as: Self.organiser)
    }

    private func public_(_ it: LotScene) async throws -> PublicLot {
        try await it.database.public.read { try $0.one(PublicLot.of(hearing: it.number), as: PublicLot.self) }
    }

    @Test func aLotIsDrawnByTwoPeopleAndEverybodyCanComputeIt() async throws {
        let it = try await LotScene.make()
        let staff = it.database.staff
        for _ in 0..<6 { try await it.register(1) }
        try await it.register(2)
        let vault = it.scene.intake.vault
        #expect(
            await refusal {
                _ = try await CommitLot(
                    gathering: it.id, source: "双色球", dueAt: LotScene.registrationUntil)(
                        vault: vault, in: staff, as: Self.organiser)
            } == "lots_value_ahead")
        let lot = try await commit(it)
        #expect(await refusal { _ = try await commit(it) } == "lots_one_holds")
        let committed = try await public_(it)
        #expect(committed.lot.state == .committed && committed.lot.categories.allSatisfy { $0.numbers == nil })
        #expect(committed.lot.findings == [.notDrawn])
        #expect(!String(decoding: committed.json, as: UTF8.self).contains("null"))
        func take(_ step: LotStep, _ actor: DatabaseActor = Self.organiser) async throws {
            try await step(on: lot, in: staff, as: actor)
        }
        #expect(await refusal { try await take(.freeze) } == "lots_registration_open")
        try await it.database.setClock(LotScene.afterRegistration)
        let late = try await it.database.owner.write {
            try $0.value(
                "update registrations set verdict = 'pending', checked_at = null where id = 1 returning id",
                as: Int.self)
        }
        #expect(await refusal { try await take(.freeze) } == "registrations_unchecked")
        _ = try await it.database.owner.write {
            try $0.execute(
                "update registrations set verdict = 'eligible', checked_at = minyi_clock() where id = \(late)")
        }
        let value = LotStep.enter(value: "03 09 14", witnesses: Self.witnesses, scan: nil)
        #expect(await refusal { try await take(value) } == "lots_not_frozen")
        try await take(.freeze)
        // Whoever withdraws stays in it, and nobody is judged anew.
        #expect(
            await refusal {
                _ = try await it.database.owner.write {
                    try $0.execute("update registrations set verdict = 'refused', refused_code = 'age' where id = 1")
                }
            } == "lots_list_frozen")
        #expect(await refusal { try await it.register(1) } == "lots_list_frozen")
        #expect(await refusal { try await take(value) } == "lots_value_not_before")
        try await it.database.setClock(Self.due)
        #expect(
            await refusal {
                try await take(.enter(value: "03", witnesses: [Self.witnesses[0], Self.witnesses[0]], scan: nil))
            } == "lots_witnesses_two")
        #expect(
            await refusal { try await take(.enter(value: "03  09", witnesses: Self.witnesses, scan: nil)) }
                == "lots_value_form")
        let draw = DrawLot(lot)
        #expect(await refusal { try await draw(vault: vault, in: staff, as: it.second) } == "lots_no_value")
        try await take(value)
        #expect(
            await refusal { try await take(.enter(value: "04", witnesses: Self.witnesses, scan: nil)) }
                == "lots_value_stands")
        #expect(await refusal { try await draw(vault: vault, in: staff, as: Self.organiser) } == "lots_second_person")
        #expect(
            await refusal { try await draw(vault: vault, in: staff, as: AnsweringScene.stranger) } == "role_required")
        try await draw(vault: vault, in: staff, as: it.second)
        let drawn = try await public_(it).lot
        #expect(drawn.findings.isEmpty && drawn.state == .drawn)
        #expect(
            drawn.categories.map { $0.chosen?.count } == [2, 1] && drawn.categories.map { $0.reserve?.count } == [4, 0])
        #expect(try await it.value("select count(*) from lots where seed_sealed is not null", as: Int.self) == 0)
    }

    @Test func anAnnulledLotStaysPublicAndAnotherIsDrawnOnSite() async throws {
        let it = try await LotScene.make()
        let staff = it.database.staff
        var numbers: [String] = []
        for _ in 0..<3 { numbers.append(try await it.register(1).number) }
        let lot = try await commit(it)
        try await it.database.setClock(LotScene.afterRegistration)
        let annul = AnnulLot(lot, why: "公开的数不再公布")
        let vault = it.scene.intake.vault
        #expect(
            await refusal { try await annul(vault: vault, in: staff, as: AnsweringScene.stranger) } == "role_required")
        try await annul(vault: vault, in: staff, as: Self.organiser)
        try await annul(vault: vault, in: staff, as: Self.organiser)
        #expect(await refusal { _ = try await commit(it) } == "lots_in_time")
        let scan = try await Attachment.store(
            Array("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF".utf8), name: "抽签.pdf", for: [2], in: staff,
            as: Self.organiser)
        var record = RecordWitnessedLot(
            gathering: it.id, drawnAt: LotScene.afterRegistration, place: "政务中心", notary: "",
            witnesses: Self.witnesses, drawn: [Array(numbers.dropLast())], scan: scan)
        #expect(await refusal { _ = try await record(in: staff, as: Self.organiser) } == "lots_list_whole")
        record.drawn = [[numbers[2], numbers[0], numbers[2]]]
        #expect(await refusal { _ = try await record(in: staff, as: Self.organiser) } == "lots_list_whole")
        record.drawn = [[numbers[2], numbers[0], numbers[1]]]
        let made = try await record(in: staff, as: Self.organiser)
        #expect(try await record(in: staff, as: Self.organiser) == made)
        let lots = try await it.database.public.all(PublicLot.of(hearing: it.number), as: PublicLot.self)
        #expect(lots.map(\.lot.state) == [.drawn, .annulled] && lots[0].lot.findings.isEmpty)
        #expect(lots[0].lot.categories[0].chosen == [numbers[2], numbers[0]])
        #expect(lots[1].lot.annulledWhy == "公开的数不再公布")
        // What it would have drawn anybody can compute: the seed is the one that was committed to.
        #expect(lots[1].lot.seed != nil && lots[1].lot.findings == [.notDrawn])
        #expect(try await it.value("select count(*) from lots where seed_sealed is not null", as: Int.self) == 0)
    }

    @Test func aLotWhoseSeedCannotBeOpenedIsAnnulledWithoutIt() async throws {
        let it = try await LotScene.make()
        let lot = try await commit(it)
        _ = try await it.database.owner.write { try $0.execute("update lots set seed_id = gen_random_uuid()") }
        try await AnnulLot(lot, why: "密钥丢了")(vault: it.scene.intake.vault, in: it.database.staff, as: Self.organiser)
        let annulled = try await public_(it).lot
        #expect(annulled.state == .annulled && annulled.seed == nil)
    }

    @Test func nobodyIsJudgedOnceTheyHaveBeenDrawnOnSite() async throws {
        let it = try await LotScene.make()
        let staff = it.database.staff
        var numbers: [String] = []
        for _ in 0..<3 { numbers.append(try await it.register(1).number) }
        try await it.database.setClock(LotScene.afterRegistration.addingTimeInterval(600))
        let late = try await it.register(1, verdict: "refused").number
        let scan = try await Attachment.store(
            Array("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF".utf8), name: "抽签.pdf", for: [2], in: staff,
            as: Self.organiser)
        var record = RecordWitnessedLot(
            gathering: it.id, drawnAt: LotScene.afterRegistration, place: "政务中心", notary: "",
            witnesses: Self.witnesses, drawn: [numbers], scan: scan)
        do {
            _ = try await record(in: staff, as: Self.organiser)
            Issue.record("somebody was refused after they had been drawn")
        } catch {
            let refusal = Refusal(error)
            #expect(refusal?.constraint == "lots_judged_since" && refusal?.numbers == [late])
        }
        record.drawnAt = LotScene.afterRegistration.addingTimeInterval(590)
        _ = try await record(in: staff, as: Self.organiser)
    }

    @Test func aLotOfWhichEveryCategoryIsNominatedByNowCanBeReadAndAnnulled() async throws {
        let it = try await LotScene.make()
        let lot = try await commit(it)
        _ = try await it.database.owner.write {
            try $0.execute(
                "update gathering_categories set way = 'nomination', nominator = '县总工会' where way = 'application'")
        }
        #expect(try await public_(it).lot.categories.isEmpty)
        try await AnnulLot(lot, why: "改由推荐产生")(vault: it.scene.intake.vault, in: it.database.staff, as: Self.organiser)
        #expect(try await public_(it).lot.state == .annulled)
    }

    @Test func seatsGoByTheLotAndThenToTheReserve() async throws {
        let it = try await LotScene.make()
        let staff = it.database.staff
        var registered: [(number: String, key: UUID)] = []
        for name in ["甲", "乙", "丙", "丁"] {
            registered.append(try await it.register(1, name: name, consents: name != "丙"))
        }
        func seat() async throws -> Int {
            try await SeatParticipants(it.id)(
                vault: it.scene.intake.vault, codes: it.scene.intake.codes, in: staff, as: Self.organiser)
        }
        try await it.database.setClock(LotScene.afterRegistration)
        // Four for two seats: without a lot it is nobody's turn.
        #expect(try await seat() == 0)
        let scan = try await Attachment.store(
            Array("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF".utf8), name: "抽签.pdf", for: [2], in: staff,
            as: Self.organiser)
        let numbers = registered.map(\.number)
        try await RecordWitnessedLot(
            gathering: it.id, drawnAt: LotScene.afterRegistration, place: "政务中心", notary: "",
            witnesses: Self.witnesses, drawn: [[numbers[2], numbers[0], numbers[3], numbers[1]]], scan: scan)(
                in: staff, as: Self.organiser)
        #expect(try await seat() == 2)
        #expect(try await seat() == 0)
        func names() async throws -> [String] {
            try await staff.read(as: Self.organiser) { try ParticipantList.read(it.id, $0).people.map(\.name) }
        }
        // Who did not agree has a seat and no name.
        #expect(try await names() == ["", "甲"])
        _ = try await it.database.owner.write {
            try $0.execute("update gathering_people set state = 'declined' where public_name = '甲'")
        }
        #expect(try await seat() == 1)
        #expect(try await names() == ["", "丁"])

        // Materials: what is there is read and acknowledged with number and code of the registration.
        let material = try await Attachment.store(
            Array("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF".utf8), name: "草案.pdf", for: [2], in: staff,
            as: AnsweringScene.clerk)
        let step = MaterialStep.add(title: "决策草案", attachment: material)
        try await step(of: it.id, in: staff, as: AnsweringScene.clerk)
        #expect(try await MaterialStep.offer(of: it.id, in: staff, as: AnsweringScene.clerk) == 2)
        let mac = it.scene.intake.codes.mac(for: registered[2].key)
        func acknowledge(_ number: String) async throws -> ParticipantMaterial.Acknowledged {
            try await ParticipantMaterial.acknowledge(number, mac: mac, in: it.database.public)
        }
        let open = try await it.database.public.all(
            ParticipantMaterial.all(numbers[2], mac: mac), as: ParticipantMaterial.self)
        #expect(open.map(\.title) == ["决策草案"] && open.first?.file?.id == material)
        let bytes = try await ParticipantMaterial.chunk(
            0, of: open[0].id, numbers[2], mac: mac, in: it.database.public)
        #expect(bytes?.starts(with: Array("%PDF".utf8)) == true)
        #expect(try await acknowledge(numbers[1]) == .unknown)
        #expect(try await acknowledge(numbers[2]) == .acknowledged)
        #expect(try await acknowledge(numbers[2]) == .already)
        let rest: Int = try await it.value("select id from gathering_people where public_name = '丁'")
        let today = ChinaTime.date(LotScene.afterRegistration)
        #expect(
            await refusal {
                try await MaterialStep.deliver(people: [rest], on: today.adding(days: 1), way: "handed", scan: nil)(
                    of: it.id, in: staff, as: AnsweringScene.clerk)
            } == "material_deliveries_day")
        let deliver = MaterialStep.deliver(people: [rest], on: today, way: "handed", scan: nil)
        #expect(try await deliver(of: it.id, in: staff, as: AnsweringScene.clerk) == 1)
        #expect(try await MaterialStep.offer(of: it.id, in: staff, as: AnsweringScene.clerk) == 0)
    }

    @Test func theDatabaseOrdersAsTheLotDoes() async throws {
        let database = try await TestDatabase.make()
        var generator = SystemRandomNumberGenerator()
        for size in [0, 1, 2, 7, 40, 500] {
            let seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let numbers = (0..<size).map { "MY-2026-\(100_000 + $0)-0" }
            let message = "minyi-lot-v1\nH-1\n03 09\nc01\n"
            let ordered: [String] = try await database.owner.read { tx in
                try tx.values(
                    """
                    select n from unnest(\(numbers)::text[]) n order by lot_mac(\(seed), \(message) || n), n collate "C"
                    """, as: String.self)
            }
            #expect(ordered == Lot.order(numbers, seed: seed, hearing: "H-1", value: "03 09", category: "c01"))
        }
    }
}

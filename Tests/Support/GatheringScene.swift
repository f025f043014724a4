import Foundation
import Participation
import Postgres
import Text

/// A hearing about the consultation of `AnsweringScene`, planned for the fortieth day from now with every date kept.
package struct GatheringScene: Sendable {
    package let answering: AnsweringScene
    package let number: String
    package let id: Int

    package static let today = ChinaTime.date(AnsweringScene.whileOpen)
    package static let heldOn = today.adding(days: 40)
    /// Of the county office, with no part in the draft.
    package static let presiderID = AnsweringScene.reviewerID

    package var database: TestDatabase { answering.database }

    package static func input(_ title: String = "社会救助目录听证会") -> GatheringPlan.Input {
        var input = GatheringPlan.Input()
        (input.title, input.place) = (title, "县政府二楼会议室")
        (input.startsAt, input.endsAt) = ("\(heldOn)T09:00", "\(heldOn)T11:00")
        input.registrationFrom = "\(today)T18:00"
        input.registrationUntil = "\(today.adding(days: 12))"
        input.listOn = "\(heldOn.adding(days: -21))"
        input.materialsOn = "\(heldOn.adding(days: -9))"
        input.reportOn = "\(heldOn.adding(days: 9))"
        input.contactPhone = "0762-6750000"
        input.categories = [
            .init(name: "村民", seats: "2", way: "application"),
            .init(name: "人大代表", seats: "1", way: "invitation"),
        ]
        return input
    }

    package static func make(_ input: GatheringPlan.Input = input()) async throws -> GatheringScene {
        try await GatheringScene(try await AnsweringScene.make(), input)
    }

    /// One more about the same matter.
    package init(_ answering: AnsweringScene, _ input: GatheringPlan.Input) async throws {
        let number = try await SaveGathering(try GatheringPlan(input, kind: .hearing)).create(
            .hearing, procedure: answering.number, key: UUID(), in: answering.database.staff,
            as: AnsweringScene.organiser)
        id = try await answering.database.staff.read(as: AnsweringScene.organiser) {
            try $0.one(Gathering.with(number: number), as: Gathering.self)
        }.id
        (self.answering, self.number) = (answering, number)
    }

    package func gathering() async throws -> Gathering {
        try await database.staff.read(as: AnsweringScene.organiser) {
            try $0.one(Gathering.with(number: number), as: Gathering.self)
        }
    }

    package func record() async throws -> GatheringRecord? {
        try await GatheringRecord.load(number, in: database.public)
    }

    @discardableResult
    package func name(
        _ role: GatheringPerson.Role, category: Int? = nil, staff: Int? = nil, contact: Contact = Contact(),
        consents: Bool = false, key: UUID = UUID()
    ) async throws -> Int {
        try await NamePerson(
            gatheringID: id, role: role, categoryID: category, staffID: staff, contact: contact, publicUnit: "",
            consents: consents, key: key)(
                vault: answering.intake.vault, codes: answering.intake.codes, in: database.staff,
                as: AnsweringScene.organiser)
    }

    package func category(_ name: String) async throws -> Int {
        try await database.staff.read(as: AnsweringScene.organiser) {
            try $0.value(
                "select id from gathering_categories where gathering_id = \(id) and name = \(name)", as: Int.self)
        }
    }

    package func prepare(_ kind: Clearance.Kind = .gatheringNotice, version: Int = 0) async throws -> Int {
        try await PrepareGatheringPaper(number).paper(
            kind, version: version, in: database.staff, as: AnsweringScene.organiser)
    }

    package func prepare(_ change: GatheringChange, reason: String = "场地另有安排") async throws -> Int {
        try await PrepareGatheringPaper(number).change(
            change, reason: reason, in: database.staff, as: AnsweringScene.organiser)
    }

    /// Reviewed, approved and published by three people. Returns the version's id.
    @discardableResult
    package func publish(_ clearance: Int) async throws -> Int {
        try await answering.clear(clearance)
        return try await Clearance.publish(clearance, in: database.staff, as: AnsweringScene.organiser)
    }

    /// A presider, and the notice published.
    package func announce() async throws {
        try await name(.presider, staff: Self.presiderID)
        try await publish(try await prepare())
    }

    package func clearance(_ id: Int) async throws -> Clearance {
        try await database.staff.read(as: AnsweringScene.organiser) {
            try $0.one(Clearance.with(id: id), as: Clearance.self)
        }
    }
}

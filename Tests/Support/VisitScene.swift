import Foundation
import Participation
import Postgres
import Text

/// A visit that was convened for the day after tomorrow, about the consultation of `AnsweringScene`.
package struct VisitScene: Sendable {
    package let scene: AnsweringScene
    package let id: Int
    package let number: String

    package var staff: Database { scene.database.staff }

    package static func make(in scene: AnsweringScene, title: String = "走访黎咀镇", place: String = "黎咀村") async throws
        -> VisitScene
    {
        var input = GatheringPlan.Input()
        (input.title, input.place, input.contactPhone) = (title, place, "0762-6750000")
        let today = ChinaTime.date(AnsweringScene.whileOpen)
        (input.startsAt, input.endsAt) = ("\(today.adding(days: 2))T09:00", "\(today.adding(days: 2))T11:00")
        input.reportOn = "\(today.adding(days: 9))"
        let number = try await SaveGathering(try GatheringPlan(input, kind: .visit)).create(
            .visit, procedure: scene.number, key: UUID(), in: scene.database.staff, as: AnsweringScene.organiser)
        let made = try await scene.database.staff.read(as: AnsweringScene.organiser) {
            try $0.one(Gathering.with(number: number), as: Gathering.self)
        }
        try await Gathering.convene(
            made.id, version: made.version, in: scene.database.staff, as: AnsweringScene.organiser)
        return VisitScene(scene: scene, id: made.id, number: number)
    }

    /// The day has come.
    package func arrive() async throws {
        let day = ChinaTime.date(AnsweringScene.whileOpen).adding(days: 2)
        try await scene.database.setClock(ChinaTime.startOf(day).addingTimeInterval(9 * 3600))
    }

    package func take(_ notes: [FieldNote]) async throws -> [FieldNote.Fault?] {
        try await TakeFieldNotes(gatheringID: id, notes: notes)(
            vault: scene.intake.vault, codes: scene.intake.codes, in: staff, as: AnsweringScene.clerk
        ).map(\.fault)
    }

    /// Ended and worked up.
    package func close() async throws {
        try await Gathering.end(id, in: staff, as: AnsweringScene.clerk)
        _ = try await Gathering.close(id, in: staff, as: AnsweringScene.organiser)
    }

    package func entries() async throws -> [TranscriptEntry] {
        try await staff.read(as: AnsweringScene.clerk) {
            try $0.all(TranscriptEntry.of(gathering: id), as: TranscriptEntry.self)
        }
    }

    /// A dot, as PNG.
    private static let picture =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="

    /// Keeps a picture on which somebody can be recognised.
    package func store(_ caption: String, key: UUID = UUID()) async throws {
        let picture = Array(Data(base64Encoded: Self.picture) ?? Data())
        try await GatheringPhoto.store(
            picture, key: key, caption: caption, showsPeople: true, consents: false,
            takenAt: AnsweringScene.whileOpen, of: (id, [2]), vault: scene.intake.vault, in: staff,
            as: AnsweringScene.clerk)
    }

    package func count(_ sql: SQL) async throws -> Int {
        try await scene.database.owner.read { try $0.value(sql, as: Int.self) }
    }

    package static func note(_ name: String, _ words: String, person: UUID = UUID(), consents: Bool = false)
        -> FieldNote
    {
        FieldNote(
            key: UUID(), person: person, name: name, phone: "0762-6750000", unit: "黎咀村", consents: consents,
            words: words, saidAt: AnsweringScene.whileOpen.addingTimeInterval(2 * 86_400))
    }
}

import Foundation
import Participation
import Postgres
import Text

/// A hearing of the consultation of `AnsweringScene` for which people register: two kinds of seats by registration, one by invitation.
package struct RegistrationScene: Sendable {
    package let answering: AnsweringScene
    package let id: Int
    package let number: String

    package var database: TestDatabase { answering.database }
    package var intake: Intake { answering.intake }

    package static let opensAt = AnsweringScene.opensAt
    /// Exclusive.
    package static let closesAt = ChinaTime.startOf(CalendarDate(dayNumber: 20_785))
    package static let startsAt = ChinaTime.startOf(CalendarDate(dayNumber: 20_810)).addingTimeInterval(9 * 3600)

    /// Valid by GB 11643, of people born in 1990 who do not exist.
    package static let identities = ["441622199001010014", "441622199001010022", "441622199001010030"].map {
        withCheckDigit(String($0.prefix(17)))
    }

    package static func withCheckDigit(_ first: String) -> String {
        let signs = (0...9).map(String.init) + ["X"]
        return signs.map { first + $0 }.first { IdentityNumber.isValid($0) } ?? first
    }

    package static func make(in answering: AnsweringScene? = nil) async throws -> RegistrationScene {
        let scene: AnsweringScene
        if let answering { scene = answering } else { scene = try await AnsweringScene.make() }
        let procedure = scene.procedureID
        let (id, number) = try await scene.database.owner.write { tx in
            let id: Int = try tx.value(
                """
                insert into gatherings (number, key, kind, procedure_id, unit_id, unit_ids, title, place, starts_at, ends_at,
                  registration_from, registration_until, list_on, asks, identity_basis, papers, created_by, created_at)
                values ('', gen_random_uuid(), 'hearing', \(procedure), 2, '{1,2}', '公交票价听证会', '县会议中心', \(startsAt),
                  \(startsAt.addingTimeInterval(3 * 3600)), \(opensAt), \(closesAt), \(ChinaTime.date(startsAt).adding(days: -20)),
                  '{identity,unit,reason}', '《听证会公告》第三条', '户口本', 1, minyi_clock()) returning id
                """)
            try tx.execute(
                """
                insert into gathering_categories (gathering_id, ordinal, name, seats, way) values (\(id), 1, '居民', 2, 'application'),
                  (\(id), 2, '经营者', 1, 'application'), (\(id), 3, '专家', 1, 'invitation')
                """)
            try tx.execute("update gatherings set state = 'announced' where id = \(id)")
            return (id, try tx.value("select number from gatherings where id = \(id)", as: String.self))
        }
        return RegistrationScene(answering: scene, id: id, number: number)
    }

    /// Somebody of whom everything is right.
    package func registration(
        _ identity: String = identities[0], category: String = "c01", key: UUID = UUID(), channel: Channel = .web,
        arrivedOn: CalendarDate? = nil
    ) -> Registration {
        Registration(
            key: key, formKey: UUID(), gathering: number, category: category,
            contact: Contact(name: "欧阳小明", phone: "13800138000", email: "a@example.cn"), identity: identity,
            details: RegistrationDetails(), organisation: "龙川一小", reason: "每天坐公交。", consents: true,
            channel: channel, arrivedOn: arrivedOn)
    }

    package func send(_ registration: Registration) async throws -> IntakeOutcome {
        try await intake.accept(registration, in: database.public)
    }

    package func enter(
        _ registration: Registration, as actor: DatabaseActor = AnsweringScene.clerk
    ) async throws -> IntakeOutcome {
        try await intake.accept(registration, in: database.staff, as: actor)
    }
}

import Foundation
import Participation
import Postgres
import Text

extension Demo {
    /// 23 people register for the seats of a hearing, most of them for the first kind, one in six at the counter; who is old enough is checked.
    /// - Parameters:
    ///   - number: of a hearing that takes registrations now.
    ///   - checked: whether the organiser has looked at all of them.
    func register(for number: String, checked: Bool) async throws {
        guard let offer = try await PublicGathering.hearing(number, in: pools.public), !offer.openCategories.isEmpty
        else {
            throw Broken(description: "\(number) takes no registrations.")
        }
        let clerk = try await cast.office(.clerk).databaseActor
        for place in 0..<23 {
            let onPaper = place % 6 == 5
            // Twelve, seven and four of three kinds of seats.
            let kind = min(place < 12 ? 0 : place < 19 ? 1 : 2, offer.openCategories.count - 1)
            let registration = Self.registration(
                place, category: offer.openCategories[kind].code, onPaper: onPaper, offer)
            let outcome = try await intake.accept(
                registration, in: onPaper ? pools.staff : pools.public, as: onPaper ? clerk : .anonymous)
            guard outcome.verdict == .accepted else {
                throw Broken(description: "\(number): \(outcome.verdict)")
            }
        }
        if checked { try await checkRegistrations(for: number) }
    }

    private static func registration(
        _ place: Int, category: String, onPaper: Bool, _ offer: PublicGathering
    ) -> Registration {
        var details = RegistrationDetails()
        details.bornOn = CalendarDate(year: 1958 + place * 2 % 40, month: 1 + place % 12, day: 1 + place)
        (details.sex, details.ethnicity) = (place % 2 == 0 ? "female" : "male", "汉族")
        (details.education, details.occupation) = ("高中", "演示")
        details.address = "龙川县演示路 \(place + 1) 号"
        let reasons = ["每天坐公交上下班。", "家里有学生走读。", "想说说偏远村的班次。", "经营沿线的小店。"]
        return Registration(
            key: UUID(), formKey: UUID(), gathering: offer.number, category: category,
            // Numbers that nobody has.
            contact: Contact(name: "演示\(place + 1)", phone: "076200000\(place + 10)"),
            identity: identity(place), details: details, organisation: place % 3 == 0 ? "演示单位" : "",
            reason: reasons[place % reasons.count], consents: place % 4 != 3, channel: onPaper ? .counter : .web,
            arrivedOn: onPaper ? offer.lastArrival : nil
        ).following(offer)
    }

    /// Right by its check digit, of a serial that is given to nobody: 000.
    private static func identity(_ place: Int) -> String {
        let first = "44162219\(70 + place)\(place % 2 == 0 ? "01" : "02")01000"
        return ((0...9).map(String.init) + ["X"]).map { first + $0 }.first { IdentityNumber.isValid($0) } ?? first
    }

    private func checkRegistrations(for number: String) async throws {
        let organiser = try await cast.office(.organiser).databaseActor
        let lines = try await pools.staff.read(as: organiser) { tx in
            guard let it = try tx.first(Gathering.with(number: number), as: Gathering.self) else {
                return [RegistrationLine]()
            }
            return try tx.all(
                RegistrationLine.of(gathering: it.id, .init(verdict: .pending)), as: RegistrationLine.self)
        }
        for (place, line) in lines.enumerated() {
            let check =
                place == 17
                ? CheckRegistration(id: line.id, verdict: .refused, code: .papers, note: "请补交户口本复印件。")
                : CheckRegistration(id: line.id, verdict: .eligible)
            try await check(in: pools.staff, as: organiser)
        }
    }
}

import Foundation
import Postgres

/// One screenful of cases, and where the next begins.
package struct CaseList: Sendable {
    /// The last row of a screenful: its date and its id. Between two pages nothing is left out or shown twice, whatever moves.
    package struct Place: Sendable, Equatable {
        package let moment: Date
        package let id: Int

        package init(moment: Date, id: Int) { (self.moment, self.id) = (moment, id) }
    }

    package let cases: [CaseFile]
    /// Nil at the end.
    package let next: Place?
    /// How many cases each view holds, counted no further than `mostCounted`.
    package let counts: [CaseFilter.View: Int]
    /// The units of the filter.
    package let units: [Unit]

    package static let size = 50
    package static let mostCounted = 1000
    /// How many of the newest cases with the words looked for are shown.
    package static let mostFound = 500

    package static func read(
        _ filter: CaseFilter, after place: Place?, for staff: StaffActor, in database: Database
    ) async throws -> CaseList {
        try await database.read(as: staff.databaseActor) { tx in
            let units = try tx.all(Unit.all, as: Unit.self)
            let offices = units.filter { $0.kind == .office }.map(\.id)
            // The supervision office screens nothing itself: it watches over what all offices have assigned.
            let desk =
                offices.contains(staff.unitID)
                ? CaseFilter.Desk.offices(staff.has(.supervisor) ? offices : [staff.unitID], home: staff.unitID)
                : .units(staff.unitIDs, home: staff.unitID)
            let found = try tx.all(page(filter, after: place, desk), as: CaseFile.self)
            let cases = Array(found.prefix(size))
            return CaseList(
                cases: cases, next: found.count > size ? cases.last.map { filter.place(of: $0) } : nil,
                counts: try counts(desk, tx), units: units.filter { $0.validUntil == nil })
        }
    }

    static func page(_ filter: CaseFilter, after place: Place?, _ desk: CaseFilter.Desk) -> SQL {
        let rest = place.map(filter.order.condition) ?? "true"
        return """
            \(CaseFile.columns) where c.id in (\(filter.ids(of: desk, first: size + 1, where: rest)))
            order by \(filter.order.columns) limit \(size + 1)
            """
    }

    /// What is over is not counted: there is no end to it.
    private static func counts(_ desk: CaseFilter.Desk, _ tx: borrowing Session) throws -> [CaseFilter.View: Int] {
        var counts: [CaseFilter.View: Int] = [:]
        for view in CaseFilter.View.allCases where view != .closed {
            var filter = CaseFilter()
            filter.view = view
            counts[view] = try tx.value(filter.size(of: desk))
        }
        return counts
    }
}

extension CaseFilter {
    fileprivate func place(of it: CaseFile) -> CaseList.Place {
        switch order {
        case .due: .init(moment: it.dueAt ?? it.receivedAt, id: it.id)
        case .answered: .init(moment: it.answeredAt ?? it.receivedAt, id: it.id)
        case .newest: .init(moment: it.receivedAt, id: it.id)
        }
    }
}

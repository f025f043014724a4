import Foundation
import Postgres
import Text

/// A hearing, forum or visit as everybody may read it.
package struct PublicGathering: Row, Identifiable {
    package struct Category: Codable, Sendable, Equatable {
        package let code: String
        package let name: String
        package let seats: Int
        package let way: GatheringCategory.Way
        package let nominator: String
        package let described: String
    }

    package let id: Int
    package let procedureID: Int
    package let number: String
    package let kind: Gathering.Kind
    package let title: String
    package let unitID: Int
    package let unitName: String
    package let townID: Int?
    package let state: Gathering.State
    package let startsAt: Date?
    package let endsAt: Date?
    package let place: String
    /// Empty where it is not broadcast.
    package let liveURL: String
    package let registrationFrom: Date?
    /// Exclusive.
    package let registrationUntil: Date?
    package let categories: [Category]
    package let asks: Set<Gathering.Asked>
    package let identityBasis: String
    package let leastAge: Int
    package let mostAge: Int?
    package let conditions: String
    package let papers: String
    /// Seats for who only listens.
    package let observers: Int
    /// Empty while there is none who may be named.
    package let presider: String
    package let contactPhone: String
    package let contactAddress: String
    package let contactPostcode: String
    package let contactEmail: String
    package let isStreamed: Bool
    /// The newest: extended, nominated, moved, postponed, cancelled.
    package let lastChange: String?
    package let changedAt: Date?
    package let procedureNumber: String
    package let procedureTitle: String
    /// The database's clock when this was read.
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["gathering_id"]
        procedureID = try row["procedure_id"]
        number = try row["number"]
        kind = try row["kind"]
        title = try row["title"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        townID = try row["town_id"]
        state = try row["state"]
        startsAt = try row["starts_at"]
        endsAt = try row["ends_at"]
        place = try row["place"]
        liveURL = try row["live_url"]
        registrationFrom = try row["registration_from"]
        registrationUntil = try row["registration_until"]
        let json: JSONText = try row["categories"]
        categories = try JSONDecoder().decode([Category].self, from: Data(json.text.utf8))
        let asked: [String] = try row["asks"]
        asks = Set(asked.compactMap(Gathering.Asked.init(rawValue:)))
        identityBasis = try row["identity_basis"]
        leastAge = try row["least_age"]
        mostAge = try row["most_age"]
        conditions = try row["conditions"]
        papers = try row["papers"]
        observers = try row["observers"]
        presider = try row["presider"]
        contactPhone = try row["contact_phone"]
        contactAddress = try row["contact_address"]
        contactPostcode = try row["contact_postcode"]
        contactEmail = try row["contact_email"]
        isStreamed = try row["is_streamed"]
        lastChange = try row["last_change"]
        changedAt = try row["changed_at"]
        procedureNumber = try row["procedure_number"]
        procedureTitle = try row["procedure_title"]
        now = try row["now"]
    }

    private static let columns: SQL = """
        select g.gathering_id, g.procedure_id, g.number, g.kind, g.title, g.unit_id, g.unit_name, g.town_id, g.state, g.starts_at, g.ends_at,
          g.place, g.live_url, g.registration_from, g.registration_until, g.categories, g.asks, g.identity_basis, g.least_age, g.most_age,
          g.conditions, g.papers, g.observers, g.presider, g.contact_phone, g.contact_address, g.contact_postcode, g.contact_email, g.is_streamed, g.last_change, g.changed_at,
          p.number as procedure_number, p.title as procedure_title, minyi_clock() as now
        from public_gatherings g join public_procedures p using (procedure_id)
        """

    package static func find(_ number: String) -> SQL { "\(columns) where g.number = \(number)" }

    /// The next first.
    package static func of(procedure: Int) -> SQL {
        "\(columns) where g.procedure_id = \(procedure) order by g.starts_at nulls last, g.gathering_id"
    }

    /// The day on which it takes place, in China; nil while it is postponed.
    package var day: CalendarDate? { startsAt.map { ChinaTime.date($0) } }
}

/// Everything that is public about one gathering, read at one moment.
package struct GatheringRecord: Sendable {
    package let gathering: PublicGathering
    /// Its papers, the oldest first, each with its content.
    package let versions: [PublishedVersion]
    /// Whether a lot was begun, which everybody can follow.
    package let hasLot: Bool
    /// Its published records as documents.
    package let files: [VersionFile]
    /// Public with its record.
    package let photos: [GatheringPhoto.Public]

    /// - Returns: nil when there is none, or it is not announced yet.
    package static func load(_ number: String, in database: Database) async throws -> GatheringRecord? {
        try await database.read(as: .anonymous) { tx -> GatheringRecord? in
            guard let gathering = try tx.first(PublicGathering.find(number), as: PublicGathering.self) else {
                return nil
            }
            return GatheringRecord(
                gathering: gathering,
                versions: try tx.all(PublishedVersion.ofGathering(number), as: PublishedVersion.self),
                hasLot: try tx.value(
                    "select exists (select from public_lots where gathering_id = \(gathering.id))",
                    as: Bool.self),
                files: try tx.all(VersionFile.of(gathering: number), as: VersionFile.self),
                photos: try tx.all(GatheringPhoto.Public.of(number), as: GatheringPhoto.Public.self))
        }
    }

    /// As what documents a paper can be taken.
    package func files(of paper: PublishedVersion) -> [Report.Format] {
        paper.kind == .gatheringRecord ? files.filter { $0.version == paper.version }.map(\.format) : []
    }

    /// Where a visit stood on its route, as its published record says it, a paragraph a line; empty where it was on none.
    package var route: String {
        guard let content = newest(.gatheringRecord)?.content,
            let paper = try? PublishedContent.decode(PublishedContent.GatheringPaper.self, from: content)
        else { return "" }
        return paper.sections.first { $0.heading == VisitRound.heading }?.text ?? ""
    }

    /// The newest version of a kind.
    package func newest(_ kind: PublishedVersion.Kind) -> PublishedVersion? { versions.last { $0.kind == kind } }
}

/// The public records of gatherings, read once for each change, as `ConsultationRecords` are.
package struct GatheringRecords: Sendable {
    /// 8 MB.
    private static let limit = 8 * 1024 * 1024

    private let database: Database
    private let memory: PublicMemory<String, GatheringRecord>

    /// - Parameter database: the public pool; the one that `freshness` asks.
    package init(_ database: Database, freshness: Freshness) {
        self.database = database
        memory = PublicMemory(freshness, limit: Self.limit) { record in
            2048 + record.versions.reduce(0) { $0 + 512 + ($1.content?.utf8.count ?? 0) }
        }
    }

    /// - Returns: nil when there is none, or it is not announced yet.
    package func record(_ number: String) async throws -> GatheringRecord? {
        do {
            return try await memory.value(number, about: .gathering(number)) { [database] in
                guard let found = try await GatheringRecord.load(number, in: database) else { throw NotThere() }
                return found
            }
        } catch is NotThere {
            return nil
        }
    }

    /// Thrown, and so not kept: wrong numbers are without end.
    private struct NotThere: Error {}
}

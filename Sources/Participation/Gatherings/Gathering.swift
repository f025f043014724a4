import Foundation
import Postgres
import Text

/// 听证会, 座谈会, 实地走访: where people are met in person about a matter that is consulted on.
///
/// It always belongs to a procedure: what is said there is answered in the result of that procedure.
package struct Gathering: Row, Identifiable {
    package enum Kind: String, PostgresValue, CaseIterable, Codable, Sendable {
        case hearing, forum, visit

        /// The first part of its public address.
        package var path: String { "\(rawValue)s" }
        /// By which what is said there comes among the opinions.
        package var channel: Channel {
            switch self {
            case .hearing: .hearing
            case .forum: .meeting
            case .visit: .siteVisit
            }
        }
    }

    package enum State: String, PostgresValue, CaseIterable, Codable, Sendable {
        case preparing, announced
        /// To a time to be announced.
        case postponed
        case underWay = "under_way"
        /// Over; who was there confirms the transcript.
        case held
        /// What was said stands among the opinions.
        case closed
        case cancelled
    }

    /// What it is about, which decides the rules that bind it.
    package enum Subject: String, PostgresValue, CaseIterable, Sendable {
        /// 重大行政决策
        case decision
        /// 规章草案
        case regulation
        /// 行政许可
        case licence
    }

    /// What the form of registration asks besides name and phone.
    package enum Asked: String, CaseIterable, Codable, Sendable {
        case sex, age, ethnicity, education, occupation, identity, unit, address, reason
    }

    package let id: Int
    package let number: String
    package let kind: Kind
    package let procedureID: Int
    package let procedureNumber: String
    package let procedureTitle: String
    package let unitID: Int
    package let unitIDs: [Int]
    package let unitName: String
    package let townID: Int?
    package let townName: String?
    package let title: String
    package let subject: Subject
    package let matter: String
    package let legalBasis: String
    package let place: String
    /// Empty where it is not broadcast.
    package let liveURL: String
    /// Nil while it is postponed, or not planned yet.
    package let startsAt: Date?
    package let endsAt: Date?
    package let registrationFrom: Date?
    /// Exclusive.
    package let registrationUntil: Date?
    /// Planned: the list of participants is published, the materials are with everybody, the report is published.
    package let listOn: CalendarDate?
    package let materialsOn: CalendarDate?
    package let reportOn: CalendarDate?
    package let observers: Int
    package let mediaSeats: Int
    package let conditions: String
    /// What is to be handed in with a registration.
    package let papers: String
    package let leastAge: Int
    package let mostAge: Int?
    package let asks: [Asked]
    /// Why identity numbers are asked for, in the words of the unit; empty where they are not.
    package let identityBasis: String
    /// Why a practice is departed from; published with the notice.
    package let practiceReason: String
    package let contactPhone: String
    package let contactAddress: String
    package let contactPostcode: String
    package let contactEmail: String
    package let statementMinutes: Int
    /// Everybody may follow the screen; else only who has its link.
    package let isStreamed: Bool
    package let state: State
    /// Grows with every change: who saves or publishes says what they have read.
    package let version: Int
    package let beganAt: Date?
    package let endedAt: Date?
    package let closedAt: Date?
    /// Of the transcript, once it ended.
    package let pages: Int?
    package let transcriptScanID: UUID?
    package let createdBy: Int
    package let createdAt: Date
    /// When what people had given of themselves was erased.
    package let erasedAt: Date?
    /// The database's clock when this was read.
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        kind = try row["kind"]
        procedureID = try row["procedure_id"]
        procedureNumber = try row["procedure_number"]
        procedureTitle = try row["procedure_title"]
        unitID = try row["unit_id"]
        unitIDs = try row["unit_ids"]
        unitName = try row["unit_name"]
        townID = try row["town_id"]
        townName = try row["town_name"]
        title = try row["title"]
        subject = try row["subject"]
        matter = try row["matter"]
        legalBasis = try row["legal_basis"]
        place = try row["place"]
        liveURL = try row["live_url"]
        startsAt = try row["starts_at"]
        endsAt = try row["ends_at"]
        registrationFrom = try row["registration_from"]
        registrationUntil = try row["registration_until"]
        listOn = try row["list_on"]
        materialsOn = try row["materials_on"]
        reportOn = try row["report_on"]
        observers = try row["observers"]
        mediaSeats = try row["media_seats"]
        conditions = try row["conditions"]
        papers = try row["papers"]
        leastAge = try row["least_age"]
        mostAge = try row["most_age"]
        let asked: [String] = try row["asks"]
        asks = asked.compactMap(Asked.init(rawValue:))
        identityBasis = try row["identity_basis"]
        practiceReason = try row["practice_reason"]
        contactPhone = try row["contact_phone"]
        contactAddress = try row["contact_address"]
        contactPostcode = try row["contact_postcode"]
        contactEmail = try row["contact_email"]
        statementMinutes = try row["statement_minutes"]
        isStreamed = try row["is_streamed"]
        state = try row["state"]
        version = try row["version"]
        beganAt = try row["began_at"]
        endedAt = try row["ended_at"]
        closedAt = try row["closed_at"]
        pages = try row["pages"]
        transcriptScanID = try row["transcript_scan_id"]
        createdBy = try row["created_by"]
        createdAt = try row["created_at"]
        erasedAt = try row["erased_at"]
        now = try row["now"]
    }

    /// The day on which it takes place, in China.
    package var day: CalendarDate? { startsAt.map { ChinaTime.date($0) } }

    package var isOver: Bool { [.held, .closed, .cancelled].contains(state) }

    private static let columns: SQL = """
        select g.id, g.number, g.kind, g.procedure_id, p.number as procedure_number, p.title as procedure_title, g.unit_id,
          g.unit_ids, u.name as unit_name, g.town_id, w.name as town_name, g.title, g.subject, g.matter, g.legal_basis, g.place,
          g.live_url, g.starts_at, g.ends_at, g.registration_from, g.registration_until, g.list_on, g.materials_on, g.report_on,
          g.observers, g.media_seats, g.conditions, g.papers, g.least_age, g.most_age, g.asks, g.identity_basis, g.practice_reason,
          g.contact_phone, g.contact_address, g.contact_postcode, g.contact_email, g.statement_minutes, g.is_streamed, g.state,
          g.version, g.began_at, g.ended_at, g.closed_at, g.pages, g.transcript_scan_id, g.created_by, g.created_at, g.erased_at,
          minyi_clock() as now
        from gatherings g join procedures p on p.id = g.procedure_id join units u on u.id = g.unit_id
        left join units w on w.id = g.town_id
        """

    /// When a paper of it was published first; no row while it was not. From the notice the days of its rules are counted.
    package static func publishedAt(_ id: Int, _ kind: Clearance.Kind = .gatheringNotice) -> SQL {
        """
        select published_at from clearances where gathering_id = \(id) and kind = \(kind) and published_at is not null
        order by published_at limit 1
        """
    }

    /// Whether everybody can read of it: a hearing from its notice on, a forum or visit from the first paper of it that was published.
    package static func isShown(_ id: Int) -> SQL {
        "select exists (select from public_gatherings where gathering_id = \(id))"
    }

    package static func with(number: String) -> SQL { "\(columns) where g.number = \(number)" }

    package static func with(id: Int) -> SQL { "\(columns) where g.id = \(id)" }

    package static func of(procedure: String) -> SQL {
        "\(columns) where p.number = \(procedure) order by g.starts_at nulls last, g.id"
    }

    /// Those that are not over first, the next before the later ones.
    package static let all: SQL = """
        \(columns)
        order by g.state in ('held', 'closed', 'cancelled'),
          case when g.state not in ('held', 'closed', 'cancelled') then g.starts_at end nulls last, g.starts_at desc nulls last, g.id desc
        limit 500
        """
}

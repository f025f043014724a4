import Foundation
import Postgres
import Text

/// Everything that is public about one consultation, read at one moment.
package struct ConsultationRecord: Sendable {
    package let consultation: Consultation
    /// Oldest first.
    package let versions: [PublishedVersion]
    package let figures: [String: Int]
    package let period: Period
    /// The days the announcement counts.
    package let dayKind: LegalRule.DayKind
    package let announcement: PublishedContent.Announcement?
    package let draft: PublishedContent.Draft?
    /// The newest later edition, after closing.
    package let revision: PublishedContent.Draft?

    /// - Returns: nil when there is no such consultation, or it is not announced yet.
    package static func load(_ number: String, in database: Database) async throws -> ConsultationRecord? {
        let found = try await database.read(as: .anonymous) { tx -> Rows? in
            guard let consultation = try tx.first(Consultation.byNumber(number), as: Consultation.self) else {
                return nil
            }
            let (versions, figures, calendar) = try tx.all(
                Query(PublishedVersion.ofProcedure(number), as: PublishedVersion.self),
                Query(
                    "select name, value from public_figures where procedure_id = \(consultation.id)", as: Figure.self),
                Query(
                    WorkCalendar.rows(
                        from: ChinaTime.date(consultation.opensAt), to: ChinaTime.lastDay(before: consultation.closesAt)
                    ),
                    as: WorkCalendar.Exception.self))
            return Rows(
                consultation: consultation, versions: versions, figures: figures, calendar: WorkCalendar(calendar))
        }
        guard let found else { return nil }
        let announcement = try found.versions.last { $0.kind == .announcement }?
            .read(PublishedContent.Announcement.self)
        return ConsultationRecord(
            consultation: found.consultation, versions: found.versions,
            figures: Dictionary(found.figures.map { ($0.name, $0.value) }) { $1 },
            period: Period(
                opensAt: found.consultation.opensAt, closesAt: found.consultation.closesAt, calendar: found.calendar),
            dayKind: announcement.flatMap { LegalRule.DayKind(rawValue: $0.period.kind) } ?? .calendar,
            announcement: announcement,
            draft: try found.versions.last { $0.kind == .draft }?.read(PublishedContent.Draft.self),
            revision: try found.versions.last { $0.kind == .revision }?.read(PublishedContent.Draft.self))
    }

    /// The newest version of a kind.
    package func newest(_ kind: PublishedVersion.Kind) -> PublishedVersion? {
        versions.last { $0.kind == kind }
    }

    private struct Rows: Sendable {
        let consultation: Consultation
        let versions: [PublishedVersion]
        let figures: [Figure]
        let calendar: WorkCalendar
    }

    private struct Figure: Row {
        let name: String
        let value: Int

        init(_ row: RowReader) throws {
            name = try row["name"]
            value = try row["value"]
        }
    }
}

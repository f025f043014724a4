import Foundation
import Postgres
import Text

/// What stands at the head of a paper (国务院令711号 practice, as Guangdong's disclosure pages have it), besides its name, organ and day of
/// publication. The drafter fills it in; the index number is given at publication.
package struct PaperHead: Sendable, Equatable {
    /// 文号; most notices have none.
    package var documentNumber = ""
    /// 成文日期
    package var writtenOn: CalendarDate?
    /// 主题分类
    package var subject = ""
    /// 主题词
    package var keywords = ""

    package static let longestDocumentNumber = 60
    package static let longestSubject = 60
    package static let longestKeywords = 200

    package init(
        documentNumber: String = "", writtenOn: CalendarDate? = nil, subject: String = "", keywords: String = ""
    ) {
        (self.documentNumber, self.writtenOn) = (documentNumber, writtenOn)
        (self.subject, self.keywords) = (subject, keywords)
    }

    /// The columns `document_number`, `written_on`, `subject` and `keywords`.
    init(_ row: RowReader) throws {
        documentNumber = try row["document_number"]
        writtenOn = try row["written_on"]
        subject = try row["subject"]
        keywords = try row["keywords"]
    }
}

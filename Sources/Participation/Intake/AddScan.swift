import Documents
import Postgres

/// 盖章扫描件、联名名单: a scan that the author of an organisation's submission or a joint letter adds until closing.
///
/// It comes after the words and not with them: they are safe before a large file is sent over a bad line. Only the unit
/// sees it; another one replaces it.
package enum AddScan: String, PostgresValue, CaseIterable, Sendable {
    case added
    /// The consultation has closed meanwhile.
    case closed
    /// Number and code do not belong together, or the submission takes no scan.
    case unknown

    /// - Throws: `Attachment.Refused` for a file that is no PDF, JPEG or PNG of at most 10 MB.
    package static func send(
        _ bytes: @autoclosure @escaping @Sendable () throws -> [UInt8], name: String, to number: SubmissionNumber,
        mac: [UInt8], in database: Database
    ) async throws -> AddScan {
        let file = try await Upload.examine(try bytes(), name: name, kinds: FileKind.scans)
        let wanted = number.description
        return try await database.write(as: .anonymous, deadline: .seconds(30)) { tx in
            try tx.value(
                """
                select add_scan(\(wanted), \(mac), \(file.name), \(file.kind), \(file.sha256), \(file.bytes))
                """, as: AddScan.self)
        }
    }
}

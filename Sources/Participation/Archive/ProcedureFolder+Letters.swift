import Documents
import Foundation
import Postgres
import Text

/// 书面征求意见: each letter with its words, whom it asked and what they said, also before it was corrected or taken back. The words of the replies
/// that hold stand in the ledger.
extension ProcedureFolder {
    private static let columns = [
        "letter", "document_number", "addressee", "standing", "kind", "replied_at", "arrived_on", "way", "reply_number",
        "submission", "entered_by", "agreement", "scan_sha256", "superseded_at", "earlier_words",
    ]

    private struct Scan: Row {
        let id: UUID
        let kind: FileKind
        let sha256: [UInt8]

        init(_ row: RowReader) throws {
            id = try row["id"]
            kind = try row["media_type"]
            sha256 = try row["sha256"]
        }
    }

    func addLetters(_ it: Procedure, _ tx: borrowing Session) throws {
        let ids = try tx.values(
            "select id from written_consultations where procedure_id = \(it.id) order by id", as: Int.self)
        guard !ids.isEmpty else { return }
        let folder = words["archive.names.letters"]
        var lines: [[String]] = []
        for id in ids {
            let letter = try tx.one(WrittenConsultation.with(id: id), as: WrittenConsultation.self)
            let addressees = try tx.all(Addressee.of(letter: id), as: Addressee.self)
            let earlier = try tx.all(EarlierReply.of(letter: id), as: EarlierReply.self)
            let scanIDs =
                addressees.compactMap { $0.reply?.scanID } + earlier.compactMap(\.scanID)
                + [letter.scanID].compactMap { $0 }
            let scans = Dictionary(
                try tx.all(
                    "select id, media_type, sha256 from attachments where id = any (\(scanIDs))", as: Scan.self
                ).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            let table = addressees.flatMap { it in
                [line(it, of: letter, scans)]
                    + earlier.filter { $0.addresseeID == it.id }.map { line($0, from: it, of: letter, scans) }
            }
            lines += table
            try add("\(folder)/\(letter.number).html", letter.title) { try show(letter, table, to: $0) }
            if let scan = letter.scanID.flatMap({ scans[$0] }) {
                try addAttachment(
                    scan.id, "\(folder)/\(letter.number)-\(words["archive.names.scan"]).\(scan.kind.ending)",
                    words["archive.parts.letter_scan"], tx)
            }
        }
        try addTable(
            "\(folder)/\(words["archive.names.addressees"])", words["archive.parts.letters"],
            Self.columns.map { words["archive.letters.\($0)"] }
        ) { add in for line in lines { try add(line.map { .text($0) }) } }
    }

    private func line(_ it: Addressee, of letter: WrittenConsultation, _ scans: [UUID: Scan]) -> [String] {
        let reply = it.reply
        return [
            letter.number, letter.documentNumber, it.name, words["written.figures.\(it.standing.rawValue)"],
            reply.map { words["written.reply_kinds.\($0.kind.rawValue)"] } ?? "",
            reply.map { OpinionLedger.moment($0.repliedAt) } ?? "", reply?.arrivedOn.description ?? "",
            reply.map { words["written.ways.\($0.way.rawValue)"] } ?? "", reply?.documentNumber ?? "",
            reply?.submission ?? "", reply?.enteredBy ?? "", reply?.agreement ?? "",
            reply?.scanID.flatMap { scans[$0] }.map { Hexadecimal.encode($0.sha256) } ?? "", "", "",
        ]
    }

    private func line(
        _ before: EarlierReply, from it: Addressee, of letter: WrittenConsultation, _ scans: [UUID: Scan]
    ) -> [String] {
        [
            letter.number, letter.documentNumber, it.name, "",
            words["written.reply_kinds.\(before.kind.rawValue)"], OpinionLedger.moment(before.repliedAt),
            before.arrivedOn.description, words["written.ways.\(before.way.rawValue)"], before.documentNumber,
            before.submission ?? "", before.enteredBy ?? "", "",
            before.scanID.flatMap { scans[$0] }.map { Hexadecimal.encode($0.sha256) } ?? "",
            OpinionLedger.moment(before.supersededAt), before.words ?? "",
        ]
    }

    private func show(_ it: WrittenConsultation, _ table: [[String]], to path: String) throws {
        let page = try StaticPage(path: path, title: it.title)
        try page.facts([
            (words["written.facts.number"], it.number), (words["written.facts.document_number"], it.documentNumber),
            (words["written.facts.from"], it.unitName),
            (words["written.facts.dated"], it.datedOn.description), (words["written.facts.due"], it.dueOn.description),
            (
                words["written.facts.silence"],
                words[it.silenceAgrees ? "written.silence.agrees" : "written.silence.plain"]
            ),
            (words["written.facts.sent"], it.sentAt.map(OpinionLedger.moment) ?? words["written.states.preparing"]),
            (words["archive.facts.by"], it.sentBy ?? ""),
        ])
        try page.paragraphs(it.body)
        try page.heading(words["written.facts.to"])
        // The columns that say which letter it is stand above.
        try page.table(Self.columns.dropFirst(2).map { words["archive.letters.\($0)"] }) { add in
            for line in table { try add(Array(line.dropFirst(2))) }
        }
        try page.close()
    }
}

import Crypto
import Documents
import Foundation
import Postgres
import Text

/// The folder of a procedure file: its parts are written one after the other, hashed, and packed.
///
/// What is in it follows from the database alone, in one order, so that it is the same whenever it is made; who made it and when stands in
/// one part of its own, which the list of hashes leaves out.
final class ProcedureFolder {
    struct Packed: Sendable {
        /// Of the ZIP file.
        let path: String
        let contentSHA256: [UInt8]
    }

    struct Part {
        let name: String
        let title: String
        let size: Int
        let sha256: String
    }

    let file: ProcedureFile
    let words: FileWords
    private let folder: String
    private(set) var parts: [Part] = []

    static let hashes = "SHA256SUMS"
    static let making = "making.json"

    init(_ file: ProcedureFile, in folder: String, words: FileWords) {
        (self.file, self.folder, self.words) = (file, folder, words)
    }

    /// Adds a part.
    /// - Parameters:
    ///   - title: as the list of contents names it.
    ///   - write: writes it to the path given.
    func add(_ name: String, _ title: String, _ write: (_ path: String) throws -> Void) throws {
        let path = "\(folder)/\(parts.count).part"
        try write(path)
        let (hash, size) = try Self.hash(path)
        parts.append(Part(name: name, title: title, size: size, sha256: hash))
    }

    func addTable(
        _ name: String, _ title: String, _ heading: [String],
        _ rows: (_ add: ([SheetWriter.Cell]) throws -> Void) throws -> Void
    ) throws {
        try add(name + ".csv", title) { path in
            try TableFile(name: title, heading: heading).write(to: path, as: .csv, rows)
        }
    }

    private struct Piece: Row {
        let data: [UInt8]

        init(_ row: RowReader) throws { data = try row["data"] }
    }

    /// A file that somebody has uploaded, as it is.
    func addAttachment(_ id: UUID, _ name: String, _ title: String, _ tx: borrowing Session) throws {
        try add(name, title) { path in
            let url = URL(fileURLWithPath: path)
            try Data().write(to: url)
            let handle = try FileHandle(forWritingTo: url)
            defer { try? handle.close() }
            try tx.each(
                "select data from attachment_chunks where attachment_id = \(id) order by ordinal", as: Piece.self,
                batch: 8
            ) { try handle.write(contentsOf: $0.data) }
        }
    }

    func addText(_ name: String, _ title: String, _ text: String) throws {
        try add(name, title) { try Data(text.utf8).write(to: URL(fileURLWithPath: $0)) }
    }

    /// Writes every part, in pieces on the disk still.
    /// - Throws: `procedure_files_complete` where there is something that whoever has it made may not see.
    func write(_ tx: borrowing Session) throws -> Written {
        try tx.execute("select require_all_holdings(\(file.procedureID))")
        let procedure = try tx.one(Procedure.with(id: file.procedureID), as: Procedure.self)
        try addVersions(procedure, tx)
        try addEditions(procedure, tx)
        try addOpinions(procedure, tx)
        try addClearances(procedure, tx)
        try addEvents(procedure, tx)
        try addLetters(procedure, tx)
        try addGatherings(procedure, tx)
        try addMetadata(procedure, tx)
        try addContents(procedure)
        let list = parts.map { "\($0.sha256)  \($0.name)\n" }.joined()
        try Data(list.utf8).write(to: URL(fileURLWithPath: "\(folder)/hashes"))
        try making(list).write(to: URL(fileURLWithPath: "\(folder)/making"))
        return Written(
            folder: folder, names: parts.map(\.name), contentSHA256: Array(SHA256.hash(data: Array(list.utf8))))
    }

    /// What `write` has left on the disk. It is packed when the transaction is over: that takes as long again.
    struct Written: Sendable {
        fileprivate let folder: String
        fileprivate let names: [String]
        fileprivate let contentSHA256: [UInt8]

        func pack() throws -> Packed {
            let path = "\(folder)/file.zip"
            let zip = try ZipWriter(path: path)
            for (index, name) in names.enumerated() { try zip.add("\(folder)/\(index).part", as: name) }
            try zip.add("\(folder)/hashes", as: ProcedureFolder.hashes)
            try zip.add("\(folder)/making", as: ProcedureFolder.making)
            try zip.close()
            return Packed(path: path, contentSHA256: contentSHA256)
        }
    }

    /// Who had it made, and when: the one part that differs from one making to the next.
    private func making(_ list: String) throws -> Data {
        let facts = [
            "asked_by": file.askedBy, "asked_at": ChinaTime.iso(file.askedAt), "program": "Minyi",
            "sha256_of_hashes": Hexadecimal.encode(Array(SHA256.hash(data: Array(list.utf8)))),
        ]
        return try JSONSerialization.data(withJSONObject: facts, options: [.sortedKeys, .prettyPrinted])
    }

    private static func hash(_ path: String) throws -> (String, Int) {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        var (hash, size) = (SHA256(), 0)
        while let piece = try handle.read(upToCount: 256 * 1024), !piece.isEmpty {
            hash.update(data: piece)
            size += piece.count
        }
        return (Hexadecimal.encode(Array(hash.finalize())), size)
    }

    // MARK: What it is, and what is in it

    private func addMetadata(_ it: Procedure, _ tx: borrowing Session) throws {
        func day(_ date: CalendarDate?) -> String { date?.description ?? "" }
        let facts: [String: String] = [
            "number": it.number, "title": it.title, "field": it.field, "unit": it.unitName, "state": it.state.rawValue,
            "legal_basis": it.legalBasis, "opens_at": ChinaTime.iso(it.opensAt),
            "closes_at": ChinaTime.iso(it.closesAt),
            "closed_at": it.closedAt.map(ChinaTime.iso) ?? "", "revision_due_on": day(it.revisionDueOn),
            "publication_due_on": day(it.publicationDueOn), "result_due_on": day(it.resultDueOn),
            "retention": file.term.rawValue,
        ]
        let data = try JSONSerialization.data(withJSONObject: facts, options: [.sortedKeys, .prettyPrinted])
        try add("metadata.json", words["archive.parts.metadata"]) { try data.write(to: URL(fileURLWithPath: $0)) }
    }

    private func addContents(_ it: Procedure) throws {
        let parts = parts
        try add("00-\(words["archive.names.contents"]).html", words["archive.parts.contents"]) { path in
            let page = try StaticPage(path: path, title: it.title)
            try page.facts([
                (words["archive.facts.number"], it.number), (words["archive.facts.unit"], it.unitName),
                (words["archive.facts.field"], it.field), (words["archive.facts.basis"], it.legalBasis),
                (words["archive.facts.opens_at"], OpinionLedger.moment(it.opensAt)),
                (words["archive.facts.closes_at"], OpinionLedger.moment(it.closesAt)),
                (words["archive.facts.retention"], words["archive.terms.\(file.term.rawValue)"]),
            ])
            try page.heading(words["archive.names.contents"])
            try page.table(
                ["number", "name", "part", "size", "sha256"].map { words["archive.contents.\($0)"] }
            ) { add in
                for (index, part) in parts.enumerated() {
                    try add([String(index + 1), part.title, part.name, String(part.size), part.sha256])
                }
            }
            try page.heading(words["archive.check.title"])
            try page.paragraphs(words["archive.check.text"])
            try page.heading(words["archive.left_out.title"])
            try page.paragraphs(words["archive.left_out.text"])
            try page.close()
        }
    }
}

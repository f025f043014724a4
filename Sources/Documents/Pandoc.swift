import Foundation

/// Debian's pandoc, which reads and writes DOCX. It is an optional part of an installation.
///
/// It runs as a process of its own, with limits of time, memory and output, with an empty environment, and with `--sandbox`: it
/// opens no file and no address. What it is given has been looked at before (`OfficeFile`).
package struct Pandoc: Sendable {
    package static let program = "/usr/bin/pandoc"

    private let path: String

    /// Less than the lease of a job.
    private static let time = Duration.seconds(45)
    private static let memory = "512m"
    /// How the runtime of Haskell says that it needs more.
    private static let outOfMemory: Int32 = 251
    private static let mostOutput = 32 * 1024 * 1024

    /// Nil where it is not installed.
    package init?(at path: String = Pandoc.program) {
        guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
        self.path = path
    }

    /// - Throws: `DocumentFault`.
    package func read(docx bytes: [UInt8]) async throws -> DocumentContent {
        guard try OfficeFile.kind(of: bytes) == .docx else { throw DocumentFault.broken }
        try OfficeFile.checkReferences(of: bytes)
        // The runtime of Haskell reserves a terabyte of addresses, so a limit of the kernel on those would stop it at once.
        return try await OwnProcess.output(
            of: path, ["+RTS", "-M\(Self.memory)", "-RTS", "--sandbox", "--from", "docx", "--to", "json"],
            input: bytes, limit: Self.mostOutput, time: Self.time, outOfMemory: Self.outOfMemory
        ) { try DocumentContent(pandoc: Data($0)) }
    }

    /// A document from HTML of our own, in which every text is escaped: so it does without `--sandbox`, which hides from Debian's pandoc
    /// the parts that a DOCX is made of.
    /// - Parameter reference: the path of a document whose styles it takes.
    /// - Throws: `DocumentFault`.
    package func docx(of html: String, reference: String) async throws -> [UInt8] {
        try await OwnProcess.output(
            of: path,
            [
                "+RTS", "-M\(Self.memory)", "-RTS", "--from", "html", "--to", "docx", "--reference-doc", reference,
                "--output", "-",
            ], input: Array(html.utf8), limit: Self.mostOutput, time: Self.time
        ) { $0 }
    }
}

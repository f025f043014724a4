import Foundation

/// Typst, which makes PDF, as the package of that name on PyPI has it. It is an optional part of an installation: `ops/typst` puts it in
/// `var/typst`.
package struct Typst: Sendable {
    private let python: String
    private let script: String

    private static let time = Duration.seconds(45)
    private static let mostOutput = 10 * 1024 * 1024

    /// Nil where it is not installed.
    /// - Parameter root: the folder with `web/` and `var/`.
    package init?(root: String) {
        python = root + "/var/typst/bin/python"
        script = root + "/web/documents/report.py"
        guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
    }

    /// Our own templates, `web/documents/*.typ`.
    package enum Template: String, Sendable { case report, form, poster }

    /// A document from our own template and what stands in it, as JSON. - Throws: `DocumentFault`.
    package func pdf(of json: [UInt8], by template: Template = .report) async throws -> [UInt8] {
        try await OwnProcess.output(
            of: python, ["-I", script, template.rawValue], input: json, limit: Self.mostOutput, time: Self.time
        ) { $0 }
    }
}

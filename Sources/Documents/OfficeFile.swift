/// DOCX and XLSX told from other ZIP files, and from those that are dangerous to open.
package enum OfficeFile {
    /// - Returns: nil for a ZIP file that is neither.
    /// - Throws: `DocumentFault.macros`, and what `ZipArchive` throws: everything in it is unpacked once, to be sure that it is whole
    ///   and no bomb.
    static func kind(of bytes: [UInt8]) throws -> FileKind? {
        let archive = try ZipArchive(bytes)
        let kind = try kind(of: archive)
        if kind != nil { try archive.check() }
        return kind
    }

    /// The same by its list of contents only: for who reads the parts anyway.
    static func kind(of archive: ZipArchive) throws -> FileKind? {
        guard let types = archive["[Content_Types].xml"] else { return nil }
        guard !archive.entries.contains(where: { $0.name.lowercased().hasSuffix("vbaproject.bin") }) else {
            throw DocumentFault.macros
        }
        var kind: FileKind?
        var hasMacros = false
        let reader = try XMLReader()
        reader.onStart = { _, attributes in
            guard let type = attributes["ContentType"]?.lowercased() else { return }
            if type.contains("macroenabled") || type.contains("vbaproject") { hasMacros = true }
            if type.hasSuffix("wordprocessingml.document.main+xml") { kind = .docx }
            if type.hasSuffix("spreadsheetml.sheet.main+xml") { kind = .xlsx }
        }
        try archive.read(types, with: reader, patience: Patience(.seconds(10)))
        guard !hasMacros else { throw DocumentFault.macros }
        return kind
    }

    /// Whether it says of itself that it is a document of a word processor; nothing is unpacked to see whether that is true.
    package static func isDocument(_ bytes: [UInt8]) -> Bool {
        guard let archive = try? ZipArchive(bytes) else { return false }
        return (try? kind(of: archive)) == .docx
    }

    /// A document must hold all of itself: pictures, objects and templates from elsewhere would be fetched by whoever opens it.
    /// Links are only followed by a person, and a template on the author's own disk is found by nobody else.
    /// - Throws: `DocumentFault.partsElsewhere`.
    static func checkReferences(of bytes: [UInt8]) throws {
        let archive = try ZipArchive(bytes)
        for entry in archive.entries where entry.name.lowercased().hasSuffix(".rels") {
            let reader = try XMLReader()
            reader.onStart = { element, attributes in
                guard element == "Relationship", attributes["TargetMode"] == "External" else { return }
                let kind = attributes["Type"]?.split(separator: "/").last ?? ""
                let target = attributes["Target"]?.lowercased() ?? ""
                let isLocal = target.hasPrefix("file:///") || !target.contains(":/") && !target.hasPrefix("\\\\")
                if kind == "hyperlink" || kind == "attachedTemplate" && isLocal { return }
                throw DocumentFault.partsElsewhere
            }
            try archive.read(entry, with: reader, patience: Patience(.seconds(10)))
        }
    }
}

/// DOCX and XLSX told from other ZIP files, and from those that are dangerous to open.
enum OfficeFile {
    /// - Returns: nil for a ZIP file that is neither.
    /// - Throws: `DocumentFault.macros`, and what `ZipArchive` throws: everything in it is unpacked once, to be sure that it is whole
    ///   and no bomb.
    static func kind(of bytes: [UInt8]) throws -> FileKind? {
        let archive = try ZipArchive(bytes)
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
        if kind != nil { try archive.check() }
        return kind
    }
}

/// The parts of an XLSX file and how they hang together (ECMA-376 part 1, chapter 18), both in its transitional and its strict form.
final class Workbook {
    struct SheetPart {
        let name: String
        let path: String
        let isHidden: Bool
    }

    let archive: ZipArchive
    let patience: Patience
    private(set) var sheets: [SheetPart] = []
    private(set) var since1904 = false
    private(set) var sharedStrings = SharedStrings()
    /// By the style that a cell names.
    private(set) var formats: [NumberFormat] = []

    /// - Throws: `DocumentFault`.
    init(_ bytes: [UInt8], limits: Sheet.Limits) throws {
        archive = try ZipArchive(bytes)
        guard try OfficeFile.kind(of: archive) == .xlsx else { throw DocumentFault.broken }
        patience = Patience(limits.time)
        guard let main = try relations(of: "").first(where: { $0.kind == "officeDocument" }) else {
            throw DocumentFault.broken
        }
        let related = try relations(of: main.path)
        try readMain(main.path, related)
        // Where the strings or styles are missing, no cell refers to them.
        if let part = related.first(where: { $0.kind == "sharedStrings" }).flatMap({ archive[$0.path] }) {
            sharedStrings = try SharedStrings(part, in: self, limits: limits)
        }
        if let part = related.first(where: { $0.kind == "styles" }).flatMap({ archive[$0.path] }) {
            try readStyles(part)
        }
    }

    func format(_ style: Int) -> NumberFormat { formats.indices.contains(style) ? formats[style] : .general }

    func read(_ part: ZipArchive.Entry, with reader: XMLReader) throws {
        try archive.read(part, with: reader, patience: patience)
    }

    // MARK: Relations between parts

    private struct Relation {
        let id: String
        /// The last word of its type: `worksheet`, `styles`.
        let kind: String
        let path: String
    }

    /// What a part refers to inside the file; the empty path is the package itself.
    private func relations(of path: String) throws -> [Relation] {
        let folder = path.split(separator: "/").dropLast().map { $0 + "/" }.joined()
        let name = path.split(separator: "/").last ?? ""
        guard let part = archive["\(folder)_rels/\(name).rels"] else { return [] }
        var relations: [Relation] = []
        let reader = try XMLReader()
        reader.onStart = { element, attributes in
            guard element == "Relationship", attributes["TargetMode"] != "External", let id = attributes["Id"],
                let type = attributes["Type"], let target = attributes["Target"], relations.count < 2000
            else { return }
            let kind = type.split(separator: "/").last.map(String.init) ?? ""
            relations.append(Relation(id: id, kind: kind, path: Self.resolve(target, in: folder)))
        }
        try read(part, with: reader)
        return relations
    }

    /// A target seen from a folder: `worksheets/sheet1.xml`, `/xl/styles.xml`, `../styles.xml`.
    private static func resolve(_ target: String, in folder: String) -> String {
        let whole = target.utf8.first == UInt8(ascii: "/") ? target : folder + target
        var steps: [Substring] = []
        for step in whole.split(separator: "/") where step != "." {
            if step == ".." { _ = steps.popLast() } else { steps.append(step) }
        }
        return steps.joined(separator: "/")
    }

    // MARK: Parts

    private func readMain(_ path: String, _ related: [Relation]) throws {
        guard let part = archive[path] else { throw DocumentFault.broken }
        let places = Dictionary(
            related.filter { $0.kind == "worksheet" }.map { ($0.id, $0.path) }, uniquingKeysWith: { first, _ in first })
        let reader = try XMLReader()
        reader.onStart = { [unowned self] element, attributes in
            if element == "workbookPr" { since1904 = ["1", "true"].contains(attributes["date1904"] ?? "") }
            // A sheet that only shows a chart has another kind of relation and no rows.
            guard element == "sheet", let path = attributes["id"].flatMap({ places[$0] }) else { return }
            sheets.append(
                SheetPart(
                    name: attributes["name"] ?? "", path: path,
                    isHidden: ["hidden", "veryHidden"].contains(attributes["state"] ?? "")))
        }
        try read(part, with: reader)
    }

    private func readStyles(_ part: ZipArchive.Entry) throws {
        var codes: [Int: String] = [:]
        var isInCellFormats = false
        let reader = try XMLReader()
        reader.onStart = { [unowned self] element, attributes in
            switch element {
            case "numFmt":
                if let id = attributes["numFmtId"].flatMap({ Int($0) }), codes.count < 2000 {
                    codes[id] = attributes["formatCode"]
                }
            case "cellXfs": isInCellFormats = true
            case "xf" where isInCellFormats && formats.count < 100_000:
                let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
                formats.append(codes[id].map { NumberFormat($0) } ?? .builtIn(id))
            default: break
            }
        }
        reader.onEnd = { element in if element == "cellXfs" { isInCellFormats = false } }
        try read(part, with: reader)
    }
}

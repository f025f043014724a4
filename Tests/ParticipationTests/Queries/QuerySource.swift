import Foundation
import TestSupport

/// The SQL in a number of source files.
struct QuerySource {
    private let composer: QueryComposer
    /// Literals that must be part of a statement, with the first form of each.
    private(set) var wanted: [QueryComposer.LiteralPlace: String] = [:]
    /// What a literal or declaration can become, where that is a statement. If one of the forms can be prepared, all can.
    private(set) var roots: [(place: String, forms: [QueryComposer.Form])] = []

    private let call = /(?:(?:tx|session|\$0)\s*\.(?:all|first|one|value|firstValue|values|execute|each)|\bQuery)\(\s*$/
    private let verb = /^\s*\(?(select|insert into|update|delete from|with)\s/

    static func files(
        below folders: [String] = ["Sources/Participation", "Sources/Postgres", "Sources/Web", "Sources/minyi"]
    ) throws -> [SwiftSource] {
        let root = try Repository.root()
        return try Set(folders).sorted().flatMap { folder in
            let walk = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
            let names = (walk?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }.sorted()
            return try names.compactMap { name in
                let path = "\(folder)/\(name)"
                let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
                let speaks = folder == "Sources/Postgres" || text.contains("import Postgres")
                return speaks ? SwiftSource(path: path, text: text) : nil
            }
        }
    }

    init(_ files: [SwiftSource]) {
        composer = QueryComposer(files)
        for declaration in composer.sqlDeclarations { add(declaration) }
        for file in files {
            for literal in file.literals {
                let start = max(0, literal.range.lowerBound - 80)
                let before = String(decoding: file.code[start..<literal.range.lowerBound], as: UTF8.self)
                if before.contains(call) || beginsLikeAStatement(literal, in: file) { want(literal, in: file) }
            }
        }
    }

    func line(of place: QueryComposer.LiteralPlace) -> String {
        let file = composer.files.first { $0.path == place.path }
        return "\(place.path):\(file?.line(of: place.offset) ?? 0)"
    }

    private mutating func add(_ declaration: QueryComposer.Declaration) {
        let file = declaration.file
        for literal in composer.statementLiterals(in: declaration.body, of: file) {
            let owner = composer.innermostDeclaration(at: literal.range.lowerBound, in: file)
            // Names and values of settings, say, stand beside SQL in a declaration of their own.
            let isWords = owner.map { $0.header.contains("String") || !composer.isSQL($0) } ?? false
            if !isWords || beginsLikeAStatement(literal, in: file) { want(literal, in: file) }
        }
        let place = "\(file.path):\(file.line(of: declaration.body.lowerBound)) \(declaration.name)"
        addRoot(place, composer.forms(of: declaration))
    }

    private mutating func want(_ literal: SwiftSource.Literal, in file: SwiftSource) {
        let place = QueryComposer.LiteralPlace(path: file.path, offset: literal.range.lowerBound)
        let forms = composer.forms(of: literal, in: file, composer.scope(at: place.offset, in: file))
        guard let first = forms.first, !first.text.isEmpty, wanted.updateValue(first.text, forKey: place) == nil else {
            return
        }
        addRoot(line(of: place), forms)
    }

    private mutating func addRoot(_ place: String, _ forms: [QueryComposer.Form]) {
        let statements = forms.filter { $0.text.contains(verb) }
        if !statements.isEmpty { roots.append((place, statements)) }
    }

    private func beginsLikeAStatement(_ literal: SwiftSource.Literal, in file: SwiftSource) -> Bool {
        file.text(literal.range).drop { $0 == "\"" }.contains(verb)
    }
}

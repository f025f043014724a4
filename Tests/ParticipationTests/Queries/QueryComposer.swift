import Foundation

/// Puts SQL together the way our code does, without running it: an interpolation that names a declaration of type `SQL` is
/// replaced by what that says, in each of its forms; any other is a bound value.
///
/// It knows what our code uses: literals, constants, computed properties, functions with their arguments and defaults,
/// `joined`, and choices, of which each is taken once.
struct QueryComposer {
    /// A way a statement can turn out, and the literals it was made of.
    struct Form: Hashable {
        var text = ""
        var literals: Set<LiteralPlace> = []

        /// With `$1`, `$2`… for the values.
        var statement: String {
            text.split(separator: QueryComposer.value, omittingEmptySubsequences: false).enumerated()
                .map { $0.offset == 0 ? String($0.element) : "$\($0.offset)\($0.element)" }.joined()
        }
    }

    struct LiteralPlace: Hashable {
        let path: String
        let offset: Int
    }

    struct Parameter {
        let label: String
        let name: String
        let isSQL: Bool
        let fallback: Range<Int>?
    }

    struct Declaration {
        let file: SwiftSource
        let name: String
        /// The innermost type around it.
        let scope: String
        let isInstance: Bool
        let header: String
        let parameters: [Parameter]
        let body: Range<Int>
    }

    static let value: Character = "\u{1}"
    let files: [SwiftSource]
    private var declarations: [String: [Declaration]] = [:]
    /// Those of them that are SQL: asked of each once, since it takes a while.
    private var sql: [String: [Declaration]] = [:]
    private let scopes: [String: [(name: String, range: Range<Int>)]]
    // Made once: where it is used, a pattern is compiled anew each time.
    private let typedSQL = /\bSQL\b/
    private let makingSQL = /(->|\bas) SQL\b/
    private let returningSQL = /-> SQL\b/

    init(_ files: [SwiftSource]) {
        self.files = files
        scopes = Dictionary(uniqueKeysWithValues: files.map { ($0.path, DeclarationReader(file: $0).scopes()) })
        for file in files {
            for found in DeclarationReader(file: file).declarations() {
                let scope = scope(at: found.body.lowerBound, in: file)
                declarations[found.name, default: []].append(
                    Declaration(
                        file: file, name: found.name, scope: scope, isInstance: found.isInstance, header: found.header,
                        parameters: found.parameters, body: found.body))
            }
        }
        sql = declarations.mapValues { $0.filter(isSQL) }
    }

    var sqlDeclarations: [Declaration] { Array(sql.values.joined()) }

    func innermostDeclaration(at offset: Int, in file: SwiftSource) -> Declaration? {
        declarations.values.joined().filter { $0.file.path == file.path && $0.body.contains(offset) }
            .min { $0.body.count < $1.body.count }
    }

    func scope(at offset: Int, in file: SwiftSource) -> String {
        scopes[file.path]?.filter { $0.range.contains(offset) }.min { $0.range.count < $1.range.count }?.name ?? ""
    }

    /// Typed so, or made by a function typed so.
    func isSQL(_ declaration: Declaration) -> Bool {
        if declaration.header.contains(typedSQL) { return true }
        if declaration.header.contains(":") { return false }
        if String(decoding: declaration.file.code[declaration.body], as: UTF8.self).contains(makingSQL) {
            return true
        }
        guard let call = Path(declaration.file, declaration.body),
            call.arguments != nil
        else { return false }
        return (declarations[call.name] ?? []).contains {
            $0.scope == declaration.scope && $0.header.contains(returningSQL)
        }
    }

    // MARK: Forms

    func forms(of declaration: Declaration, _ bound: [String: [Form]] = [:], depth: Int = 0) -> [Form] {
        var bound = bound
        for parameter in declaration.parameters where parameter.isSQL && bound[parameter.name] == nil {
            bound[parameter.name] = parameter.fallback.flatMap {
                forms(of: $0, in: declaration.file, declaration.scope, [:], depth + 1)
            }
        }
        if let called = forms(of: declaration.body, in: declaration.file, declaration.scope, bound, depth + 1) {
            return called
        }
        return statementLiterals(in: declaration.body, of: declaration.file).flatMap {
            forms(of: $0, in: declaration.file, declaration.scope, bound, depth + 1)
        }
    }

    /// Without those that separate or are compared with.
    func statementLiterals(in range: Range<Int>, of file: SwiftSource) -> [SwiftSource.Literal] {
        file.literals(in: range).filter { literal in
            let before = String(
                decoding: file.code[max(0, literal.range.lowerBound - 24)..<literal.range.lowerBound], as: UTF8.self)
            return !before.contains(/(==|!=|separator:)\s*$/)
        }
    }

    func forms(
        of literal: SwiftSource.Literal, in file: SwiftSource, _ scope: String, _ bound: [String: [Form]] = [:],
        _ depth: Int = 0
    ) -> [Form] {
        let place = LiteralPlace(path: file.path, offset: literal.range.lowerBound)
        let parts = literal.pieces.map { piece -> [Form] in
            switch piece {
            case .text(let text): [Form(text: text)]
            case .code(let range):
                forms(of: range, in: file, scope, bound, depth + 1) ?? [Form(text: String(Self.value))]
            }
        }
        // Each choice once, beside the first of the others.
        var all: [Form] = []
        for (varied, choices) in parts.enumerated() {
            for choice in choices.indices where choice > 0 || all.isEmpty && choices.count > 0 && varied == 0 {
                var form = Form(literals: [place])
                for (index, part) in parts.enumerated() {
                    guard let taken = index == varied ? part[choice] : part.first else { continue }
                    form.text += taken.text
                    form.literals.formUnion(taken.literals)
                }
                all.append(form)
            }
        }
        return all
    }

    /// The forms of an expression; nil if it is a value.
    private func forms(
        of range: Range<Int>, in file: SwiftSource, _ scope: String, _ bound: [String: [Form]], _ depth: Int
    ) -> [Form]? {
        guard depth < 12 else { return nil }
        let range = file.trimmed(range)
        if let literal = file.literals(in: range).first, literal.range == range {
            return forms(of: literal, in: file, scope, bound, depth)
        }
        guard let path = Path(file, range) else { return nil }
        if path.isNumber { return [Form(text: "1")] }
        if path.qualifier == nil, path.arguments == nil, let given = bound[path.name] { return given }
        let found = candidates(path, in: file, scope)
        if found.isEmpty { return nil }
        let forms = found.flatMap { declaration -> [Form] in
            self.forms(
                of: declaration, arguments(path, of: declaration, in: file, scope, bound, depth), depth: depth + 1)
        }
        return forms.isEmpty ? nil : forms
    }

    private func candidates(_ path: Path, in file: SwiftSource, _ scope: String) -> [Declaration] {
        let named = sql[path.name] ?? []
        guard let qualifier = path.qualifier else {
            let here = named.filter { $0.file.path == file.path }
            let nearest = here.filter { $0.scope == scope }
            return nearest.isEmpty ? here : nearest
        }
        if qualifier == "Self" { return named.filter { $0.file.path == file.path && $0.scope == scope } }
        if let type = path.type { return named.filter { $0.scope == type && $0.isInstance == (qualifier != type) } }
        return named.filter(\.isInstance)
    }

    private func arguments(
        _ path: Path, of declaration: Declaration, in file: SwiftSource, _ scope: String, _ bound: [String: [Form]],
        _ depth: Int
    ) -> [String: [Form]] {
        var given: [String: [Form]] = [:]
        var rest = path.arguments ?? []
        for parameter in declaration.parameters {
            guard let index = rest.firstIndex(where: { $0.label == parameter.label }) else { continue }
            let argument = rest.remove(at: index)
            if parameter.isSQL { given[parameter.name] = forms(of: argument.range, in: file, scope, bound, depth + 1) }
        }
        return given
    }
}

/// An expression such as `columns`, `Clearance.with(id: id)` or `conditions.joined(separator: " and ")`.
private struct Path {
    let name: String
    /// The last name before the dot.
    let qualifier: String?
    /// The last name that is a type's.
    let type: String?
    let arguments: [(label: String, range: Range<Int>)]?
    /// `\(literal: 500)`
    let isNumber: Bool

    init?(_ file: SwiftSource, _ range: Range<Int>) {
        let range = file.trimmed(range)
        let bytes = file.code(in: range)
        var code = String(decoding: bytes, as: UTF8.self)
        isNumber = code.hasPrefix("literal:")
        if let joined = code.range(of: ".joined(") { code = String(code[..<joined.lowerBound]) }
        guard isNumber || code.contains(/^[A-Za-z_$][\w.$]*(\(|$)/) else { return nil }
        let names = code.prefix { $0 != "(" && $0 != ":" }.split(separator: ".").map(String.init)
        guard let last = names.last else { return nil }
        name = last
        qualifier = names.dropLast().last
        type = names.dropLast().last { $0.first?.isUppercase == true && $0 != "Self" }
        guard !isNumber, let open = bytes.firstIndex(of: UInt8(ascii: "(")), open < code.utf8.count else {
            arguments = nil
            return
        }
        guard let end = DeclarationReader.closing(in: bytes, from: open + 1), end + 1 == code.utf8.count else {
            return nil
        }
        let (reader, start) = (DeclarationReader(file: file), range.lowerBound)
        arguments = reader.split((start + open + 1)..<(start + end)).map { part in
            let text = String(decoding: file.code(in: part), as: UTF8.self)
            guard let label = text.firstMatch(of: /^\s*(\w+)\s*:/) else { return ("_", part) }
            return (String(label.1), (part.lowerBound + label.0.utf8.count)..<part.upperBound)
        }
    }
}

extension SwiftSource {
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        let isBlank: (Int) -> Bool = { bytes[$0] == 32 || bytes[$0] == 10 }
        guard let first = range.first(where: { !isBlank($0) }), let last = range.last(where: { !isBlank($0) }) else {
            return range.lowerBound..<range.lowerBound
        }
        return first..<(last + 1)
    }
}

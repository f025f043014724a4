import Foundation
import Mustache

@testable import Web

/// Walks templates together with sample values and reports names that do not exist, values that cannot be printed, and
/// sections that no sample ever shows. (The library prints nothing for a misspelt name.)
final class TemplateCheck {
    indirect enum Node {
        case variable(String, raw: Bool)
        case section(Int, String, inverted: Bool, [Node])
        case partial(String)
        case parent(String, [String: [Node]])
        case block(String, [Node])
    }

    private var trees: [String: [Node]] = [:]
    private(set) var problems: Set<String> = []
    private(set) var visited: Set<String> = []
    private var origins: [Int: String] = [:]
    private var seen: [Int: String] = [:]
    private var covered: Set<Int> = []
    private var nextID = 0

    init(_ templates: [String: String]) {
        for (name, text) in templates { trees[name] = parse(name, text) }
    }

    func check(_ template: String, frame: PageFrame) { walk(template, [frame], [:]) }

    /// Sections over a value or a list that was absent or empty in every sample.
    var uncovered: [String] { seen.filter { !covered.contains($0.key) }.map(\.value).sorted() }

    var unvisited: [String] { trees.keys.filter { !visited.contains($0) }.sorted() }

    // MARK: Walking

    private func walk(_ template: String, _ stack: [Any], _ blocks: [String: [Node]]) {
        guard let tree = trees[template] else {
            problems.insert("no template \(template)")
            return
        }
        visited.insert(template)
        walk(tree, template, stack, blocks)
    }

    private func walk(_ nodes: [Node], _ template: String, _ stack: [Any], _ blocks: [String: [Node]]) {
        for node in nodes {
            switch node {
            case .variable(let name, let raw):
                guard let value = find(name, stack, template) else { continue }
                let printable =
                    value is Absent || (raw ? value is Markup : value is String || value is Int || value is Double)
                if !printable { problems.insert("\(template): {{\(name)}} prints a \(type(of: value))") }
            case .section(let id, let name, let inverted, let children):
                guard let value = find(name, stack, template) else { continue }
                if inverted || value is Bool {
                    walk(children, template, stack, blocks)
                    continue
                }
                seen[id] = "\(origins[id] ?? template): {{#\(name)}}"
                if value is Absent { continue }
                if let list = value as? [Any] {
                    if !list.isEmpty { covered.insert(id) }
                    for element in list { walk(children, template, stack + [element], blocks) }
                } else {
                    covered.insert(id)
                    walk(children, template, stack + [value], blocks)
                }
            case .partial(let name): walk(name, stack, blocks)
            case .parent(let name, let own): walk(name, stack, own.merging(blocks) { _, outer in outer })
            case .block(let name, let children): walk(blocks[name] ?? children, template, stack, blocks)
            }
        }
    }

    private func find(_ expression: String, _ stack: [Any], _ template: String) -> Any? {
        guard let last = stack.last else { return nil }
        if expression == "." { return last }
        // {{count(items)}}: the name inside decides whether it exists.
        if let open = expression.firstIndex(of: "(") {
            let inner = expression[expression.index(after: open)...].prefix { $0 != ")" }
            if inner.isEmpty { return true }
            _ = find(String(inner), stack, template)
            return expression.hasPrefix("count") ? 1 : true
        }
        let names = expression.split(separator: ".").map(String.init)
        guard let first = names.first else { return nil }
        let start =
            expression.hasPrefix(".")
            ? child(first, of: last) : stack.reversed().lazy.compactMap { self.child(first, of: $0) }.first
        var value = start
        for name in names.dropFirst() {
            guard let object = value, !(object is Absent) else { break }
            value = child(name, of: object)
        }
        if value == nil { problems.insert("\(template): no name \(expression)") }
        return value
    }

    private func child(_ name: String, of object: Any) -> Any? {
        if object is Absent { return Absent() }
        return (object as? any MustacheParent)?.child(named: name)
    }

    // MARK: Parsing

    private func parse(_ template: String, _ text: String) -> [Node] {
        var tags: [Substring] = []
        var rest = text[...]
        while let open = rest.range(of: "{{") {
            let isRaw = rest[open.upperBound...].first == "{"
            guard let close = rest[open.upperBound...].range(of: isRaw ? "}}}" : "}}") else { break }
            tags.append(rest[open.upperBound..<close.lowerBound])
            rest = rest[close.upperBound...]
        }
        var position = 0
        return nodes(tags, &position, template)
    }

    private func nodes(_ tags: [Substring], _ position: inout Int, _ template: String) -> [Node] {
        var result: [Node] = []
        while position < tags.count {
            let tag = tags[position]
            position += 1
            let name = String(tag.dropFirst().drop { $0 == " " }.prefix { $0 != " " })
            switch tag.first {
            case "!", "%", "=": continue
            case "/": return result
            case "#", "^":
                nextID += 1
                let id = nextID
                origins[id] = template
                result.append(.section(id, name, inverted: tag.first == "^", nodes(tags, &position, template)))
            case "$": result.append(.block(name, nodes(tags, &position, template)))
            case "<":
                var blocks: [String: [Node]] = [:]
                for case .block(let block, let children) in nodes(tags, &position, template) {
                    blocks[block] = children
                }
                result.append(.parent(name, blocks))
            case ">": result.append(.partial(name))
            case "{", "&": result.append(.variable(name, raw: true))
            default: result.append(.variable(tag.filter { $0 != " " }, raw: false))
            }
        }
        return result
    }
}

import Foundation
import Mustache

/// A type that says itself what templates see of it (derived values, open names) instead of being mirrored.
package protocol TemplateValue {
    var templateFields: [String: Any?] { get }
}

/// A dictionary in which any name may be asked for; one that is missing shows nothing. Other dictionaries count as a
/// record: the test of templates reports a name they lack.
package struct OpenNames: MustacheParent {
    let values: [String: Any]
    package init(_ values: [String: Any]) { self.values = values }

    /// A missing name is *absent* rather than nil, so that the template does not climb to the parent for it.
    package func child(named name: String) -> Any? { values[name].map(Shown.wrap) ?? Absent() }
}

/// Markup that our own code has made (an SVG of a QR code, a list of facts). The only thing a template may print with `{{{ }}}`.
package struct Markup: Sendable, Hashable, MustacheCustomRenderable {
    package let renderText: String
    package var isNull: Bool { renderText.isEmpty }
    package init(trusted: String) { renderText = trusted }
}

/// Stands for a nil field. Were the field simply missing, swift-mustache would look for its name in the objects around
/// it and could print the wrong one.
struct Absent: MustacheCustomRepresentation {
    var representation: Any? { nil }
}

/// A value as templates see it: mirrored once, not at every name (the library makes a `Mirror` of every object on its
/// stack for every name it looks up), and with nil fields that stay nil.
final class Shown: MustacheParent {
    private let fields: [String: Any]
    private var wrapped: [String: Any] = [:]

    init(fields: [String: Any?]) { self.fields = fields.mapValues { $0 ?? Absent() } }

    init(mirroring mirror: Mirror) {
        var fields: [String: Any] = [:]
        var current: Mirror? = mirror
        while let level = current {
            for child in level.children {
                if let label = child.label, fields[label] == nil { fields[label] = child.value }
            }
            current = level.superclassMirror
        }
        self.fields = fields
    }

    var names: Set<String> { Set(fields.keys) }

    func child(named name: String) -> Any? {
        if let known = wrapped[name] { return known }
        guard let raw = fields[name] else { return nil }
        let value = Self.wrap(raw)
        wrapped[name] = value
        return value
    }

    /// The value in the form the template library is to meet it.
    static func wrap(_ value: Any) -> Any {
        switch value {
        // An empty text is nothing to show: a section over it stays away, as over nil.
        case let text as String: return text.isEmpty ? Absent() : text
        case let number as Int: return number
        case let flag as Bool: return flag
        case let shown as Shown: return shown
        case let absent as Absent: return absent
        case let markup as Markup: return markup
        case let value as any TemplateValue: return Shown(fields: value.templateFields)
        case let parent as OpenNames: return parent
        case let parent as TextTree: return parent
        case let id as UUID: return id.uuidString.lowercased()
        case let coded as any RawRepresentable:
            if let text = coded.rawValue as? String { return text }
        default: break
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.map { wrap($0.value) } ?? Absent()
        case .collection, .set: return mirror.children.map { wrap($0.value) }
        case .dictionary:
            guard let dictionary = value as? [String: Any] else { return String(describing: value) }
            return Shown(fields: dictionary.mapValues { $0 as Any? })
        case .struct, .class, .tuple: return Shown(mirroring: mirror)
        default: return value
        }
    }
}

import Foundation
import Mustache
import Synchronization

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

/// A value as templates see it: a mirror that looks only at what is asked for, and once (the library makes a `Mirror` of
/// every object on its stack for every name it looks up), and with nil fields that stay nil.
final class Shown: MustacheParent {
    private let places: [String: Int]
    /// The field at a place, as it was written.
    private let field: (Int) -> Any?
    private var wrapped: [Any?]

    private init(_ places: [String: Int], field: @escaping (Int) -> Any?) {
        (self.places, self.field) = (places, field)
        wrapped = Array(repeating: nil, count: places.count)
    }

    convenience init(fields: [String: Any?]) {
        let names = Array(fields.keys)
        self.init(TemplateForm.places(of: names)) { fields[names[$0]] ?? nil }
    }

    convenience init(mirroring value: Any) {
        if case .record(let places) = TemplateForm.of(value) {
            self.init(value, places)
        } else {
            self.init(fields: [:])
        }
    }

    private convenience init(_ value: Any, _ places: [String: Int]) {
        let fields = Mirror(reflecting: value).children
        self.init(places) { place in
            let index = fields.index(fields.startIndex, offsetBy: place, limitedBy: fields.endIndex)
            return index.flatMap { $0 == fields.endIndex ? nil : fields[$0].value }
        }
    }

    var names: Set<String> { Set(places.keys) }

    func child(named name: String) -> Any? {
        guard let place = places[name] else { return nil }
        if let known = wrapped[place] { return known }
        let value = field(place).map(Self.wrap) ?? Absent()
        wrapped[place] = value
        return value
    }

    /// The value in the form the template library is to meet it.
    static func wrap(_ value: Any) -> Any {
        switch TemplateForm.of(value) {
        case .plain: return value
        case .text:
            // An empty text is nothing to show: a section over it stays away, as over nil.
            return (value as? String).flatMap { $0.isEmpty ? nil : $0 } ?? Absent()
        case .identifier: return (value as? UUID)?.uuidString.lowercased() ?? Absent()
        case .coded: return (value as? any RawRepresentable)?.rawValue ?? Absent()
        case .optional: return (value as? any Wrapping)?.content.map(wrap) ?? Absent()
        case .list: return (value as? any Sequence).map { all(of: $0) } ?? []
        case .fields: return (value as? any TemplateValue).map { Shown(fields: $0.templateFields) } ?? Absent()
        case .dictionary:
            guard let dictionary = value as? [String: Any] else { return String(describing: value) }
            return Shown(fields: dictionary.mapValues { $0 as Any? })
        case .record(let places): return Shown(value, places)
        }
    }

    private static func all(of values: some Sequence) -> [Any] { values.map { wrap($0) } }
}

/// What templates make of the values of one type. Found out once for each type, since a page shows thousands of values.
private enum TemplateForm: Sendable {
    /// Met as it is: numbers, flags, markup, and what answers names itself.
    case plain
    case text
    case identifier
    /// Shown as the text it is coded by.
    case coded
    case optional
    case list
    case fields
    case dictionary
    /// Names, and the places of these fields.
    case record([String: Int])

    private static let known = Mutex<[ObjectIdentifier: TemplateForm]>([:])

    static func of(_ value: Any) -> TemplateForm {
        let type = ObjectIdentifier(type(of: value))
        if let form = known.withLock({ $0[type] }) { return form }
        let form = TemplateForm(of: value)
        known.withLock { $0[type] = form }
        return form
    }

    private init(of value: Any) {
        // First of all: an optional would answer for what is in it, and the next one of its type may be nil.
        if type(of: value) is any Wrapping.Type {
            self = .optional
            return
        }
        switch value {
        case is String: self = .text
        case is Int, is Bool, is Shown, is Absent, is Markup, is OpenNames, is TextTree: self = .plain
        case is any TemplateValue: self = .fields
        case is UUID: self = .identifier
        case let coded as any RawRepresentable where coded.rawValue is String: self = .coded
        default:
            switch Mirror(reflecting: value).displayStyle {
            case .collection, .set: self = .list
            case .dictionary: self = .dictionary
            case .struct, .class, .tuple: self = .record(Self.places(of: value))
            default: self = .plain
            }
        }
    }

    static func places(of value: Any) -> [String: Int] {
        places(of: Mirror(reflecting: value).children.map { $0.label ?? "" })
    }

    static func places(of names: [String]) -> [String: Int] {
        Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

/// An optional of any type.
private protocol Wrapping {
    var content: Any? { get }
}

extension Optional: Wrapping {
    fileprivate var content: Any? { map { $0 } }
}

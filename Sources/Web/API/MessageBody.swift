import Foundation
import Participation
import Text

/// The members of a message's JSON, read into what the form reads: the rules that follow are the same. Units are named by their
/// codes.
struct MessageBody {
    private(set) var form: MessageForm
    private(set) var errors = FormErrors()
    private let units: [String: Int]

    init(_ body: JSONBody, key: UUID, units: [Participation.Unit], _ texts: Texts) {
        form = MessageForm()
        (form.key, form.formKey) = (key, key)
        self.units = Dictionary(units.map { ($0.code, $0.id) }) { first, _ in first }
        errors = body.faults(texts) { read($0) }
    }

    /// What the member should have been, if it is not; null is as good as absent.
    private mutating func read(_ member: JSONValue.Member) -> String? {
        switch (member.name, member.value) {
        case ("kind", .text(let text)):
            guard let kind = MessageKind(rawValue: text) else { return "message_kind" }
            form.wish = MessageForm.Wish(rawValue: kind.rawValue)
        case ("title", .text(let text)): form.title = text
        case ("message", .text(let text)): form.words = text
        case ("place", .text(let text)): form.place = text
        case ("concerned_names", .text(let text)): form.names = text
        case ("name", .text(let text)): form.name = text
        case ("phone", .text(let text)): form.phone = text
        case ("email", .text(let text)): form.email = text
        case ("unit", .text(let code)):
            guard let unit = units[code] else { return "unit" }
            form.unit = unit
        case ("concerned", .list(let codes)):
            let ids = codes.prefix(Message.mostConcernedUnits + 1).map { code in
                if case .text(let code) = code { units[code] } else { nil as Int? }
            }
            guard !ids.contains(nil) else { return "units" }
            form.concerned = Array(Set(ids.compactMap { $0 })).sorted()
        case ("publish", .boolean(let may)): form.mayBePublished = may
        case ("show_name", .boolean(let may)): form.mayShowName = may
        case ("place", .null), ("concerned_names", .null), ("name", .null), ("phone", .null), ("email", .null),
            ("unit", .null), ("concerned", .null), ("publish", .null), ("show_name", .null):
            break
        case ("kind", _): return "message_kind"
        case ("title", _), ("message", _), ("place", _), ("concerned_names", _), ("name", _), ("phone", _),
            ("email", _):
            return "text"
        case ("unit", _): return "unit"
        case ("concerned", _): return "units"
        case ("publish", _), ("show_name", _): return "boolean"
        default: return "unknown"
        }
        return nil
    }
}

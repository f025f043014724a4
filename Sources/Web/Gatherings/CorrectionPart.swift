import Participation
import Text

/// The form that corrects how somebody is called, reached, or may be named: whom a visit met, who was asked to come to a forum.
struct CorrectionPart: Sendable {
    struct Field: Sendable {
        let id, name, label, text: String
        let most: Int
        let error: TranscriptLinePart.Fault?
    }

    let action, key: String
    let id: Int
    let fields: [Field]
    let consentsID: String
    let consents: Bool
    /// It came back.
    let isOpen: Bool

    /// - Parameter typed: what was refused; of somebody else it does not count.
    init(_ it: GatheringPerson, action: String, typed: FormData, _ errors: FormErrors, _ texts: Texts) {
        let isOpen = typed.int("met") == it.id
        // What they are called, and how they are reached, is nobody's to read here.
        func field(_ name: String, _ most: Int, _ kept: String = "") -> Field {
            let id = "\(name)-\(it.id)"
            let own = "visits.correct.\(name)_\(it.role.rawValue)"
            return Field(
                id: id, name: name, label: texts[texts.has(own) ? own : "visits.correct.\(name)"],
                text: isOpen ? typed.string(name) : kept, most: most, error: TranscriptLinePart.Fault(id, errors))
        }
        (self.action, key, id, self.isOpen) = (action, IdempotencyKey.make(), it.id, isOpen)
        fields = [field("name", 40), field("phone", 40), field("unit", 100, it.publicUnit)]
        consentsID = "consents-\(it.id)"
        consents = isOpen ? typed.has("consents") : it.consents
    }

    private init() {
        (action, key, id) = ("/p", "k", 3)
        fields = [
            Field(
                id: "name-3", name: "name", label: "姓名", text: "李某", most: 40,
                error: TranscriptLinePart.Fault("name-3", FormErrors("name-3", "太长了。")))
        ]
        (consentsID, consents, isOpen) = ("consents-3", true, true)
    }

    static let sample = CorrectionPart()
}

extension PersonChange {
    func words(_ texts: Texts) -> String {
        let moment = ChinaTime.minute(at, in: texts.clock)
        return words.isEmpty
            ? texts["gatherings.guest.removed_by", ["moment": moment, "name": staffName]]
            : texts["gatherings.guest.changed", ["moment": moment, "name": staffName, "what": words]]
    }
}

import Foundation
import Participation
import Text

/// What was typed at the desk of a lot: all of its forms, of which one was sent.
struct LotForm: Sendable {
    static let witnessRows = 4

    var source = ""
    var due = ""
    var drawnAt = ""
    var place = ""
    var notary = ""
    var value = ""
    var valueAgain = ""
    var why = ""
    /// Name and capacity of each row.
    var witnesses: [(name: String, capacity: String)] = Array(repeating: ("", ""), count: LotForm.witnessRows)
    /// By code of category: numbers as they were typed.
    var numbers: [String: String] = [:]
    var scan: Attachment?

    init() {}

    init(_ form: FormData, categories: [LotHearing.Category]) {
        source = form.string("value_source")
        due = form.string("value_due")
        drawnAt = form.string("drawn_at")
        place = form.string("place")
        notary = form.string("notary")
        value = form.string("value")
        valueAgain = form.string("value_again")
        why = form.string("why")
        witnesses = (1...Self.witnessRows).map {
            (form.string("witness_name_\($0)"), form.string("witness_capacity_\($0)"))
        }
        numbers = Dictionary(
            categories.map { ($0.code, form.string("numbers_\($0.code)")) }, uniquingKeysWith: { $1 })
    }

    /// Two at least, each with whom they were there for.
    func witnesses(_ errors: inout FormErrors, _ texts: Texts) -> [LotWitness] {
        let given = witnesses.filter { !$0.name.isEmpty || !$0.capacity.isEmpty }
        let isWhole = given.allSatisfy {
            (1...40).contains(TextLength.count($0.name)) && (1...100).contains(TextLength.count($0.capacity))
        }
        errors.require(
            isWhole && Set(given.map(\.name)).count >= 2, "witness_name_1", texts["refusals.lots_witnesses_two"])
        return given.map { LotWitness(name: $0.name, capacity: $0.capacity) }
    }

    /// The numbers of each category in the order in which they were drawn. A number may be typed by its end: `000103-6`.
    func drawn(
        of categories: [LotHearing.Category], _ errors: inout FormErrors, _ texts: Texts
    ) -> [[String]] {
        categories.map { category in
            let typed = FormData.plainDigits(numbers[category.code] ?? "").uppercased()
                .components(separatedBy: CharacterSet(charactersIn: ",，、;；").union(.whitespacesAndNewlines))
                .filter { !$0.isEmpty }
            var unknown: [String] = []
            let found = typed.compactMap { text in
                let matches = category.eligible.filter { $0 == text || $0.hasSuffix("-\(text)") }
                if matches.count != 1 { unknown.append(text) }
                return matches.count == 1 ? matches.first : nil
            }
            let field = "numbers_\(category.code)"
            if !unknown.isEmpty {
                errors.add(
                    field,
                    texts["lots.errors.unknown", ["numbers": unknown.joined(separator: texts["refusals.separator"])]])
            } else if Set(found).count != found.count
                || found.count != category.eligible.count
                    && (category.needsLot || !found.isEmpty)
            {
                errors.add(field, texts["lots.errors.whole", ["count": category.eligible.count, "typed": found.count]])
            }
            return found
        }
    }
}

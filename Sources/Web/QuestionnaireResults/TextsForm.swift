import Foundation
import Participation

/// What a clerk sends from the page of texts: which are ticked, and which words are taken out of those that are shown.
struct TextsForm: Sendable {
    /// A button of it.
    enum Action: String {
        case show, hide, reopen
    }

    let action: Action
    let picked: Set<UUID>
    let code: HiddenCode?
    /// What is taken out of every ticked one in which it stands, as it was typed.
    let common: String
    /// What is taken out of each, as it was typed.
    let typed: [UUID: String]

    init(_ form: FormData) {
        action = Action(rawValue: form.string("action")) ?? .reopen
        picked = Set(form.strings("wordings").compactMap { UUID(uuidString: $0) })
        code = HiddenCode(rawValue: form.string("code"))
        common = form.exactly("common")
        typed = Dictionary(
            form.fields.compactMap { field in
                guard field.name.hasPrefix(Self.prefix) else { return nil }
                return UUID(uuidString: String(field.name.dropFirst(Self.prefix.count))).map { ($0, field.value) }
            }, uniquingKeysWith: { first, _ in first })
    }

    private static let prefix = "blank-"

    /// The field of one of them.
    static func box(of wording: TextWording) -> String { prefix + wording.id.uuidString.lowercased() }

    /// Those that it says anything about.
    var wordings: [UUID] { Array(picked.union(typed.keys)) }

    struct Decision: Sendable {
        var wordings: [UUID] = []
        var blanks: [Blank] = []
        var errors = FormErrors()
    }

    /// What is to be done with these wordings, or what is wrong with it. Who has typed what is taken out of one wants it shown so: it
    /// need not be ticked, too.
    func decision(on wordings: [TextWording], _ texts: Texts) -> Decision {
        func passages(_ it: TextWording) -> [String] { typed[it.id].map(Blank.passages) ?? it.blanked }
        func isNew(_ it: TextWording) -> Bool { ![[], it.blanked].contains(passages(it)) }
        let inAll = Blank.passages(common)
        let chosen = wordings.filter { picked.contains($0.id) || action == .show && isNew($0) }
        var made = Decision(wordings: chosen.map(\.id))
        func text(_ key: String, _ passage: String = "") -> String {
            texts["questionnaire_results.texts.errors.\(key)", ["words": passage]]
        }
        made.errors.require(
            !chosen.isEmpty || action != .show && wordings.contains(where: isNew), "wordings",
            text("none_ticked"))
        guard action == .show else {
            // It would be lost.
            for it in wordings where isNew(it) { made.errors.add(Self.box(of: it), text("only_shown")) }
            made.errors.require(inAll.isEmpty, "common", text("only_shown"))
            made.errors.require(action != .hide || code != nil, "code", texts["submissions.errors.no_reason"])
            return made
        }
        for passage in inAll where !chosen.contains(where: { Blank.stands(passage, in: $0.words) }) {
            made.errors.add("common", text("absent_in_all", passage))
        }
        for it in chosen {
            let own = passages(it)
            let all = own + inAll.filter { !own.contains($0) && Blank.stands($0, in: it.words) }
            if all.isEmpty { continue }
            do throws(Blank.Fault) {
                made.blanks.append(try Blank(all, of: it))
            } catch {
                switch error {
                case .absent(let passage): made.errors.add(Self.box(of: it), text("absent", passage))
                case .nothingLeft: made.errors.add(Self.box(of: it), text("nothing_left"))
                }
            }
        }
        // Whoever takes a name out of one of several that say nearly the same has hardly meant to show it in the others.
        for it in chosen where made.errors[field: Self.box(of: it)] == nil {
            let words = made.blanks.first { $0.wording == it.id }?.words ?? RedactionPolicy.text(it.words)
            let elsewhere = chosen.filter { $0.id != it.id }.flatMap(passages)
            guard let passage = elsewhere.first(where: { Blank.stands($0, in: words) }) else { continue }
            made.errors.add(Self.box(of: it), text("elsewhere", passage))
        }
        made.errors.require(made.blanks.isEmpty || code != nil, "code", text("no_reason"))
        return made
    }
}

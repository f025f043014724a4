/// Something in a questionnaire that is moved, doubled or dropped as a whole, by its code.
package enum QuestionnairePart: Sendable, Hashable {
    case page(String)
    case group(String)
    case question(String)
    case quota(String)

    package var code: String {
        switch self {
        case .page(let code), .group(let code), .question(let code), .quota(let code): code
        }
    }
}

extension Questionnaire {
    /// Where a group or a question stands.
    struct Place: Equatable {
        var page: Int
        var group: Int
        /// Of a question; 0 for a group.
        var question = 0
    }

    package func page(_ code: String) -> Page? { pages.first { $0.code == code } }

    package func group(_ code: String) -> Group? { pages.lazy.flatMap(\.groups).first { $0.code == code } }

    package func question(_ code: String) -> Question? { questions.first { $0.code == code } }

    /// The code of the group a question is in.
    package func group(of question: String) -> String? {
        place(ofQuestion: question).map { pages[$0.page].groups[$0.group].code }
    }

    func place(ofQuestion code: String) -> Place? {
        for (page, it) in pages.enumerated() {
            for (group, it) in it.groups.enumerated() {
                if let question = it.questions.firstIndex(where: { $0.code == code }) {
                    return Place(page: page, group: group, question: question)
                }
            }
        }
        return nil
    }

    func place(ofGroup code: String) -> Place? {
        for (page, it) in pages.enumerated() {
            if let group = it.groups.firstIndex(where: { $0.code == code }) { return Place(page: page, group: group) }
        }
        return nil
    }

    package func has(_ part: QuestionnairePart) -> Bool {
        switch part {
        case .page(let code): page(code) != nil
        case .group(let code): group(code) != nil
        case .question(let code): question(code) != nil
        case .quota(let code): quotas.contains { $0.code == code }
        }
    }

    private var codes: [String] {
        pages.map(\.code) + pages.flatMap { $0.groups.map(\.code) } + questions.map(\.code) + computed.map(\.code)
            + quotas.map(\.code)
    }

    /// The first of q1, q2, … that nothing is called, nor was before.
    /// - Parameter used: codes of what is gone: answers may name it, or it may come back.
    package func freeCode(_ prefix: String, used: Set<String> = []) -> String {
        let taken = used.union(codes)
        var number = 1
        while taken.contains(prefix + String(number)) { number += 1 }
        return prefix + String(number)
    }
}

/// What the builder does to a questionnaire. Each names the parts it is about by their codes, so that it can be done to what
/// another editor has made of it meanwhile.
extension Questionnaire {
    /// A questionnaire to begin with: one page with one group, and nothing asked.
    package static func blank(title: String) -> Questionnaire {
        Questionnaire(title: title, pages: [Page(code: "p1", groups: [Group(code: "g1")])])
    }

    // MARK: Adding

    /// A page with one empty group at the end. Returns its code.
    @discardableResult
    package mutating func addPage(used: Set<String> = []) -> String {
        let page = Page(code: freeCode("p", used: used), groups: [Group(code: freeCode("g", used: used))])
        pages.append(page)
        return page.code
    }

    /// An empty group at the end of a page. Returns its code; nil where there is no such page.
    package mutating func addGroup(to page: String, used: Set<String> = []) -> String? {
        guard let index = pages.firstIndex(where: { $0.code == page }) else { return nil }
        let group = Group(code: freeCode("g", used: used))
        pages[index].groups.append(group)
        return group.code
    }

    /// Puts a question into a group: behind another, or at its end where that is not there.
    /// - Returns: false where there is no such group.
    package mutating func add(_ question: Question, to group: String, after code: String? = nil) -> Bool {
        guard let place = place(ofGroup: group) else { return false }
        let questions = pages[place.page].groups[place.group].questions
        let at = questions.firstIndex { $0.code == code }.map { $0 + 1 } ?? questions.count
        pages[place.page].groups[place.group].questions.insert(question, at: at)
        return true
    }

    /// A question again right behind itself, under a new code. Returns the code.
    package mutating func duplicate(_ code: String, used: Set<String> = []) -> String? {
        guard var copy = question(code), let group = group(of: code) else { return nil }
        copy.code = freeCode("q", used: used)
        return add(copy, to: group, after: code) ? copy.code : nil
    }

    // MARK: Changing

    package mutating func replace(_ question: Question) -> Bool {
        guard let place = place(ofQuestion: question.code) else { return false }
        pages[place.page].groups[place.group].questions[place.question] = question
        return true
    }

    /// Other words and rules for a page; its groups stay.
    package mutating func replace(_ page: Page) -> Bool {
        guard let index = pages.firstIndex(where: { $0.code == page.code }) else { return false }
        let groups = pages[index].groups
        pages[index] = page
        pages[index].groups = groups
        return true
    }

    /// Other words and rules for a group; its questions stay.
    package mutating func replace(_ group: Group) -> Bool {
        guard let place = place(ofGroup: group.code) else { return false }
        let questions = pages[place.page].groups[place.group].questions
        pages[place.page].groups[place.group] = group
        pages[place.page].groups[place.group].questions = questions
        return true
    }

    package mutating func drop(_ part: QuestionnairePart) -> Bool {
        switch part {
        case .page(let code):
            guard let index = pages.firstIndex(where: { $0.code == code }) else { return false }
            pages.remove(at: index)
        case .group(let code):
            guard let place = place(ofGroup: code) else { return false }
            pages[place.page].groups.remove(at: place.group)
        case .question(let code):
            guard let place = place(ofQuestion: code) else { return false }
            pages[place.page].groups[place.group].questions.remove(at: place.question)
        case .quota(let code):
            guard let index = quotas.firstIndex(where: { $0.code == code }) else { return false }
            quotas.remove(at: index)
        }
        return true
    }

    /// Puts back what was dropped, as it was in `old` and where it stood, or as near to it as there is a place.
    /// - Returns: false where it is there, was not there, or something in it has been added anew meanwhile.
    package mutating func restore(_ part: QuestionnairePart, from old: Questionnaire) -> Bool {
        guard !has(part) else { return false }
        switch part {
        case .page(let code):
            guard let index = old.pages.firstIndex(where: { $0.code == code }), areFree(old.pages[index].groups)
            else { return false }
            pages.insert(old.pages[index], at: min(index, pages.count))
        case .group(let code):
            guard let place = old.place(ofGroup: code) else { return false }
            let group = old.pages[place.page].groups[place.group]
            guard areFree([group]), !pages.isEmpty else { return false }
            let page = pages.firstIndex { $0.code == old.pages[place.page].code } ?? pages.count - 1
            pages[page].groups.insert(group, at: min(place.group, pages[page].groups.count))
        case .question(let code):
            guard let place = old.place(ofQuestion: code) else { return false }
            let group = old.pages[place.page].groups[place.group]
            guard let target = self.place(ofGroup: group.code) ?? lastGroup else { return false }
            let count = pages[target.page].groups[target.group].questions.count
            pages[target.page].groups[target.group].questions
                .insert(group.questions[place.question], at: min(place.question, count))
        case .quota(let code):
            guard let index = old.quotas.firstIndex(where: { $0.code == code }) else { return false }
            quotas.insert(old.quotas[index], at: min(index, quotas.count))
        }
        return true
    }

    private func areFree(_ groups: [Group]) -> Bool {
        groups.allSatisfy { group($0.code) == nil && $0.questions.allSatisfy { question($0.code) == nil } }
    }

    private var lastGroup: Place? {
        guard let page = pages.lastIndex(where: { !$0.groups.isEmpty }) else { return nil }
        return Place(page: page, group: pages[page].groups.count - 1)
    }

    // MARK: Moving

    /// One place up (-1) or down (1). Groups and questions go on into the page or group next to theirs; quotas have no order.
    /// - Returns: false at the end of the way.
    package mutating func move(_ part: QuestionnairePart, by step: Int) -> Bool {
        switch part {
        case .page(let code):
            guard let index = pages.firstIndex(where: { $0.code == code }), pages.indices.contains(index + step)
            else { return false }
            pages.swapAt(index, index + step)
        case .group(let code):
            guard let place = place(ofGroup: code) else { return false }
            let within = place.group + step
            if pages[place.page].groups.indices.contains(within) {
                pages[place.page].groups.swapAt(place.group, within)
            } else {
                let page = place.page + step
                guard pages.indices.contains(page) else { return false }
                let group = pages[place.page].groups.remove(at: place.group)
                pages[page].groups.insert(group, at: step < 0 ? pages[page].groups.count : 0)
            }
        case .question(let code):
            guard let place = place(ofQuestion: code) else { return false }
            let within = place.question + step
            if pages[place.page].groups[place.group].questions.indices.contains(within) {
                pages[place.page].groups[place.group].questions.swapAt(place.question, within)
            } else {
                guard let next = group(beside: place, step) else { return false }
                let question = pages[place.page].groups[place.group].questions.remove(at: place.question)
                let count = pages[next.page].groups[next.group].questions.count
                pages[next.page].groups[next.group].questions.insert(question, at: step < 0 ? count : 0)
            }
        case .quota: return false
        }
        return true
    }

    private func group(beside place: Place, _ step: Int) -> Place? {
        let all = pages.indices.flatMap { page in
            pages[page].groups.indices.map { Place(page: page, group: $0) }
        }
        let here = all.firstIndex { $0.page == place.page && $0.group == place.group }
        guard let target = here.map({ $0 + step }), all.indices.contains(target) else { return nil }
        return all[target]
    }

    /// To another place: behind a question of the group, or to its head.
    /// - Returns: false where one of them is not there; then nothing has moved.
    package mutating func move(_ code: String, to group: String, after: String?) -> Bool {
        guard let question = question(code), place(ofGroup: group) != nil, after != code,
            after == nil || self.group(of: after ?? "") == group, drop(.question(code)),
            let place = place(ofGroup: group)
        else { return false }
        let at = pages[place.page].groups[place.group].questions.firstIndex { $0.code == after }.map { $0 + 1 } ?? 0
        pages[place.page].groups[place.group].questions.insert(question, at: at)
        return true
    }
}

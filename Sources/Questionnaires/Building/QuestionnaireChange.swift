/// What differs between a questionnaire as it was asked and as it is now: read before a correction is published.
package struct QuestionnaireChange: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A page, group, question, computed value or quota.
        case added, dropped
        /// The words of a question, the heading of a page or group, the name of a quota.
        case text
        case hint
        /// Options, rows and columns, by their codes.
        case option
        case condition
        case required
        case validation
        /// Limits, ends, appearance, what stands there at first.
        case rules
        /// Stands elsewhere among the others.
        case moved
        case introduction, closing
    }

    package let kind: Kind
    package let place: QuestionnairePlace
    /// In its own words; empty where there is nothing to quote.
    package let before: String
    package let after: String

    package init(kind: Kind, place: QuestionnairePlace, before: String, after: String) {
        (self.kind, self.place, self.before, self.after) = (kind, place, before, after)
    }

    /// In the order of the questionnaire, what is gone last.
    package static func all(from before: Questionnaire, to after: Questionnaire) -> [QuestionnaireChange] {
        var found = Comparison()
        found.compare(.introduction, .init(), before.introduction, after.introduction)
        found.compare(before.pages.map { ($0.code, $0.title) }, after.pages.map { ($0.code, $0.title) }, .text) {
            QuestionnairePlace(page: $0)
        }
        for page in after.pages {
            guard let old = before.page(page.code) else { continue }
            let place = QuestionnairePlace(page: page.code)
            found.compare(.condition, place, old.condition ?? "", page.condition ?? "")
            if old.isShuffled != page.isShuffled { found.say(.rules, place) }
        }
        found.groups(from: before, to: after)
        found.questions(from: before, to: after)
        found.compare(
            before.computed.map { ($0.code, $0.expression) }, after.computed.map { ($0.code, $0.expression) }, .rules
        ) { QuestionnairePlace(computed: $0) }
        found.quotas(from: before, to: after)
        found.compare(.closing, .init(), before.closing, after.closing)
        return found.changes
    }
}

private struct Comparison {
    var changes: [QuestionnaireChange] = []

    mutating func say(
        _ kind: QuestionnaireChange.Kind, _ place: QuestionnairePlace, _ before: String = "", _ after: String = ""
    ) {
        changes.append(QuestionnaireChange(kind: kind, place: place, before: before, after: after))
    }

    mutating func compare(
        _ kind: QuestionnaireChange.Kind, _ place: QuestionnairePlace, _ before: String, _ after: String
    ) {
        if before != after { say(kind, place, before, after) }
    }

    /// Things with a code and words: which came, which went, and which have other words now.
    /// - Parameter kind: of a change of words.
    mutating func compare(
        _ before: [(code: String, text: String)], _ after: [(code: String, text: String)],
        _ kind: QuestionnaireChange.Kind, _ place: (String) -> QuestionnairePlace
    ) {
        let old = Dictionary(before.map { ($0.code, $0.text) }, uniquingKeysWith: { first, _ in first })
        let now = Set(after.map(\.code))
        for (code, text) in after {
            if let words = old[code] {
                compare(kind, place(code), words, text)
            } else {
                say(.added, place(code), "", text)
            }
        }
        for (code, text) in before where !now.contains(code) { say(.dropped, place(code), text, "") }
    }

    mutating func groups(from before: Questionnaire, to after: Questionnaire) {
        func titles(_ it: Questionnaire) -> [(code: String, text: String)] {
            it.pages.flatMap(\.groups).map { ($0.code, $0.title) }
        }
        compare(titles(before), titles(after), .text) { QuestionnairePlace(group: $0) }
        for group in after.pages.flatMap(\.groups) {
            guard let old = before.group(group.code) else { continue }
            let place = QuestionnairePlace(group: group.code)
            compare(.condition, place, old.condition ?? "", group.condition ?? "")
            if old.isShuffled != group.isShuffled { say(.rules, place) }
        }
    }

    mutating func questions(from before: Questionnaire, to after: Questionnaire) {
        // What stays, in the order it had and in the one it has.
        let kept = after.questions.map(\.code).filter { before.question($0) != nil }
        let once = before.questions.map(\.code).filter { after.question($0) != nil }
        let stayed = Set(zip(kept, once).filter { $0 == $1 }.map { $0.0 })
        compare(
            before.questions.map { ($0.code, $0.text) }, after.questions.map { ($0.code, $0.text) }, .text
        ) { QuestionnairePlace(question: $0) }
        for question in after.questions {
            guard let old = before.question(question.code) else { continue }
            let place = QuestionnairePlace(question: question.code)
            if !stayed.contains(question.code) || before.group(of: old.code) != after.group(of: old.code) {
                say(.moved, place)
            }
            self.question(old, question, place)
        }
    }

    private mutating func question(_ old: Question, _ now: Question, _ place: QuestionnairePlace) {
        compare(.hint, place, old.hint, now.hint)
        options(old.kind.options, now.kind.options) { code in
            QuestionnairePlace(question: now.code, option: code)
        }
        options(old.kind.columns, now.kind.columns) { code in
            QuestionnairePlace(question: now.code, column: code)
        }
        compare(.condition, place, old.condition ?? "", now.condition ?? "")
        if old.isRequired != now.isRequired { say(.required, place) }
        compare(.validation, place, old.validation?.expression ?? "", now.validation?.expression ?? "")
        if old.kind.withoutOptions != now.kind.withoutOptions || old.initial != now.initial
            || old.validation?.message != now.validation?.message
            || old.kind.options.map(\.code) != now.kind.options.map(\.code)
                && Set(old.kind.options.map(\.code)) == Set(now.kind.options.map(\.code))
        {
            say(.rules, place)
        }
    }

    private mutating func options(
        _ before: [Question.Option], _ after: [Question.Option], _ place: (String) -> QuestionnairePlace
    ) {
        compare(before.map { ($0.code, $0.text) }, after.map { ($0.code, $0.text) }, .option, place)
        for option in after {
            guard let old = before.first(where: { $0.code == option.code }) else { continue }
            compare(.condition, place(option.code), old.condition ?? "", option.condition ?? "")
            if old.isExclusive != option.isExclusive { say(.rules, place(option.code)) }
        }
    }

    mutating func quotas(from before: Questionnaire, to after: Questionnaire) {
        compare(before.quotas.map { ($0.code, $0.title) }, after.quotas.map { ($0.code, $0.title) }, .text) {
            QuestionnairePlace(quota: $0)
        }
        for quota in after.quotas {
            guard let old = before.quotas.first(where: { $0.code == quota.code }) else { continue }
            let place = QuestionnairePlace(quota: quota.code)
            compare(.condition, place, old.condition, quota.condition)
            compare(.closing, place, old.closing, quota.closing)
            compare(.rules, place, String(old.most), String(quota.most))
        }
    }
}

extension Question.Kind {
    /// Everything about it but the options, rows and columns, which are compared one by one.
    fileprivate var withoutOptions: Question.Kind {
        var kind = self
        (kind.options, kind.columns) = ([], [])
        return kind
    }
}

extension Lot {
    /// What does not hold of a lot as it was published.
    package enum Finding: Sendable, Equatable {
        /// What stands under this key is missing, or has not the form that the format gives it.
        case form(String)
        /// It has not come so far, or was annulled.
        case notDrawn
        /// It is not the one that was committed to.
        case seed
        /// It is not the one that was frozen.
        case list
        /// They did not follow each other as they must.
        case steps
        case twice(number: String)
        /// The list is not ascending.
        case notInOrder(category: String)
        /// Seed and value give another order.
        case order(category: String)
        /// Of a witnessed lot: chosen and reserve are not the list, each number once.
        case otherNumbers(category: String)
        /// Not as many are chosen as there are seats, or applicants where those are fewer.
        case seats(category: String)
    }

    /// Everything that does not hold; empty where the lot is as it says. Of what has the wrong form nothing else is said.
    package var findings: [Finding] {
        let malformed = malformedKeys
        guard malformed.isEmpty else { return malformed.map { .form($0) } }
        var found: [Finding] = []
        if state != .drawn { found.append(.notDrawn) }
        if let seed = seed.flatMap(Hexadecimal.decode), Hexadecimal.encode(Self.commitment(to: seed)) != commitment {
            found.append(.seed)
        }
        if !stepsHold { found.append(.steps) }
        if let listSha256, Hexadecimal.encode(Self.listHash(categories)) != listSha256 { found.append(.list) }
        let numbers = Dictionary(grouping: categories.flatMap { $0.numbers ?? [] }) { $0 }
        let repeated = numbers.filter { $0.value.count > 1 }.keys.sorted(by: Self.precedes)
        found += repeated.map { .twice(number: $0) }
        return found + categories.flatMap { findings(of: $0) }
    }

    private func findings(of category: Category) -> [Finding] {
        guard let numbers = category.numbers else { return [] }
        var found: [Finding] = []
        if numbers != numbers.sorted(by: Self.precedes) { found.append(.notInOrder(category: category.code)) }
        guard let chosen = category.chosen, let reserve = category.reserve else { return found }
        switch format {
        case .verifiable:
            guard let seed = seed.flatMap(Hexadecimal.decode), let value else { break }
            let order = Self.order(numbers, seed: seed, hearing: hearing, value: value, category: category.code)
            if order != chosen + reserve { found.append(.order(category: category.code)) }
        case .witnessed:
            if (chosen + reserve).sorted(by: Self.precedes) != numbers.sorted(by: Self.precedes) {
                found.append(.otherNumbers(category: category.code))
            }
        }
        if chosen.count != min(category.seats, numbers.count) { found.append(.seats(category: category.code)) }
        return found
    }

    /// Committed < registration closed ≤ frozen < value due ≤ entered ≤ drawn, as far as it has come. A witnessed lot is recorded
    /// after it was drawn, and has no such steps.
    private var stepsHold: Bool {
        func follows(_ later: String?, _ earlier: String?, orIs: Bool) -> Bool {
            guard let later, let earlier else { return true }
            return earlier < later || orIs && earlier == later
        }
        guard format == .verifiable else { return true }
        return follows(registrationUntil, committedAt, orIs: false) && follows(frozenAt, registrationUntil, orIs: true)
            && follows(valueDueAt, frozenAt ?? registrationUntil, orIs: false)
            && follows(valueEnteredAt, valueDueAt, orIs: true) && follows(drawnAt, valueEnteredAt, orIs: true)
            && (earlierSources ?? []).allSatisfy { source in
                follows(source.until, committedAt, orIs: false) && follows(frozenAt, source.until, orIs: true)
            }
    }

    /// The keys without a text where the state asks for one, or with one of another form. Forms are narrow, so that no text can be
    /// read in two ways: with a tab in a number, two lists would have one hash.
    private var malformedKeys: [String] {
        var keys: [String] = []
        func ask(_ key: String, _ text: String?, needed: Bool, _ hasForm: (String) -> Bool) {
            if text.map(hasForm) ?? !needed { return }
            keys.append(key)
        }
        let isVerifiable = format == .verifiable
        let isDrawn = state == .drawn
        let isFrozen = isDrawn || state == .frozen
        ask("hearing", hearing, needed: true, Self.isName)
        ask("commitment", commitment, needed: isVerifiable, Self.isHash)
        ask("committedAt", committedAt, needed: isVerifiable, Self.isTime)
        ask("registrationUntil", registrationUntil, needed: true, Self.isTime)
        ask("valueSource", valueSource, needed: isVerifiable) { !$0.isEmpty }
        ask("valueDueAt", valueDueAt, needed: isVerifiable, Self.isTime)
        ask("frozenAt", frozenAt, needed: isVerifiable && isFrozen, Self.isTime)
        ask("listSha256", listSha256, needed: isVerifiable && isFrozen, Self.isHash)
        ask("value", value, needed: isVerifiable && isDrawn, Self.isValue)
        ask("valueEnteredAt", valueEnteredAt, needed: isVerifiable && isDrawn, Self.isTime)
        ask("drawnAt", drawnAt, needed: isDrawn, Self.isTime)
        ask("seed", seed, needed: isVerifiable && isDrawn, Self.isHash)
        ask("place", place, needed: !isVerifiable && isDrawn) { !$0.isEmpty }
        ask("annulledAt", annulledAt, needed: state == .annulled, Self.isTime)
        // What looks as if it could be recomputed must be.
        if !isVerifiable && (commitment ?? seed ?? value) != nil { keys.append("format") }
        if isDrawn && (witnesses ?? []).count < 2 { keys.append("witnesses") }
        for (index, source) in (earlierSources ?? []).enumerated() {
            ask("earlierSources[\(index)].dueAt", source.dueAt, needed: true, Self.isTime)
            ask("earlierSources[\(index)].until", source.until, needed: true, Self.isTime)
        }
        let codes = categories.map(\.code)
        let isAscending = zip(codes, codes.dropFirst()).allSatisfy { Self.precedes($0, $1) }
        if codes.isEmpty || !isAscending { keys.append("categories") }
        for (index, category) in categories.enumerated() {
            ask("categories[\(index)].code", category.code, needed: true, Self.isName)
            if !(1...500).contains(category.seats) { keys.append("categories[\(index)].seats") }
            for (key, numbers, needed) in [
                ("numbers", category.numbers, isFrozen), ("chosen", category.chosen, isDrawn),
                ("reserve", category.reserve, isDrawn),
            ] {
                let holds = numbers.map { $0.allSatisfy(Self.isName) } ?? !needed
                if !holds { keys.append("categories[\(index)].\(key)") }
            }
        }
        return keys
    }

    /// 1 to 40 signs of ASCII without spaces: a number, a code.
    private static func isName(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func isHash(_ text: String) -> Bool { text.utf8.count == 64 && Hexadecimal.decode(text) != nil }

    private static func isTime(_ text: String) -> Bool {
        let form = "0000-00-00T00:00:00.000000Z".utf8
        return text.utf8.count == form.count
            && zip(text.utf8, form).allSatisfy { byte, sign in
                sign == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == sign
            }
    }

    /// At most 200 signs; words with single spaces between them, so that everybody types it alike.
    private static func isValue(_ text: String) -> Bool {
        text.unicodeScalars.count <= 200
            && text.utf8.split(separator: 0x20, omittingEmptySubsequences: false).allSatisfy { word in
                !word.isEmpty && word.allSatisfy { $0 > 0x20 && $0 != 0x7F }
            }
    }
}

import Text

/// Questions that LimeSurvey asks as one and that are asked here one after the other; and what stands in a field at first.
extension LimeSurveyQuestion {
    /// Itself, or several: a text for each part of several short texts, a matrix for each of two scales side by side.
    /// - Parameter codes: gives each the code that it has here.
    func asked(_ codes: inout TakenCodes) -> [LimeSurveyQuestion] {
        switch row["type"] ?? "" {
        case "Q" where !parts.isEmpty:
            return parts.enumerated().map { index, part in
                var one = asked(
                    as: "S", "_\(part.code)", id: part.code, part.text, isFirst: index == 0, part.relevance, &codes)
                one.part = part.code
                one.attributes = index == 0 ? attributes : attributes.filter { Self.ofEachText.contains($0.key) }
                return one
            }
        case "1" where !answers.isEmpty:
            return ["0", "1"].filter { scale in answers.contains { $0.scale == scale } }.map { scale in
                let heading = PlainHTML.text(attributes["dualscale_header\(scale == "0" ? "A" : "B")"] ?? "")
                var one = asked(
                    as: "F", "_\(scale)", id: "#\(scale)", heading, isFirst: scale == answers.first?.scale, "", &codes)
                one.attributes = attributes.filter { !$0.key.hasPrefix("dualscale_header") }
                one.answers = answers.filter { $0.scale == scale }
                one.parts = parts
                return one
            }
        default:
            var one = self
            one.code = codes.take(title)
            return [one]
        }
    }

    /// What is said of all texts together is listed once.
    private static let ofEachText: Set<String> = [
        "maximum_chars", "numbers_only", "em_validation_sq", "em_validation_sq_tip",
    ]

    /// - Parameters:
    ///   - id: behind the number of the question, as LimeSurvey names the part in its formulas.
    ///   - words: behind its text.
    ///   - relevance: of the part alone.
    private func asked(
        as type: String, _ ending: String, id: String, _ words: String, isFirst: Bool, _ relevance: String,
        _ codes: inout TakenCodes
    ) -> LimeSurveyQuestion {
        var row = row
        let conditions = [row["relevance"] ?? "", relevance].filter { !["", "1"].contains($0) }
        row["relevance"] =
            conditions.count < 2 ? conditions.first : conditions.map { "(\($0))" }.joined(separator: " and ")
        (row["type"], row["title"], row["qid"]) = (type, title + ending, (row["qid"] ?? "") + id)
        if !isFirst { row["preg"] = nil }
        var one = LimeSurveyQuestion(
            row: row, code: codes.take(title + ending),
            text: [text, words].filter { !$0.isEmpty }.joined(separator: " · "),
            hint: hint)
        one.whole = title
        return one
    }

    /// How formulas that LimeSurvey's own editor has written name it and its parts: `123X4X56`, `123X4X56SQ1`.
    var answerCodes: [String: ForeignTranslation.Named] {
        let own = ["sid", "gid", "qid"].map { row[$0] ?? "" }.joined(separator: "X")
        let said = names.compactMap { name, named -> (String, ForeignTranslation.Named)? in
            guard name.hasPrefix(title) else { return nil }
            return (own + String(name.dropFirst(title.count).drop { $0 == "_" }), named)
        }
        return Dictionary(said, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameters:
    ///   - part: of several choices; nil for the whole question.
    mutating func takeDefault(_ value: String, part: String?) {
        let known: Answer?
        switch (names[title]?.kind, part) {
        case (.truth, nil): known = ["Y": Answer.truth(true), "N": .truth(false)][value]
        case (.choice(let codes), nil): known = codes[value].map { .choice(.option($0)) }
        case (.choices(let codes), let part?):
            var chosen: [Answer.Choice] = []
            if case .choices(let before)? = initial { chosen = before }
            known = value == "Y" ? codes[part].map { .choices(chosen + [.option($0)]) } : nil
        case (.number, nil): known = DecimalText.number(value).map { .number($0) }
        case (.text, nil): known = value.contains("{") ? nil : .text(PlainHTML.text(value))
        case (.date, nil): known = CalendarDate(value).map { _ in .text(value) }
        default: known = nil
        }
        guard let known else {
            return missing.append((.part, "default \([part, value].compactMap(\.self).joined(separator: " = "))"))
        }
        initial = known
    }
}

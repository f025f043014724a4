/// The questions of a survey, with their options, parts and what stands in their fields at first.
extension LimeSurveyReader {
    mutating func readQuestions() {
        let attributes = Dictionary(grouping: tables["question_attributes"], by: { $0["qid"] ?? "" })
        let answers = Dictionary(grouping: rows("answers"), by: { $0["qid"] ?? "" })
        let parts = Dictionary(grouping: rows("subquestions"), by: { $0["parent_qid"] ?? "" })
        let words = Dictionary(grouping: tables["question_l10ns"], by: { $0["qid"] ?? "" })
        let answerWords = Dictionary(grouping: tables["answer_l10ns"], by: { $0["aid"] ?? "" })
        let defaults = Dictionary(grouping: rows("defaultvalues"), by: { $0["qid"] ?? "" })
        let defaultWords = Dictionary(grouping: tables["defaultvalue_l10ns"], by: { $0["dvid"] ?? "" })
        func text(of row: LimeSurveyTables.Row, _ key: String, at place: String) -> String {
            plain(own(words[row["qid"] ?? ""])?[key] ?? row[key], at: place)
        }
        for row in rows("questions").filter({ ($0["parent_qid"] ?? "0") == "0" }) {
            let (id, title) = (row["qid"] ?? "", row["title"] ?? "")
            var found = LimeSurveyQuestion(
                row: row, code: "", text: text(of: row, "question", at: title), hint: text(of: row, "help", at: title))
            for attribute in attributes[id] ?? [] where [nil, "", language].contains(attribute["language"]) {
                found.attributes[attribute["attribute"] ?? ""] = attribute["value"] ?? ""
            }
            found.answers = sorted(answers[id] ?? [], by: "sortorder").map { answer in
                let said = own(answerWords[answer["aid"] ?? ""])?["answer"] ?? answer["answer"]
                return .init(
                    code: answer["code"] ?? "", text: plain(said, at: title), scale: answer["scale_id"] ?? "0")
            }
            found.parts = sorted(parts[id] ?? [], by: "question_order").map { part in
                .init(
                    code: part["title"] ?? "", text: text(of: part, "question", at: title),
                    scale: part["scale_id"] ?? "0", relevance: part["relevance"] ?? "")
            }
            var asked = found.asked(&codes)
            for index in asked.indices { asked[index].take() }
            let titles = Dictionary(
                (parts[id] ?? []).map { ($0["qid"] ?? "", $0["title"] ?? "") }, uniquingKeysWith: { first, _ in first })
            // Of several texts each is a question of its own here.
            let places = Dictionary(
                asked.enumerated().map { ($1.row["qid"] ?? "", $0) }, uniquingKeysWith: { first, _ in first })
            for row in defaults[id] ?? [] {
                let value = own(defaultWords[row["dvid"] ?? ""])?["defaultvalue"] ?? row["defaultvalue"] ?? ""
                let part = titles[row["sqid"] ?? ""]
                guard !value.isEmpty, let first = asked.indices.first else { continue }
                if let place = places[id + (part ?? "")] {
                    asked[place].takeDefault(value, part: nil)
                } else {
                    asked[first].takeDefault(value, part: part)
                }
            }
            questions += asked
        }
    }

    /// The row in the survey's language.
    private func own(_ rows: [LimeSurveyTables.Row]?) -> LimeSurveyTables.Row? {
        rows?.first { $0["language"] == language } ?? rows?.first
    }
}

/// What is said of a question there and not taken.
extension LimeSurveyQuestion {
    /// Attributes that only say how it looks there.
    private static let looks: Set<String> = [
        "hide_tip", "cssclass", "display_columns", "text_input_width", "text_input_columns", "input_size",
        "label_input_columns", "answer_width",
        "answer_width_bycolumn", "repeat_headings", "page_break", "printable_help", "public_statistics",
        "statistics_showgraph", "statistics_graphtype",
        "save_as_default", "question_template", "prefix", "display_type", "printable_survey_layout", "dropdown_size",
        "dropdown_prefix", "time_limit_style",
        "array_filter_style", "alphasort", "other_position", "keep_aspect", "statistics_showmap", "display_rows",
        "commented_checkbox_auto", "choice_title", "rank_title",
        "samechoiceheight", "samelistheight", "showpopups", "use_dropdown", "placeholder", "slider_layout",
        "dropdown_dates", "reverse", "subquestion_width",
    ]

    /// Attributes that only say more of another one, by how they begin.
    private static let details = [
        "time_limit_": "time_limit", "slider_": "slider_layout", "location_": "location_mapservice",
    ]

    /// That an attribute says nothing, by its value or because the one that it says more of does.
    func isNothing(_ name: String, _ value: String) -> Bool {
        if ["", "0", "N", "default", "none", "off"].contains(value) { return true }
        guard let main = Self.details.first(where: { name.hasPrefix($0.key) })?.value, main != name else {
            return false
        }
        return isNothing(main, attributes[main] ?? "")
    }

    /// Everything that says something else and was not taken.
    mutating func listRest(_ known: Set<String>) {
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            if !isNothing(name, value), !known.contains(name), !Self.looks.contains(name) {
                missing.append((.part, "\(name) = \(value)"))
            }
        }
        if row["mandatory"] == "S" { missing.append((.part, "mandatory = S")) }
        if let pattern = row["preg"], !pattern.isEmpty { missing.append((.part, "preg = \(pattern)")) }
    }
}

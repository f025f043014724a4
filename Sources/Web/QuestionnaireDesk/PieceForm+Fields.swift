import Questionnaires

extension PieceForm {
    /// The fields, in their order, filled, with what is wrong beside each.
    func fields(errors: FormErrors, _ texts: Texts) -> [DeskForm.Field] {
        PieceFields(form: self, errors: errors, texts: texts).all
    }

    /// What a new question may be called in formulas and files; left open, it gets the next free code.
    func codeField(errors: FormErrors, _ texts: Texts) -> DeskForm.Field {
        PieceFields(form: self, errors: errors, texts: texts).code
    }

    /// The kinds a question may have, for a choice.
    static func kinds(chosen: Question.Kind.Form?, _ texts: Texts) -> [Choice] {
        Question.Kind.Form.allCases.map {
            Choice(value: $0.rawValue, text: texts["builder.kinds.\($0.rawValue)"], chosen: $0 == chosen)
        }
    }

    /// What another's form of the same piece says where it differs, in the order of its fields.
    func differing(from other: PieceForm, _ texts: Texts) -> [Fact] {
        var facts: [Fact] = []
        if case .question(_, let kind) = other.subject, subject != other.subject {
            facts.append(Fact(label: texts["builder.kind"], text: texts["builder.kinds.\(kind.rawValue)"]))
        }
        let (theirs, mine) = (other, like(other))
        return facts
            + DeskForm.Field.differing(
                theirs.fields(errors: FormErrors(), texts), from: mine.fields(errors: FormErrors(), texts), texts)
    }

    /// What was typed into fields that it has no longer, so that it is there again when the kind is changed back.
    func carried(besides fields: [DeskForm.Field]) -> [PieceFormPage.Carried] {
        let shown = Set(fields.map(\.name))
        let boxes = Set(fields.flatMap { $0.checks?.items ?? [] }.map(\.value))
        let names = typed.keys.filter { !shown.contains($0) && !self[$0].isEmpty }.sorted()
        let words = names.map { PieceFormPage.Carried(name: $0, value: self[$0]) }
        return words + ticked.subtracting(boxes).sorted().map { PieceFormPage.Carried(name: "flags", value: $0) }
    }
}

extension PieceForm.Subject {
    /// What a field is called in this form.
    func label(of field: String, _ texts: Texts) -> String {
        let own = "builder.fields.\(key)_\(field)"
        return texts[texts.has(own) ? own : "builder.fields.\(field)"]
    }
}

private struct PieceFields {
    typealias Field = DeskForm.Field

    let form: PieceForm
    let errors: FormErrors
    let texts: Texts

    private func field(_ name: String, _ shape: Field.Shape, optional: Bool = true, hint: String? = nil) -> Field {
        let hints = [hint, "\(form.subject.key)_\(name)", name].compactMap { $0 }.map { "builder.hints.\($0)" }
        return Field(
            id: name, label: form.subject.label(of: name, texts),
            hint: hints.first(where: texts.has).map { texts[$0] }, error: errors[field: name], shape,
            text: form[name], optional: optional)
    }

    private func flags(_ names: [String]) -> Field {
        field(
            "flags",
            .checks(
                names.map {
                    Choice(value: $0, text: texts["builder.flags.\($0)"], chosen: form.has($0))
                }))
    }

    var code: Field { field("code", .line) }

    var all: [Field] {
        switch form.subject {
        case .words:
            [
                field("title", .line, optional: false), field("introduction", .area(rows: 6)),
                field("closing", .area(rows: 3)),
            ]
        case .page, .group:
            [field("title", .line), flags(["shuffled"]), field("condition", .area(rows: 2))]
        case .computed: [field("lines", .area(rows: 8))]
        case .quota:
            [
                field("title", .line, optional: false), field("condition", .area(rows: 2), optional: false),
                field("most", .line, optional: false), field("closing", .area(rows: 3)),
            ]
        case .question(_, let shape):
            [
                field("text", .area(rows: 3), optional: false, hint: shape == .information ? "information_text" : nil),
                field("hint", .line),
            ] + special(shape) + rules(shape)
        }
    }

    private func special(_ shape: Question.Kind.Form) -> [Field] {
        let numbers = [field("least", .line), field("most", .line), field("decimals", .line), field("measure", .line)]
        return switch shape {
        case .single:
            [
                field("options", .area(rows: 8), optional: false, hint: "plain_options"), field("other", .line),
                field("comment", .line),
                flags(["required", "shuffled", "drop_down"]),
            ]
        case .multiple:
            [
                field("options", .area(rows: 8), optional: false), field("other", .line), field("comment", .line),
                field("least", .line), field("most", .line), flags(["required", "shuffled"]),
            ]
        case .yesNo, .units, .towns: [flags(["required"])]
        case .file: [field("most", .line, hint: "file_most"), flags(["required"])]
        case .matrix, .matrixMultiple, .matrixNumbers, .matrixTexts:
            [
                field("rows", .area(rows: 6), optional: false, hint: "plain_options"),
                field("columns", .area(rows: 6), optional: false, hint: "plain_options"),
            ] + (shape == .matrixNumbers ? numbers : [])
                + (shape == .matrixTexts ? [field("most", .line, hint: "cell_most")] : []) + [
                    flags(["required", "shuffled"])
                ]
        case .scale:
            [
                field("from", .line), field("to", .line),
                field(
                    "appearance",
                    .radios(
                        Question.Scale.Appearance.allCases.map {
                            Choice(
                                value: $0.rawValue, text: texts["builder.appearances.\($0.rawValue)"],
                                chosen: form["appearance"] == $0.rawValue
                                    || (form["appearance"].isEmpty && $0 == .numbers))
                        })), field("labels", .area(rows: 5)), flags(["required"]),
            ]
        case .ranking:
            [
                field("options", .area(rows: 8), optional: false, hint: "plain_options"), field("most", .line),
                flags(["required", "shuffled"]),
            ]
        case .number: numbers + [flags(["required"])]
        case .text: [field("most", .line, hint: "text_most"), flags(["required", "long"])]
        case .date: [field("first", .day), field("last", .day), flags(["required"])]
        case .information: []
        }
    }

    private func rules(_ shape: Question.Kind.Form) -> [Field] {
        var fields = [field("condition", .area(rows: 2))]
        if shape != .information { fields += [field("validation", .area(rows: 2)), field("message", .line)] }
        switch shape {
        case .single, .multiple, .yesNo, .scale, .number, .text, .date: fields.append(field("initial", .line))
        default: break
        }
        return fields
    }
}

import Participation
import Text

/// The settings of a sample as typed.
struct SampleForm: Sendable {
    private(set) var values: [String: String] = [:]

    init(_ terms: SampleTerms) {
        (values["name"], values["script"]) = (terms.name, terms.script)
        values["most_attempts"] = String(terms.mostAttempts)
        values["retry_minutes"] = String(terms.retryMinutes)
        values["hold_minutes"] = String(terms.holdMinutes)
    }

    init(_ form: FormData) {
        for field in form.fields { values[field.name] = TextNormalisation.normalised(form.string(field.name)) }
    }

    func terms(errors: inout FormErrors, _ texts: Texts) -> SampleTerms {
        var terms = SampleTerms()
        func words(_ name: String, least: Int, most: Int) -> String {
            let (text, label) = (values[name] ?? "", texts["samples.fields.\(name)"])
            let over = TextLength.count(text) - most
            errors.require(over <= 0, name, texts["builder.errors.too_long", ["label": label, "count": over]])
            errors.require(TextLength.count(text) >= least, name, texts["builder.errors.missing", ["label": label]])
            return text
        }
        func number(_ name: String, _ range: ClosedRange<Int>) -> Int {
            if let number = Int(FormData.plainDigits(values[name] ?? "")), range.contains(number) { return number }
            errors.add(
                name,
                texts[
                    "builder.errors.whole",
                    [
                        "label": texts["samples.fields.\(name)"], "least": range.lowerBound,
                        "most": range.upperBound,
                    ]])
            return range.lowerBound
        }
        terms.name = words("name", least: 1, most: 100)
        terms.script = words("script", least: 0, most: 4_000)
        terms.mostAttempts = number("most_attempts", SampleTerms.attempts)
        terms.retryMinutes = number("retry_minutes", SampleTerms.retry)
        terms.holdMinutes = number("hold_minutes", SampleTerms.hold)
        return terms
    }

    func fields(errors: FormErrors, _ texts: Texts) -> [DeskForm.Field] {
        func field(_ name: String, _ shape: DeskForm.Field.Shape, optional: Bool = false) -> DeskForm.Field {
            let hint = "samples.fields.\(name)_hint"
            return DeskForm.Field(
                id: name, label: texts["samples.fields.\(name)"], hint: texts.has(hint) ? texts[hint] : nil,
                error: errors[field: name], shape, text: values[name] ?? "", optional: optional)
        }
        return [
            field("name", .line), field("script", .area(rows: 6), optional: true), field("most_attempts", .line),
            field("retry_minutes", .line), field("hold_minutes", .line),
        ]
    }
}

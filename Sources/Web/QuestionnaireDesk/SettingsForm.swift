import Foundation
import Participation
import Text

/// The settings of a questionnaire as typed.
struct SettingsForm: Sendable {
    private(set) var values: [String: String] = [:]

    subscript(_ name: String) -> String { values[name] ?? "" }

    init(_ it: QuestionnaireSettings) {
        (values["purpose"], values["who_may_answer"]) = (it.purpose, it.whoMayAnswer)
        (values["voice"], values["results_shown"]) = (it.voice.rawValue, it.resultsShown.rawValue)
        values["person_way"] = it.personWay.rawValue
        values["most_sheets"] = it.mostSheets.map { String($0) } ?? ""
        (values["opens_at"], values["opens_time"]) = Self.parts(it.opensAt, isEnd: false)
        (values["closes_at"], values["closes_time"]) = Self.parts(it.closesAt, isEnd: true)
        (values["percent_base"], values["smallest_shown"]) = (it.percentBase.rawValue, String(it.smallestShown))
        values["contact_phone"] = it.contactPhone
        values["consultation"] = it.procedureID.map { String($0) } ?? ""
    }

    init(_ form: FormData) {
        for field in form.fields { values[field.name] = TextNormalisation.normalised(form.string(field.name)) }
    }

    /// An end at midnight is the hour 24 of the day before.
    private static func parts(_ moment: Date, isEnd: Bool) -> (day: String, time: String) {
        if isEnd, ChinaTime.startOf(ChinaTime.date(moment)) == moment {
            return (ChinaTime.lastDay(before: moment).description, "24:00")
        }
        let halves = ChinaTime.input(moment).split(separator: "T", maxSplits: 1)
        return (halves.first.map { String($0) } ?? "", halves.dropFirst().first.map { String($0.prefix(5)) } ?? "")
    }

    func moment(_ day: String, _ time: String) -> Date? { ChinaTime.parse(ProcedureForm.moment(self[day], self[time])) }

    /// - Parameter before: what holds where a choice is none of those offered.
    func settings(over before: QuestionnaireSettings, errors: inout FormErrors, _ texts: Texts) -> QuestionnaireSettings
    {
        var it = before
        func error(_ key: String, _ arguments: [String: any CustomStringConvertible] = [:]) -> String {
            texts["builder.errors.\(key)", arguments]
        }
        func words(_ name: String, most: Int) -> String {
            let over = TextLength.count(self[name]) - most
            errors.require(
                over <= 0, name, error("too_long", ["label": texts["builder.settings.\(name)"], "count": over]))
            return self[name]
        }
        func number(_ name: String, _ range: ClosedRange<Int>) -> Int? {
            if self[name].isEmpty { return nil }
            if let number = Int(FormData.plainDigits(self[name])), range.contains(number) { return number }
            errors.add(
                name,
                error(
                    "whole",
                    [
                        "label": texts["builder.settings.\(name)"], "least": range.lowerBound,
                        "most": range.upperBound,
                    ]))
            return nil
        }
        it.purpose = words("purpose", most: 2000)
        it.whoMayAnswer = words("who_may_answer", most: 500)
        it.contactPhone = words("contact_phone", most: 100)
        it.procedureID = values["consultation"] == nil ? before.procedureID : Int(self["consultation"])
        it.voice = DeskQuestionnaire.Voice(rawValue: self["voice"]) ?? before.voice
        it.personWay = PersonWay(rawValue: self["person_way"]) ?? before.personWay
        it.resultsShown = DeskQuestionnaire.ResultsShown(rawValue: self["results_shown"]) ?? before.resultsShown
        it.percentBase = DeskQuestionnaire.PercentBase(rawValue: self["percent_base"]) ?? before.percentBase
        it.mostSheets = number("most_sheets", 1...10_000_000)
        it.smallestShown = number("smallest_shown", 1...100) ?? before.smallestShown
        if let opens = moment("opens_at", "opens_time") {
            it.opensAt = opens
        } else {
            errors.add("opens_at", error("moment", ["label": texts["builder.settings.opens_at"]]))
        }
        if let closes = moment("closes_at", "closes_time") {
            it.closesAt = closes
        } else {
            errors.add("closes_at", error("moment", ["label": texts["builder.settings.closes_at"]]))
        }
        if errors.isEmpty { errors.require(it.closesAt > it.opensAt, "closes_at", error("closes_first")) }
        return it
    }

    /// - Parameter hosts: the consultations it may belong to.
    func fields(errors: FormErrors, hosts: [QuestionnaireSettings.Host], _ texts: Texts) -> [DeskForm.Field] {
        func field(_ name: String, _ shape: DeskForm.Field.Shape, optional: Bool = false) -> DeskForm.Field {
            let hint = "builder.settings.\(name)_hint"
            return DeskForm.Field(
                id: name, label: texts["builder.settings.\(name)"], hint: texts.has(hint) ? texts[hint] : nil,
                error: errors[field: name], shape, text: self[name], optional: optional)
        }
        func choices(_ name: String, _ values: [String]) -> DeskForm.Field.Shape {
            .radios(
                values.map {
                    Choice(value: $0, text: texts["builder.settings.\(name)_\($0)"], chosen: $0 == self[name])
                })
        }
        return [
            field("purpose", .area(rows: 4)), field("who_may_answer", .area(rows: 2)),
            field("voice", choices("voice", DeskQuestionnaire.Voice.allCases.map(\.rawValue))),
            field("person_way", choices("person_way", PersonWay.allCases.map(\.rawValue))),
            field("opens_at", .day), field("opens_time", .line), field("closes_at", .day), field("closes_time", .line),
            field("most_sheets", .line, optional: true),
            field("results_shown", choices("results_shown", DeskQuestionnaire.ResultsShown.allCases.map(\.rawValue))),
            field("percent_base", choices("percent_base", DeskQuestionnaire.PercentBase.allCases.map(\.rawValue))),
            field("smallest_shown", .line), field("contact_phone", .line, optional: true),
        ] + (hosts.isEmpty ? [] : [field("consultation", .select(offered(hosts, texts)), optional: true)])
    }

    private func offered(_ hosts: [QuestionnaireSettings.Host], _ texts: Texts) -> [Choice] {
        [Choice(value: "", text: texts["builder.settings.consultation_none"], chosen: self["consultation"].isEmpty)]
            + hosts.map { Choice(value: String($0.id), text: $0.title, chosen: String($0.id) == self["consultation"]) }
    }
}

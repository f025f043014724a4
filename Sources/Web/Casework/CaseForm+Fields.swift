import Foundation
import Participation
import Text

extension DeskForm {
    /// - Parameters:
    ///   - typed: what was sent, when the form comes back; empty at first.
    ///   - errors: of this form alone.
    init(
        _ form: CaseForm, _ record: CaseRecord, typed: FormData, errors: FormErrors, matter: CaseMatter, _ texts: Texts
    ) {
        let key = "casework.forms.\(form.key)"
        id = form.rawValue
        title = texts["\(key).title"]
        lead = form.lead(record, texts)
        action = "/desk/cases/\(record.file.id)/\(form.rawValue)"
        submit = texts["\(key).submit"]
        isNext = form.isNext(for: record.file)
        isOpen = !errors.isEmpty
        isMultipart = form == .paper
        seenVersion = record.reply?.version ?? 0
        seenUnit = record.file.unitID.map(String.init) ?? ""
        error = errors[field: form.rawValue]
        fields = CaseFields(form: form, record: record, typed: typed, errors: errors, matter: matter, texts: texts).all
    }
}

extension CaseForm {
    fileprivate func lead(_ record: CaseRecord, _ texts: Texts) -> String? {
        let key = texts.casework("forms.\(self.key).lead", of: record.file)
        guard texts.has(key) else { return nil }
        var arguments: [String: any CustomStringConvertible] = [:]
        if let until = record.giveBackUntil { arguments["moment"] = ChinaTime.minute(until, in: texts.clock) }
        if let day = record.ceiling { arguments["day"] = ChinaTime.day(day, in: texts.clock) }
        if let asked = record.extensions.first(where: \.isPending) {
            arguments["name"] = asked.askedBy
            arguments["until"] = ChinaTime.day(asked.newDueOn, in: texts.clock)
            arguments["reason"] = asked.reason
        }
        if let it = record.supervisions.first(where: { $0.closedAt == nil }) {
            arguments["demand"] = it.demand
            arguments["due"] = ChinaTime.day(it.answerDueOn, in: texts.clock)
            arguments["answer"] = it.answer.isEmpty ? texts["casework.no_answer_yet"] : it.answer
        }
        if let note = record.reply?.reviewNote { arguments["note"] = note }
        return texts[key, arguments]
    }
}

/// The fields of one form.
private struct CaseFields {
    typealias Field = DeskForm.Field

    let form: CaseForm
    let record: CaseRecord
    let typed: FormData
    let errors: FormErrors
    let matter: CaseMatter
    let texts: Texts

    private func value(_ name: String, otherwise: String = "") -> String {
        typed.has(form.field(name)) ? typed.exactly(form.field(name)) : otherwise
    }

    private func field(_ name: String, _ shape: Field.Shape, otherwise: String = "", optional: Bool = false) -> Field {
        Field(
            name, in: form, shape, text: value(name, otherwise: otherwise), optional: optional, errors: errors, texts)
    }

    /// Codes with their words below `casework.<words>`.
    private func choices(_ codes: [String], _ words: String, _ name: String, otherwise: String = "") -> [Choice] {
        let chosen = value(name, otherwise: otherwise)
        return codes.map { Choice(value: $0, text: texts["casework.\(words).\($0)"], chosen: $0 == chosen) }
    }

    private func yesNo(_ words: String, _ name: String) -> Field {
        field(name, .radios(choices(["yes", "no"], words, name)))
    }

    private func ids(_ name: String, otherwise: [Int]) -> Set<Int> {
        Set(typed.has(form.field("sent")) || typed.has(form.field(name)) ? typed.ints(form.field(name)) : otherwise)
    }

    private func units(_ name: String, chosen: Set<Int>, without: [Int] = []) -> [Choice] {
        record.units.filter { !without.contains($0.id) }.map {
            Choice(value: String($0.id), text: $0.name, chosen: chosen.contains($0.id))
        }
    }

    private func blank(_ choices: [Choice]) -> [Choice] {
        [Choice(value: "", text: texts["casework.choose"], chosen: false)] + choices
    }

    var all: [Field] {
        switch form {
        case .screening: return screening(verdicts: CaseAct.Verdict.allCases)
        case .rescreening:
            let verdicts = CaseAct.Verdict.allCases.filter {
                $0.rawValue != record.file.state.rawValue && !($0 == .accepted && record.file.state == .assigned)
            }
            return screening(verdicts: verdicts) + [field("reason", .area(rows: 2))]
        case .emergency: return [field("called", .area(rows: 2))]
        case .concerned: return concerned
        case .publishable:
            return [
                field(
                    "may",
                    .radios(
                        choices(["yes", "no"], "publishable", "may", otherwise: record.file.publishable ? "yes" : "no"))
                ),
                field("reason", .area(rows: 2)),
            ]
        case .assignment, .reassignment: return assignment
        case .giveBack:
            return [
                field(
                    "code",
                    .radios(choices(CaseAct.GiveBackReason.allCases.map(\.rawValue), "give_back_reasons", "code"))),
                field("remark", .area(rows: 3)),
            ]
        case .link: return [field("number", .line)]
        case .remark:
            return [
                field("kind", .radios(choices(["remark", "note"], "remark_kinds", "kind", otherwise: "remark"))),
                field("body", .area(rows: 3)),
            ]
        case .opinion: return [field("body", .area(rows: 3))]
        case .approval, .officeApproval: return [yesNo("granted", "granted"), field("note", .area(rows: 2))]
        case .paper:
            return [
                yesNo("granted", "granted"), field("signer", .line), field("signed_on", .day), field("scan", .file),
                field("note", .area(rows: 2)),
            ]
        case .recall, .resume: return []
        case .review: return [yesNo("passed", "passed"), field("note", .area(rows: 2))]
        case .wording:
            return [
                field("heading", .line, otherwise: record.reply?.publicTitle ?? ""),
                field("question", .area(rows: 5), otherwise: record.reply?.publicQuestion ?? ""),
                field("answer", .area(rows: 8), otherwise: record.reply?.publicAnswer ?? ""),
            ]
        case .extensionRequest: return [field("day", .day), field("reason", .area(rows: 3))]
        case .extensionDecision: return [yesNo("decided", "granted"), field("note", .area(rows: 2))]
        case .pause:
            return [
                field("code", .radios(choices(CaseAct.PauseReason.allCases.map(\.rawValue), "pause_reasons", "code"))),
                field("remark", .area(rows: 2)),
            ]
        case .supervision: return [field("demand", .area(rows: 3)), field("day", .day)]
        case .supervisionAnswer: return [field("answer", .area(rows: 4))]
        case .supervisionClosing:
            return [
                field("finding", .radios(choices(Supervision.Finding.allCases.map(\.rawValue), "findings", "finding"))),
                field("text", .area(rows: 2), optional: true),
            ]
        case .callback:
            return [
                field(
                    "result",
                    .radios(choices(CaseAct.CallbackResult.allCases.map(\.rawValue), "callback_results", "result"))),
                field("remark", .area(rows: 2), optional: true),
            ]
        }
    }

    private func screening(verdicts: [CaseAct.Verdict]) -> [Field] {
        let chosen = value("code")
        let codes = verdicts.flatMap { verdict in
            verdict.codes.map { code in
                Choice(
                    value: "\(verdict.rawValue).\(code)",
                    text: texts[
                        "casework.code_of",
                        [
                            "verdict": texts["casework.verdicts.\(verdict.rawValue)"],
                            "code": texts["casework.ending_codes.\(code)"],
                        ]],
                    chosen: chosen == "\(verdict.rawValue).\(code)")
            }
        }
        return [
            field("verdict", .radios(choices(verdicts.map(\.rawValue), "verdict_choices", "verdict"))),
            // Which result needs which of them is said by their hints.
            field("code", .select(blank(codes))), field("text", .area(rows: 4)), field("original", .line),
        ]
    }

    private var concerned: [Field] {
        let staff = ids("staff", otherwise: record.file.concernedStaffIDs)
        return [
            field("units", .checks(units("units", chosen: ids("units", otherwise: record.file.concernedUnitIDs)))),
            field(
                "staff",
                .checks(
                    record.colleagues.map {
                        Choice(
                            value: String($0.id),
                            text: texts["casework.colleague", ["name": $0.name, "unit": $0.unitName]],
                            chosen: staff.contains($0.id))
                    })),
            field("reason", .area(rows: 2)),
        ]
    }

    private var assignment: [Field] {
        let it = record.file
        let proposed = it.unitID ?? record.proposals.first?.unitID
        let unit = typed.has(form.field("unit")) ? typed.int(form.field("unit")) : proposed
        return [
            field(
                "unit",
                .select(blank(units("unit", chosen: unit.map { [$0] } ?? [], without: it.concernedUnitIDs)))),
            field(
                "assisting",
                .checks(
                    units(
                        "assisting", chosen: ids("assisting", otherwise: it.assistingIDs), without: it.concernedUnitIDs)
                ),
                optional: true),
            field(
                "urgency",
                .radios(
                    choices(
                        CaseFile.Urgency.allCases.map(\.rawValue), "urgencies", "urgency",
                        otherwise: it.urgency.rawValue))),
            field("remark", .area(rows: 2), optional: true),
        ]
    }
}

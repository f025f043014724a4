import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    func addLotDesk(to desk: RouterGroup<MinyiContext>) {
        desk.get("hearings/:number/lot") { _, context -> Response in
            let hearing = try await lotHearing(context)
            return try await lotPage(hearing, LotForm(), context)
        }
        desk.post("hearings/:number/lot/commit") { _, context -> Response in
            try await lotStep("committed", context) { hearing, _, form, errors in
                guard let due = value(of: form, hearing, &errors, context) else { return nil }
                return {
                    try await CommitLot(gathering: hearing.id, source: form.source, dueAt: due)(
                        vault: intake.vault, in: pools.staff, as: context.actor)
                }
            }
        }
        desk.post("hearings/:number/lot/source") { _, context -> Response in
            try await lotStep("renamed", context) { hearing, lot, form, errors in
                guard let due = value(of: form, hearing, &errors, context) else { return nil }
                return step(.rename(source: form.source, dueAt: due), lot, context)
            }
        }
        desk.post("hearings/:number/lot/freeze") { _, context -> Response in
            try await lotStep("frozen", context) { _, lot, _, _ in step(.freeze, lot, context) }
        }
        desk.post("hearings/:number/lot/value") { _, context -> Response in
            try await lotStep("valued", context) { _, lot, form, errors in
                let (typed, again) = (LotStep.value(typed: form.value), LotStep.value(typed: form.valueAgain))
                errors.require(
                    (1...200).contains(TextLength.count(typed)), "value", context.texts["refusals.lots_value_form"])
                errors.require(typed == again, "value_again", context.texts["lots.errors.again"])
                let witnesses = form.witnesses(&errors, context.texts)
                return step(.enter(value: typed, witnesses: witnesses, scan: form.scan?.id), lot, context)
            }
        }
        desk.post("hearings/:number/lot/draw") { _, context -> Response in
            try await lotStep("drawn", context) { _, lot, _, _ in
                lot.map { lot in
                    { try await DrawLot(lot.id)(vault: intake.vault, in: pools.staff, as: context.actor) }
                }
            }
        }
        desk.post("hearings/:number/lot/witnessed") { _, context -> Response in
            try await lotStep("recorded", context) { hearing, _, form, errors in
                try await witnessed(form, hearing, &errors, context)
            }
        }
        desk.post("hearings/:number/lot/annul") { _, context -> Response in
            try await lotStep("annulled", context) { _, lot, form, errors in
                errors.require(
                    (1...500).contains(TextLength.count(form.why)), "why", context.texts["refusals.lots_annulled_why"])
                return lot.map { lot in
                    {
                        try await AnnulLot(lot.id, why: form.why)(
                            vault: intake.vault, in: pools.staff, as: context.actor)
                    }
                }
            }
        }
    }

    private typealias Doing = () async throws -> Void

    /// One press: what was typed is checked, done, and shown again where it was refused.
    private func lotStep(
        _ done: String, _ context: MinyiContext,
        _ prepare: (LotHearing, DeskLot?, LotForm, inout FormErrors) async throws -> Doing?
    ) async throws -> Response {
        let hearing = try await lotHearing(context)
        let (categories, lots) = try await lotState(of: hearing, context)
        var (form, errors) = (LotForm(context.form, categories: categories), FormErrors())
        form.scan = try await keptScan(of: hearing, &errors, context)
        let held = lots.first { $0.lot.state != .annulled }
        let doing = try await prepare(hearing, held, form, &errors)
        guard errors.isEmpty else {
            return try await lotPage(hearing, form, errors: errors, status: .unprocessableContent, context)
        }
        do {
            try await doing?()
        } catch {
            guard let refusal = Refusal(error), let sentence = context.texts.refusal(error) else { throw error }
            let errors = FormErrors(Self.field(of: refusal.constraint), sentence)
            return try await lotPage(try await lotHearing(context), form, errors: errors, status: .conflict, context)
        }
        // Nothing is left to be done where another has been faster.
        guard doing != nil else {
            return try await lotPage(
                hearing, form, errors: FormErrors("lot", context.texts["lots.errors.gone"]), status: .conflict, context)
        }
        context.visit.flash(.done, context.texts["lots.done.\(done)"])
        return .seeOther(hearing.address + "/lot")
    }

    private static func field(of constraint: String) -> String {
        switch constraint {
        case "lots_value_ahead": "value_due"
        case "lots_value_form": "value"
        case "lots_witnesses_two": "witness_name_1"
        case "lots_drawn_when", "lots_judged_since": "drawn_at"
        case "lots_place": "place"
        case "lots_scan": "scan"
        default: "lot"
        }
    }

    private func step(_ step: LotStep, _ lot: DeskLot?, _ context: MinyiContext) -> Doing? {
        lot.map { lot in { try await step(on: lot.id, in: pools.staff, as: context.actor) } }
    }

    /// The moment at which the public value comes into being.
    private func value(
        of form: LotForm, _ hearing: LotHearing, _ errors: inout FormErrors, _ context: MinyiContext
    ) -> Date? {
        let texts = context.texts
        errors.require((1...300).contains(TextLength.count(form.source)), "value_source", texts["lots.errors.source"])
        let due = ChinaTime.parse(form.due)
        errors.require(due != nil, "value_due", texts["lots.errors.due"])
        return due
    }

    private func witnessed(
        _ form: LotForm, _ hearing: LotHearing, _ errors: inout FormErrors, _ context: MinyiContext
    ) async throws -> Doing? {
        let (texts, categories) = (context.texts, try await lotState(of: hearing, context).categories)
        let drawnAt = ChinaTime.parse(form.drawnAt)
        errors.require(drawnAt != nil, "drawn_at", texts["refusals.lots_drawn_when"])
        errors.require((1...200).contains(TextLength.count(form.place)), "place", texts["refusals.lots_place"])
        errors.require(TextLength.count(form.notary) <= 100, "notary", texts["lots.errors.notary"])
        let witnesses = form.witnesses(&errors, texts)
        let drawn = form.drawn(of: categories, &errors, texts)
        if errors[field: "scan"] == nil {
            errors.require(form.scan != nil, "scan", texts["refusals.lots_scan"])
        }
        guard let drawnAt, let scan = form.scan?.id else { return nil }
        let record = RecordWitnessedLot(
            gathering: hearing.id, drawnAt: drawnAt, place: form.place, notary: form.notary, witnesses: witnesses,
            drawn: drawn, scan: scan)
        return { try await record(in: pools.staff, as: context.actor) }
    }

    private func lotState(
        of hearing: LotHearing, _ context: MinyiContext
    ) async throws -> (categories: [LotHearing.Category], lots: [DeskLot]) {
        try await pools.staff.read(as: context.actor) { tx in
            (
                try tx.all(LotHearing.categories(of: hearing.id), as: LotHearing.Category.self),
                try tx.all(DeskLot.of(hearing.id), as: DeskLot.self)
            )
        }
    }

    private func lotPage(
        _ hearing: LotHearing, _ form: LotForm, errors: FormErrors = FormErrors(),
        status: HTTPResponse.Status = .ok, _ context: MinyiContext
    ) async throws -> Response {
        let (categories, lots) = try await lotState(of: hearing, context)
        let page = LotDeskPage(
            hearing, categories, lots, form: form, errors: errors, for: try context.staff, context.texts)
        return try pages.render(page, in: context, status: status)
    }
}

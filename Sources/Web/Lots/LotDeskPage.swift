import Foundation
import Participation
import Text

/// The lot of a hearing at the desk, step by step, in both ways.
struct LotDeskPage: Page {
    static let template = "lots/desk"

    struct Count: Sendable {
        let name: String
        let seatCount: Int
        let eligible: Int
        let pending: Int
        let needs: String
    }

    struct WitnessRow: Sendable {
        let row: Int
        let witnessName: String
        let capacity: String
        /// The first row carries what is wrong with all of them.
        let error: String?
    }

    struct NumbersField: Sendable {
        let id: String
        let label: String
        let hint: String
        let typed: String
        let rows: Int
        let error: String?
    }

    struct Witnessed: Sendable {
        let drawnAt: String
        let place: String
        let notary: String
        let numbers: [NumbersField]
    }

    struct Commit: Sendable {
        let action: String
        let button: String
        let source: String
        let due: String
    }

    struct ValueEntry: Sendable {
        let value: String
        let again: String
        let source: String
    }

    struct Annulment: Sendable {
        let why: String
    }

    let title: String
    let crumbs: [Crumb]
    let address: String
    let publicHref: String?
    let state: String
    let stateText: String
    let next: String
    let counts: Filled<Count>?
    let witnessed: Witnessed?
    let commit: Commit?
    let rename: Commit?
    let mayFreeze: Bool
    let valueEntry: ValueEntry?
    let mayDraw: Bool
    let listHref: String?
    let annulForm: Annulment?
    let witnesses: [WitnessRow]
    let kept: Fact?
    let keptID: String?
    let categories: [LotCategoryPart]
    let facts: Filled<Fact>?
    let scanHref: String?
    let annulled: Filled<LotPage.Annulled>?
    let errors: FormErrors

    init(
        _ hearing: LotHearing, _ categories: [LotHearing.Category], _ lots: [DeskLot], form: LotForm = LotForm(),
        errors: FormErrors = FormErrors(), for staff: StaffActor, _ texts: Texts
    ) {
        title = texts["lots.desk.title", ["title": hearing.title]]
        crumbs = texts.crumbs(to: hearing)
        address = hearing.address + "/lot"
        let held = lots.first { $0.lot.state != .annulled }
        publicHref = lots.isEmpty ? nil : "/hearings/\(hearing.number)/lot"
        let organises = staff.has(.organiser, in: [hearing.unitID]) && hearing.isComing
        let takesPart = organises || staff.has(.clerk, in: hearing.unitIDs) && hearing.isComing
        state = held?.lot.state.rawValue ?? "none"
        stateText = texts["lots.states.\(state)"]
        let needsLot = categories.contains(where: \.needsLot)
        let pending = categories.reduce(0) { $0 + $1.pending }
        let isValued = held?.lot.value != nil
        let isOther = held.map { $0.valueEnteredBy != staff.staffID } ?? false
        let isDue = held.flatMap { $0.lot.valueDueAt }.map { $0 <= Self.time(hearing.now) } ?? false
        let step: String =
            switch held?.lot.state {
            case nil:
                !hearing.isComing
                    ? "over"
                    : !hearing.registrationIsOver
                        ? "choose" : pending > 0 ? "check_first" : needsLot ? "draw_on_site" : "no_draw"
            case .committed: hearing.registrationIsOver ? pending > 0 ? "check_first" : "freeze" : "wait_for_end"
            case .frozen: isValued ? isOther ? "draw" : "other_person" : isDue ? "enter" : "wait_for_value"
            default: hearing.isListed ? "listed" : "seat"
            }
        let does =
            texts[
                "lots.desk.next.\(step)",
                [
                    "pending": pending, "due": texts.lotTime(held?.lot.valueDueAt) ?? "",
                    "end": hearing.registrationUntil.map { ChinaTime.deadline($0, in: texts.clock) } ?? "",
                    "who": held?.valueEnteredByName ?? "",
                ]]
        // Who may only look on reads whose turn it is, not why a button is missing.
        let isForOrganisers = ["choose", "draw_on_site", "freeze", "draw", "seat"].contains(step)
        next = isForOrganisers && !organises ? does + texts["lots.desk.next.by_organiser"] : does
        counts = Filled(
            categories.map {
                Count(
                    name: $0.name, seatCount: $0.seats, eligible: $0.eligible.count, pending: $0.pending,
                    needs: texts[
                        "lots.desk.needs.\(Self.needs($0, registrationIsOver: hearing.registrationIsOver))",
                        ["pending": $0.pending]])
            })
        witnessed =
            held == nil && organises && hearing.registrationIsOver && pending == 0 && needsLot
            ? Witnessed(
                drawnAt: form.drawnAt, place: form.place, notary: form.notary,
                numbers: categories.map { category in
                    NumbersField(
                        id: "numbers_\(category.code)", label: category.name,
                        hint: texts[
                            category.needsLot ? "lots.desk.numbers_hint" : "lots.desk.numbers_small",
                            ["count": category.eligible.count, "example": category.eligible.first ?? ""]],
                        typed: form.numbers[category.code] ?? "", rows: min(12, max(2, category.eligible.count)),
                        error: errors[field: "numbers_\(category.code)"])
                }) : nil
        commit =
            held == nil && organises && !hearing.registrationIsOver && !categories.isEmpty
            ? Commit(
                action: address + "/commit", button: texts["lots.desk.commit_button"], source: form.source,
                due: form.due)
            : nil
        rename =
            held?.lot.state == .committed && organises
            ? Commit(
                action: address + "/source", button: texts["lots.desk.rename_button"],
                source: form.source.isEmpty ? held?.lot.valueSource ?? "" : form.source, due: form.due) : nil
        mayFreeze = step == "freeze" && organises
        valueEntry =
            step == "enter" && takesPart
            ? ValueEntry(value: form.value, again: form.valueAgain, source: held?.lot.valueSource ?? "") : nil
        mayDraw = step == "draw" && organises
        listHref = held?.lot.state == .drawn || step == "no_draw" ? hearing.address + "/list" : nil
        annulForm = held != nil && organises && !hearing.isListed ? Annulment(why: form.why) : nil
        witnesses = form.witnesses.enumerated().map { index, witness in
            WitnessRow(
                row: index + 1, witnessName: witness.name, capacity: witness.capacity,
                error: index == 0 ? errors[field: "witness_name_1"] : nil)
        }
        kept = form.scan.map { Fact(label: texts["lots.desk.kept"], text: $0.name) }
        keptID = form.scan?.id.uuidString.lowercased()
        self.categories = held.map { texts.categories(of: $0.lot) } ?? []
        facts = Filled(
            (held.map { texts.facts(of: $0.lot) } ?? [])
                + (held?.drawnByName.map { [Fact(label: texts["lots.facts.drawn_by"], text: $0)] } ?? []))
        scanHref = held?.scanID.map { "/desk/attachments/\($0.uuidString.lowercased())" }
        annulled = Filled(
            lots.filter { $0.lot.state == .annulled }.map {
                LotPage.Annulled(
                    facts: texts.facts(of: $0.lot), fileHref: "/hearings/\(hearing.number)/lot.json?lot=\($0.id)")
            })
        self.errors = errors
    }

    /// Whether there is a lot stands fast only when everybody has registered and been checked; before, that there may be one: who wants it
    /// verifiable commits while registration is open.
    private static func needs(_ category: LotHearing.Category, registrationIsOver: Bool) -> String {
        if category.needsLot { return "yes" }
        if registrationIsOver { return category.pending > 0 ? "pending" : "no" }
        return category.pending > 0 ? "open_pending" : "open"
    }

    /// As the file writes moments, which compare as text.
    private static func time(_ moment: Date) -> String {
        moment.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
    }

    private init(step: Int) {
        (title, address) = ("抽签", "/desk/hearings/H-1/lot")
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        (state, stateText, next) = ("none", "还没有抽签", "选一种抽签的办法。")
        counts = step == 0 ? nil : Filled([Count(name: "居民", seatCount: 2, eligible: 5, pending: 1, needs: "要抽签")])
        let numbers = NumbersField(
            id: "numbers_c01", label: "居民", hint: "一行一个", typed: "000103-6", rows: 5, error: step == 1 ? "少了一个" : nil)
        witnessed =
            step == 1
            ? Witnessed(drawnAt: "2026-12-16T09:00", place: "政务中心", notary: "公证处", numbers: [numbers]) : nil
        let source = Commit(action: "/c", button: "公布", source: "双色球", due: "2026-12-15T21:15")
        commit = step == 1 ? source : nil
        rename = step == 2 ? source : nil
        (mayFreeze, mayDraw) = (step == 2, step == 3)
        valueEntry = step == 3 ? ValueEntry(value: "03 09", again: "03 09", source: "双色球") : nil
        listHref = step == 3 ? "/l" : nil
        annulForm = step >= 2 ? Annulment(why: "抄错了") : nil
        witnesses = [WitnessRow(row: 1, witnessName: "钟某", capacity: "县司法局", error: step == 1 ? "少一位" : nil)]
        kept = step == 1 ? Fact(label: "已经收到", text: "抽签.pdf") : nil
        keptID = step == 1 ? "x" : nil
        categories = step == 0 ? [] : LotCategoryPart.samples
        facts = step == 3 ? Filled([Fact(label: "数", text: "03")]) : nil
        scanHref = step == 3 ? "/desk/attachments/x" : nil
        publicHref = step == 3 ? "/hearings/H-1/lot" : nil
        annulled = step == 3 ? Filled([LotPage.Annulled(facts: [Fact(label: "理由", text: "抄错了")], fileHref: "/f")]) : nil
        errors =
            step == 0
            ? FormErrors()
            : FormErrors(
                [
                    "lot", "value_source", "value_due", "drawn_at", "place", "notary", "scan", "value", "value_again",
                    "why",
                ].map { ($0, "不对") })
    }

    static let samples = (0...3).map { LotDeskPage(step: $0) }
}

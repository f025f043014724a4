import Participation
import Text

/// One form of a matter, as a line of its timeline.
struct TimelineLine: Sendable {
    let form: String
    let title: String
    let href: String
    let period: String
    let state: String
    /// Absent for the public.
    let received: String?
    /// Its dates, each with the rule it is measured against and whether it is kept; at the desk.
    let basis: Filled<String>?

    static let sample = TimelineLine(
        form: "听证会", title: "听证会", href: "/hearings/H-1", period: "12月10日9:00", state: "已公告", received: "收到 8 件",
        basis: Filled(["公告：12月1日，提前 30 日（符合）"]))

    /// - Parameter basis: what each of its dates rests on.
    init(_ it: ProcedureTimeline.Form, basis: [String] = [], isDesk: Bool, _ texts: Texts) {
        form = texts["coming.forms.\(it.kind)"]
        title = it.title
        href = Self.href(it, isDesk: isDesk)
        let isHeld = ["hearing", "forum", "visit"].contains(it.kind)
        let begin = it.opensAt.map {
            isHeld ? ChinaTime.minute($0, in: texts.clock) : ChinaTime.day($0, in: texts.clock)
        }
        let end =
            isHeld
            ? nil : it.closesAt.map { texts["coming.until", ["moment": ChinaTime.deadline($0, in: texts.clock)]] }
        let register = it.registrationUntil.map {
            texts["coming.register_until", ["moment": ChinaTime.deadline($0, in: texts.clock)]]
        }
        period =
            begin == nil && end == nil
            ? texts["coming.no_day"]
            : [begin, end, register].compactMap { $0 }.joined(separator: texts["coming.comma"])
        state = texts["coming.states.\(it.state)"]
        received =
            it.isToBeWorkedUp
            ? it.noted.map { texts.noted($0) } : it.received.map { texts["coming.received", ["count": $0]] }
        self.basis = Filled(basis)
    }

    private init(
        form: String, title: String, href: String, period: String, state: String, received: String?,
        basis: Filled<String>?
    ) {
        self.basis = basis
        (self.form, self.title, self.href) = (form, title, href)
        (self.period, self.state, self.received) = (period, state, received)
    }

    private static func href(_ it: ProcedureTimeline.Form, isDesk: Bool) -> String {
        let desk = isDesk ? "/desk" : ""
        return switch it.kind {
        case "hearing", "forum", "visit": isDesk ? "/desk/hearings/\(it.number)" : "/\(it.kind)s/\(it.number)"
        case "questionnaire", "poll": "\(desk)/questionnaires/\(it.number)"
        case "written": "/desk/written"
        default: isDesk ? "/desk/procedures/\(it.number)" : "/consultations/\(it.number)"
        }
    }
}

extension Texts {
    /// What was said at a gathering that is not worked up, in words: a nought would be false.
    func noted(_ count: Int) -> String {
        count == 0 ? self["coming.noted_none"] : self["coming.noted", ["count": count]]
    }
}

/// The matter at the desk: every form, and what its result still waits for.
struct TimelinePage: Page {
    static let template = "coming/timeline"

    let title: String
    let backHref: String
    let lines: Filled<TimelineLine>?
    let missing: Filled<String>?

    static let samples = [
        TimelinePage(
            title: "进程", backHref: "/desk/procedures/S-1", lines: Filled([.sample]), missing: Filled(["还有 3 条意见没有答复。"])),
        TimelinePage(title: "进程", backHref: "/desk/procedures/S-1", lines: nil, missing: nil),
    ]
}

extension TimelinePage {
    init(_ it: ProcedureTimeline, number: String, _ texts: Texts) {
        self.title = texts["coming.timeline_of", ["title": it.title]]
        backHref = "/desk/procedures/\(number)"
        lines = Filled(
            it.forms.map { TimelineLine($0, basis: Self.basis(of: $0, in: it, texts), isDesk: true, texts) })
        var missing = it.forms.filter(\.holdsTheResult).map {
            texts["coming.waits_for", ["form": texts["coming.forms.\($0.kind)"], "title": $0.title]]
        }
        if it.unanswered > 0 { missing.append(texts["coming.unanswered", ["count": it.unanswered]]) }
        self.missing = Filled(missing)
    }

    /// In words: the day, how far it lies from what it is counted from, and the rule.
    private static func basis(of form: ProcedureTimeline.Form, in it: ProcedureTimeline, _ texts: Texts) -> [String] {
        if form.kind == "solicitation" {
            let strip = PeriodStrip(it.period, opensAt: nil, rule: it.rule, reason: "", texts)
            return [strip.text, strip.rule].compactMap { $0 }
        }
        return (it.planned[form.number] ?? []).map { planned in
            let step = PlannerPart.Step(planned, texts)
            return [step.name, step.day, step.rule, step.basis, step.standing].compactMap { $0 }.joined(
                separator: " · ")
        }
    }
}

import Foundation
import Participation
import Text

extension CaseListPage {
    init(_ list: CaseList, filter: CaseFilter, after: CaseList.Place?, for staff: StaffActor, _ texts: Texts) {
        title = texts["casework.title"]
        entryHref = staff.has(.organiser) || staff.has(.clerk) ? CaseTenant.all.first?.entryHref : nil
        tabs = CaseFilter.View.allCases.filter {
            $0 == .open || $0 == .closed || $0 == filter.view || list.counts[$0] ?? 0 > 0
        }.map { view in
            let count = list.counts[view].map { $0 >= CaseList.mostCounted ? "\(CaseList.mostCounted)+" : String($0) }
            var plain = CaseFilter()
            plain.view = view
            return Tab(
                text: texts["casework.views.\(view.rawValue)"], count: count, href: "/desk/cases" + plain.query(),
                current: view == filter.view)
        }
        view = filter.view.rawValue
        words = filter.words
        states = CaseFile.State.allCases.map {
            Choice(value: $0.rawValue, text: texts.state($0), chosen: $0 == filter.state)
        }
        units = list.units.map { Choice(value: String($0.id), text: $0.name, chosen: $0.id == filter.unitID) }
        urgencies = CaseFile.Urgency.allCases.map {
            Choice(value: $0.rawValue, text: texts.urgency($0), chosen: $0 == filter.urgency)
        }
        topics = texts.topics(chosen: filter.topic)
        warnings = CaseFile.Warning.allCases.filter { $0 != .none }.map {
            Choice(value: $0.rawValue, text: texts.warning($0), chosen: $0 == filter.warning)
        }
        var plain = CaseFilter()
        plain.view = filter.view
        clearHref = filter.isNarrowed ? "/desk/cases" + plain.query() : nil
        found = filter.words.isEmpty ? nil : texts["casework.found", ["count": CaseList.mostFound]]
        lines = Filled(list.cases.map { Line($0, texts) })
        emptyText = texts[filter.isNarrowed ? "casework.empty.narrowed" : "casework.empty.\(filter.view.rawValue)"]
        firstHref = after == nil ? nil : "/desk/cases" + filter.query()
        nextHref = list.next.map { "/desk/cases" + filter.query(after: $0) }
        let writes = [.organiser, .clerk, .approver].contains { staff.has($0) }
        templatesHref = writes ? "/desk/reply-templates" : nil
        responsibilitiesHref =
            staff.has(.administrator) || staff.has(.organiser) ? "/desk/responsibilities" : nil
    }
}

extension CaseListPage.Line {
    fileprivate init(_ it: CaseFile, _ texts: Texts) {
        href = "/desk/cases/\(it.id)"
        (number, title, topic) = (it.number, it.title, texts.topic(it))
        unit = it.unitName ?? it.officeName
        (state, stateText) = (it.state.rawValue, texts.state(it.state))
        urgency = it.urgency == .ordinary ? nil : texts.urgency(it.urgency)
        received = ChinaTime.shortDay(it.receivedOn, in: texts.clock)
        due = DueMark(it, texts)
    }
}

extension CaseFilter {
    /// As an address names it; what makes no sense is left out.
    init(_ query: FormData) {
        self.init()
        view = View(rawValue: query.string("view")) ?? .open
        state = CaseFile.State(rawValue: query.string("state"))
        unitID = query.int("unit")
        urgency = CaseFile.Urgency(rawValue: query.string("urgency"))
        topic = String(query.string("topic").unicodeScalars.prefix(30))
        warning = CaseFile.Warning(rawValue: query.string("warning"))
        words = String(String.UnicodeScalarView(query.string("q").unicodeScalars.prefix(60)))
    }

    /// `?view=open&state=assigned`; empty where nothing is chosen.
    func query(after place: CaseList.Place? = nil) -> String {
        var fields: [(String, String)] = []
        if view != .open { fields.append(("view", view.rawValue)) }
        if let state { fields.append(("state", state.rawValue)) }
        if let unitID { fields.append(("unit", String(unitID))) }
        if let urgency { fields.append(("urgency", urgency.rawValue)) }
        if !topic.isEmpty { fields.append(("topic", topic)) }
        if let warning { fields.append(("warning", warning.rawValue)) }
        if !words.isEmpty { fields.append(("q", words)) }
        if let place { fields.append(("after", place.text)) }
        guard !fields.isEmpty else { return "" }
        return "?" + fields.map { "\($0)=\(URLEncodedFields.encode($1))" }.joined(separator: "&")
    }
}

extension CaseList.Place {
    /// Microseconds since 1970, as exact as the database has them, and the id.
    fileprivate var text: String { "\(Int64((moment.timeIntervalSince1970 * 1_000_000).rounded()))-\(id)" }

    /// Nil for what no page of ours has written.
    init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1).map { Int64($0) }
        guard parts.count == 2, let moment = parts[0], let id = parts[1], (0...4_102_444_800_000_000).contains(moment)
        else {
            return nil
        }
        self.init(moment: Date(timeIntervalSince1970: Double(moment) / 1_000_000), id: Int(id))
    }
}

import Participation

extension WorkbenchFilter {
    /// The filter in the query of an address; what is not known there is left out.
    init(_ query: FormData) {
        self.init()
        view = View(rawValue: query.string("view")) ?? .open
        channel = Channel(rawValue: query.string("channel"))
        ending = Reconciliation.Ending(rawValue: query.string("ending"))
        submitter = Submitter.Kind(rawValue: query.string("sender"))
        row = query.string("row")
        unit = query.int("unit")
        group = query.int("group")
    }

    /// The query that leads to this filter; what is at its usual value is left out.
    func query(after: Int = 0) -> String {
        var pairs: [(String, String)] = [("view", view.rawValue)]
        if let channel { pairs.append(("channel", channel.rawValue)) }
        if let ending { pairs.append(("ending", ending.rawValue)) }
        if let submitter { pairs.append(("sender", submitter.rawValue)) }
        if !row.isEmpty { pairs.append(("row", row)) }
        if let unit { pairs.append(("unit", String(unit))) }
        if let group { pairs.append(("group", String(group))) }
        if after > 0 { pairs.append(("after", String(after))) }
        return "?" + pairs.map { "\($0.0)=\(URLEncodedFields.encode($0.1))" }.joined(separator: "&")
    }

    /// Whether anything but the view narrows the list.
    var isNarrowed: Bool {
        channel != nil || ending != nil || submitter != nil || !row.isEmpty || unit != nil || group != nil
    }
}

import Participation

extension SubmissionFilter {
    /// The filter in the query of the list's address; what is not known there is left out.
    init(_ query: FormData) {
        self.init(
            view: View(rawValue: query.string("view")) ?? .pending, channel: Channel(rawValue: query.string("channel")),
            row: query.string("row"), text: query.string("q"))
    }

    /// The query that leads to this filter; what is at its usual value is left out.
    func query(after: Int = 0) -> String {
        var pairs: [(String, String)] = [("view", view.rawValue)]
        if let channel { pairs.append(("channel", channel.rawValue)) }
        if !row.isEmpty { pairs.append(("row", row)) }
        if !text.isEmpty { pairs.append(("q", text)) }
        if after > 0 { pairs.append(("after", String(after))) }
        return "?" + pairs.map { "\($0.0)=\(URLEncodedFields.encode($0.1))" }.joined(separator: "&")
    }

    /// Whether anything but the view narrows the list.
    var isNarrowed: Bool { channel != nil || !row.isEmpty || !text.isEmpty }
}

import Text

/// The columns of a table of comments that came by other ways than the web.
package enum CommentColumn: String, EntryColumn {
    case receivedOn = "received_on"
    case channel, row, body, sender, organisation, people, name, phone
    case showName = "show_name"

    package var heading: String {
        switch self {
        case .receivedOn: "收到日期"
        case .channel: "渠道"
        case .row: "针对的序号"
        case .body: "意见内容"
        case .sender: "提出人"
        case .organisation: "单位名称"
        case .people: "联名人数"
        case .name: "姓名"
        case .phone: "电话"
        case .showName: "可以写名称"
        }
    }

    package static let required: [CommentColumn] = [.receivedOn, .channel, .body]
    package static let telling: Set<CommentColumn> = [.body]

    package var width: Double { self == .body ? 60 : self == .organisation ? 24 : 14 }

    private static let others: [String: CommentColumn] = [
        "日期": .receivedOn, "收到时间": .receivedOn, "来信日期": .receivedOn, "来电时间": .receivedOn, "序号": .row, "条款": .row,
        "针对": .row,
        "意见": .body, "内容": .body, "意见建议": .body, "建议": .body, "反馈人类型": .sender, "单位": .organisation, "人数": .people,
        "反馈人": .name, "联系人": .name, "联系电话": .phone, "手机": .phone, "可以写称呼": .showName,
    ]

    package init?(heading: String) {
        let plain = Self.plain(heading)
        guard let known = Self.allCases.first(where: { $0.heading == plain }) ?? Self.others[plain] else { return nil }
        self = known
    }
}

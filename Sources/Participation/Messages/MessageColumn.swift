import Text

/// The columns of a table of messages.
package enum MessageColumn: String, EntryColumn {
    case source, number
    case receivedOn = "received_on"
    case channel, kind, title, body, place, unit
    case concernedUnits = "concerned_units"
    case concernedNames = "concerned_names"
    case name, phone, email, publish
    case showName = "show_name"

    /// As it stands in the template.
    package var heading: String {
        switch self {
        case .source: "来源系统"
        case .number: "原编号"
        case .receivedOn: "收到日期"
        case .channel: "渠道"
        case .kind: "类型"
        case .title: "标题"
        case .body: "内容"
        case .place: "地点"
        case .unit: "希望办理的单位"
        case .concernedUnits: "涉及的单位"
        case .concernedNames: "涉及的人"
        case .name: "姓名"
        case .phone: "电话"
        case .email: "邮箱"
        case .publish: "可以公开"
        case .showName: "可以写称呼"
        }
    }

    package static let telling: Set<MessageColumn> = [.title, .body]
    package static let required: [MessageColumn] = [.receivedOn, .channel, .kind, .title, .body]

    /// Widths in characters, for the template.
    package var width: Double {
        switch self {
        case .body: 60
        case .title, .place: 30
        case .unit, .concernedUnits, .email: 20
        default: 14
        }
    }

    /// Other names by which systems export them.
    private static let others: [String: MessageColumn] = [
        "来源": .source, "系统": .source, "编号": .number, "工单编号": .number, "工单号": .number, "受理编号": .number,
        "日期": .receivedOn,
        "收到时间": .receivedOn, "来电时间": .receivedOn, "受理时间": .receivedOn, "留言时间": .receivedOn, "来信日期": .receivedOn,
        "诉求类型": .kind, "留言类型": .kind, "类别": .kind, "主题": .title, "诉求标题": .title, "留言标题": .title, "诉求内容": .body,
        "留言内容": .body,
        "正文": .body, "地址": .place, "事发地点": .place, "事发地址": .place, "希望办理单位": .unit, "承办单位": .unit,
        "涉及单位": .concernedUnits,
        "涉及人员": .concernedNames, "联系人": .name, "来电人": .name, "称呼": .name, "联系电话": .phone, "手机": .phone, "手机号": .phone,
        "来电号码": .phone, "电子邮箱": .email, "电子邮件": .email, "是否公开": .publish, "公开": .publish,
    ]

    package init?(heading: String) {
        let plain = Self.plain(heading)
        guard let known = Self.allCases.first(where: { $0.heading == plain }) ?? Self.others[plain] else { return nil }
        self = known
    }
}

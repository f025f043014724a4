import Participation
import Text

/// A message on the public board: what was asked, what was answered, and in what time.
struct MessagePage: Page {
    static let template = "messages/message"

    struct Version: Sendable {
        let text: String
        let sealed: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let kind: String
    let state: String
    let stateText: String
    let late: String?
    /// That it is open again, and until when.
    let again: String?
    let facts: [Fact]
    /// Who wrote it, masked; absent unless they allowed it.
    let name: String?
    let question: String?
    let answer: String?
    let answeredBy: String?
    /// Why there are no words: not answered yet, or sealed.
    let notice: String?
    let rating: Filled<Fact>?
    let versions: Filled<Version>?
    let hash: String?

    static let samples = [
        MessagePage(
            title: "路灯不亮", crumbs: [Crumb(href: "/", text: "首页")], kind: "咨询", state: "answered", stateText: "已答复",
            late: "逾期答复", again: "正在重新办理。", facts: [Fact(label: "收到", text: "11月20日")], name: "李**",
            question: "晚上看不见。\n请修。",
            answer: "已修好。", answeredBy: "县城管局，11月22日", notice: "还没有答复。",
            rating: Filled([Fact(label: "解决了吗", text: "解决了")]),
            versions: Filled([Version(text: "第 1 版", sealed: true)]), hash: "9f"),
        MessagePage(
            title: "路灯不亮", crumbs: [], kind: "咨询", state: "open", stateText: "正在办理", late: nil, again: nil, facts: [],
            name: nil,
            question: nil, answer: nil, answeredBy: nil, notice: nil, rating: nil, versions: nil, hash: nil),
    ]
}

extension MessagePage {
    /// - Parameter versions: the newest first.
    init(_ message: PublicMessage, versions: [PublishedMessage], _ texts: Texts) {
        let clock = texts.clock
        let content = versions.first?.content
        title = content?.title ?? texts["messages.board.untitled", ["number": message.number]]
        crumbs = [Crumb(href: "/", text: texts["nav.home"]), Crumb(href: "/messages", text: texts["nav.messages"])]
        kind = texts["messages.kinds.\(message.kind.rawValue)"]
        (state, stateText) = texts.state(of: message)
        late = texts.late(message)
        again = message.isHandledAgain ? texts["messages.board.again"] : nil
        var facts = [
            Fact(label: texts["messages.board.number"], text: message.number),
            Fact(label: texts["messages.board.unit"], text: content?.unit ?? message.unitName),
            Fact(label: texts["messages.board.received"], text: ChinaTime.day(message.receivedOn, in: clock)),
        ]
        if let due = message.dueOn {
            facts.append(
                Fact(
                    label: texts["messages.board.due"],
                    text: ChinaTime.day(due, in: clock) + (message.isProvisional ? texts["messages.provisional"] : "")))
        }
        if let answered = message.answeredOn {
            facts.append(Fact(label: texts["messages.board.answered"], text: ChinaTime.day(answered, in: clock)))
        }
        if let days = message.workingDays {
            facts.append(
                Fact(
                    label: texts["messages.board.used"],
                    text: days == 0
                        ? texts["messages.board.same_day"] : texts["messages.board.working_days", ["count": days]]))
        }
        self.facts = facts
        name = content.flatMap { $0.name.isEmpty ? nil : $0.name }
        (question, answer) = (content?.question, content?.answer)
        answeredBy = content.map { content in
            [content.unit, message.answeredOn.map { ChinaTime.day($0, in: clock) }].compactMap { $0 }
                .joined(separator: texts["messages.dot"])
        }
        if let sealed = versions.first?.sealedAt ?? message.sealedAt {
            notice =
                texts[
                    "messages.board.sealed_on",
                    [
                        "day": ChinaTime.day(ChinaTime.date(sealed), in: clock),
                        "reason": texts["notices.seal_reasons.\(versions.first?.sealReason ?? "other")"],
                    ]]
        } else {
            notice = content == nil ? texts["messages.board.waiting"] : nil
        }
        rating = message.resolved.flatMap { resolved in
            Filled([
                Fact(
                    label: texts["messages.rating.resolved"],
                    text: texts["messages.rating.resolved_\(resolved.rawValue)"]),
                Fact(
                    label: texts["messages.rating.attitude"],
                    text: texts["messages.rating.of_five", ["count": message.attitude ?? 0]]),
                Fact(
                    label: texts["messages.rating.speed"],
                    text: texts["messages.rating.of_five", ["count": message.speed ?? 0]]),
            ])
        }
        self.versions =
            versions.count < 2
            ? nil
            : Filled(
                versions.map {
                    Version(
                        text: texts[
                            "messages.board.version",
                            ["version": $0.version, "moment": ChinaTime.minute($0.publishedAt, in: clock)]],
                        sealed: $0.sealedAt != nil)
                })
        hash = content == nil ? nil : versions.first.map { Hexadecimal.encode($0.contentHash) }
    }
}

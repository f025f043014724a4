import HTTPTypes
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    private static let linesOnPage = 30

    /// The board is read from its own table each time, by an index for each way of looking at it: a memory of pages would be out of
    /// date with every message that comes in.
    func addMessageBoard(to router: Router<MinyiContext>) {
        router.get("/messages") { request, context -> Response in
            let query = try request.query()
            try publicPages.admitSearch(context)
            let filter = PublicMessageList.Filter(
                kind: MessageKind(rawValue: query.string("kind")), unitID: query.int("unit"),
                state: PublicMessageList.State(rawValue: query.string("state")),
                text: String(query.string("q").unicodeScalars.prefix(100)))
            let list = try await PublicMessageList.read(
                filter, before: query.optional("before"), limit: Self.linesOnPage, in: pools.public)
            let units = try await pools.public.all(Unit.all, as: Unit.self)
            return try pages.render(MessageListPage(list, filter, units: units, context.texts), in: context)
        }

        router.get("/messages/:number") { _, context -> Response in
            guard let number = try? SubmissionNumber(try context.text("number")),
                let message = try await PublicMessage.find(number.description, in: pools.public)
            else { throw Problem.notFound }
            let versions = try await PublishedMessage.versions(of: message.id, in: pools.public)
            return try pages.render(
                MessagePage(message, versions: versions, context.texts), in: context,
                status: message.sealedAt == nil ? .ok : .gone)
        }
    }
}

extension MessageListPage {
    init(_ list: PublicMessageList, _ filter: PublicMessageList.Filter, units: [Participation.Unit], _ texts: Texts) {
        title = texts["messages.board.title"]
        text = filter.text
        kinds = MessageKind.allCases.filter(\.canBePublished).map {
            Choice(value: $0.rawValue, text: texts["messages.kinds.\($0.rawValue)"], chosen: $0 == filter.kind)
        }
        self.units = units.map { Choice(value: "\($0.id)", text: $0.name, chosen: $0.id == filter.unitID) }
        states = PublicMessageList.State.allCases.map {
            Choice(value: $0.rawValue, text: texts["messages.board.filters.\($0.rawValue)"], chosen: $0 == filter.state)
        }
        if !filter.text.isEmpty, filter.words.isEmpty {
            found = texts["messages.board.too_short"]
        } else {
            found = list.found.map {
                $0 > PublicMessageList.mostCounted
                    ? texts["messages.board.found_many", ["count": PublicMessageList.mostCounted]]
                    : texts["messages.board.found", ["count": $0]]
            }
        }
        let lines = list.lines.map { Line($0, texts) }
        // Who asks for those in progress wants to see them.
        entries = Filled(
            filter.state == .open
                ? lines.map { Entry(line: $0, folded: nil) } : Entry.folding(lines, texts))
        let isAsked = filter != PublicMessageList.Filter()
        empty = list.lines.isEmpty ? texts[isAsked ? "messages.board.nothing_found" : "messages.board.empty"] : nil
        moreHref =
            list.hasMore
            ? list.lines.last.map { last in
                let query = [
                    ("q", filter.text), ("kind", filter.kind?.rawValue ?? ""),
                    ("unit", filter.unitID.map(String.init) ?? ""), ("state", filter.state?.rawValue ?? ""),
                    ("before", last.number),
                ]
                return "/messages?"
                    + query.filter { !$0.1.isEmpty }.map { "\($0.0)=\(URLEncodedFields.encode($0.1))" }
                    .joined(separator: "&")
            } : nil
    }
}

import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    private static let linesOnPage = 50
    /// Cases that a sheet takes from the database at a time.
    private static let linesAtATime = 2000

    /// The scoreboard: for everyone, and at the desk with the list behind each figure and the watch of the office.
    func addScoreboard(to router: Router<MinyiContext>) {
        router.get("/scoreboard") { request, context -> Response in
            try publicPages.admitSearch(context)
            let asked = try asked(request)
            let (scores, months, screenedLate) = try await scores(asked, in: pools.public, as: .anonymous)
            let page = ScoreboardPage(
                scores, months: months, in: asked.period, unitID: asked.unitID, today: ChinaTime.date(Date()),
                screenedLate: screenedLate, fault: asked.fault, desk: nil, context.texts)
            return try pages.render(page, in: context, status: asked.fault ? .unprocessableContent : .ok)
        }
        let desk = desk(router)
        desk.get("scoreboard") { request, context in try await deskScoreboard(try asked(request), nil, context) }
        for format in LedgerSheet.Format.allCases {
            router.get("/scoreboard/sheet.\(format.rawValue)") { request, context -> Response in
                try publicPages.admitSearch(context)
                return try await sheet(
                    try asked(request), columns: ScoreColumn.public, in: pools.public, as: .anonymous, format, context)
            }
            desk.get("scoreboard/sheet.\(format.rawValue)") { request, context in
                try await sheet(
                    try asked(request), columns: ScoreColumn.allCases, in: pools.staff, as: context.actor, format,
                    context)
            }
            desk.get("scoreboard/list.\(format.rawValue)") { request, context in
                try await listSheet(request, format, context)
            }
        }
        desk.get("scoreboard/list") { request, context in try await scoredCases(request, context) }
        desk.post("scoreboard/feed") { request, context in try await renewFeed(request, context) }
        desk.post("scoreboard/feed/end") { _, context in
            try await CalendarFeed.end(in: pools.staff, as: context.actor)
            context.visit.flash(.done, context.texts["scoreboard.feed.ended"])
            return Response.seeOther("/desk/scoreboard#feed")
        }
        router.get("/feeds/calendar.ics") { request, context in try await feed(request, context) }
    }

    // MARK: The board

    private struct Asked {
        let period: ScorePeriod
        let unitID: Int?
        /// The days that were typed are none.
        let fault: Bool
    }

    /// This year, unless something else is asked for.
    private func asked(_ request: Request) throws -> Asked {
        let query = try request.query()
        let today = ChinaTime.date(Date())
        let thisYear = ScorePeriod(year: today.year) ?? ScorePeriod(from: today, through: today)
        let named = query.optional("period").map { ScorePeriod($0) }
        let typed: ScorePeriod?? =
            query.has("from") || query.has("until")
            ? .some(
                CalendarDate(query.string("from")).flatMap { from in
                    CalendarDate(query.string("until")).flatMap { ScorePeriod(from: from, through: $0) }
                }) : .none
        let found = named ?? typed ?? thisYear
        guard let period = found ?? thisYear else { throw Problem.notFound }
        return Asked(period: period, unitID: query.int("unit"), fault: found == nil)
    }

    private func scores(
        _ asked: Asked, in database: Database, as actor: DatabaseActor
    ) async throws -> (scores: [UnitScores], months: [ScoreMonth], screenedLate: Int) {
        try await database.read(as: actor) { tx in
            (
                try tx.all(UnitScores.all(in: asked.period)),
                try tx.all(ScoreMonth.trend(ofUnit: asked.unitID, through: asked.period)),
                try tx.value(UnitScores.screenedLate(in: asked.period))
            )
        }
    }

    private func deskScoreboard(
        _ asked: Asked, _ newAddress: String?, _ context: MinyiContext
    ) async throws -> Response {
        let (scores, months, screenedLate) = try await scores(asked, in: pools.staff, as: context.actor)
        let parts = try await pools.staff.read(as: context.actor) { tx in
            ScoreboardPage.DeskParts(
                watch: try InspectionWatch.load(tx), proof: try tx.first(ScoreProof.latest),
                feedMadeAt: try tx.firstValue(CalendarFeed.madeAt), feedAddress: newAddress)
        }
        let page = ScoreboardPage(
            scores, months: months, in: asked.period, unitID: asked.unitID, today: ChinaTime.date(Date()),
            screenedLate: screenedLate, fault: asked.fault, desk: parts, context.texts)
        return try pages.render(page, in: context, status: asked.fault ? .unprocessableContent : .ok)
    }

    private func sheet(
        _ asked: Asked, columns: [ScoreColumn], in database: Database, as actor: DatabaseActor,
        _ format: LedgerSheet.Format, _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        let sheet = LedgerSheet.ofUnits(
            columns, name: texts["scoreboard.title"] + " " + texts.name(of: asked.period), texts)
        return try await database.read(as: actor) { tx in
            let scores = try tx.all(UnitScores.all(in: asked.period), as: UnitScores.self)
            return try sheet.file(as: format) { add in
                for unit in scores { try add(LedgerSheet.row(unit, columns, texts)) }
            }
        }.download
    }

    // MARK: The lists

    private func figure(_ query: FormData) throws -> ScoreFigure {
        guard let figure = ScoreFigure(rawValue: query.string("figure")) else { throw Problem.notFound }
        return figure
    }

    private func address(_ figure: ScoreFigure, _ asked: Asked) -> String {
        "figure=\(figure.rawValue)&from=\(asked.period.first)&until=\(asked.period.last)"
            + (asked.unitID.map { "&unit=\($0)" } ?? "")
    }

    private func scoredCases(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (query, asked) = (try request.query(), try asked(request))
        let figure = try figure(query)
        let place = CalendarDate(query.string("after")).flatMap { day in
            query.int("id").map { ScoredCase.Place(receivedOn: day, id: $0) }
        }
        let found = try await pools.staff.read(as: context.actor) {
            try $0.all(
                ScoredCase.list(
                    figure, unitID: asked.unitID, in: asked.period, after: place, limit: Self.linesOnPage + 1),
                as: ScoredCase.self)
        }
        let shown = Array(found.prefix(Self.linesOnPage))
        let address = address(figure, asked)
        let next =
            found.count > shown.count
            ? shown.last.map { "/desk/scoreboard/list?\(address)&after=\($0.receivedOn)&id=\($0.id)" } : nil
        let units = try await pools.staff.read(as: context.actor) { try $0.all(Unit.all, as: Unit.self) }
        let page = ScoredCasesPage(
            shown, figure: figure, unitName: units.first { $0.id == asked.unitID }?.name, in: asked.period,
            address: address, next: next, context.texts)
        return try pages.render(page, in: context)
    }

    private func listSheet(
        _ request: Request, _ format: LedgerSheet.Format, _ context: MinyiContext
    ) async throws -> Response {
        let asked = try asked(request)
        let figure = try figure(try request.query())
        let texts = context.texts
        let name = texts["scoreboard.columns.\(figure.column.rawValue)"] + " " + texts.name(of: asked.period)
        let sheet = LedgerSheet.ofCases(name: name, texts)
        do {
            // Written where the rows are read, on a thread of the database: no page waits for the disk.
            let file = try await Self.sheets.pass {
                try await pools.staff.read(as: context.actor, deadline: .seconds(300)) { tx in
                    try sheet.file(as: format) { add in
                        try ScoredCase.each(figure, unitID: asked.unitID, in: asked.period, Self.linesAtATime, tx) {
                            try add(LedgerSheet.row($0, texts))
                        }
                    }
                }
            }
            return file.download
        } catch is SheetWriter.Full {
            throw Problem(
                .unprocessableContent, .badRequest,
                text: texts["scoreboard.list.too_many", ["count": SheetWriter.Full.mostRows]])
        }
    }

    /// Long ones hold a connection for minutes: two at a time leave the desk the others.
    private static let sheets = Turnstile(atOnce: 2, longestQueue: 20)

    // MARK: The feed

    /// The new address is shown in the answer and nowhere else: only its hash is kept.
    private func renewFeed(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (token, _) = StaffSession.makeToken()
        try await CalendarFeed.renew(token: token, in: pools.staff, as: context.actor)
        let address = "\(configuration.publicURL)/feeds/calendar.ics?key=\(Base64URL.encode(token))"
        return try await deskScoreboard(try asked(request), address, context)
    }

    /// The secret is in the query, which no log writes down.
    private func feed(_ request: Request, _ context: MinyiContext) async throws -> Response {
        try feedGate.admit(context.visit.network)
        guard let token = Base64URL.decode(try request.query().string("key")), token.count == 32,
            let entries = try await CalendarFeed.read(token: token, in: pools.public)
        else { throw Problem.notFound }
        let calendar = DueCalendar(entries, site: configuration.publicURL, now: Date(), context.texts)
        return Response(
            status: .ok,
            headers: [.contentType: "text/calendar; charset=utf-8", .cacheControl: "private, no-store"],
            body: .init(byteBuffer: ByteBuffer(string: calendar.text)))
    }
}

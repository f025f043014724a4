import Foundation
import Hummingbird
import Logging
import NIOCore
import Participation
import Postgres

/// The web server: middleware, routes, pages.
///
/// # How to add a page
/// 1. A struct that conforms to `Page` in `Sources/Web/<Feature>/`, with every field its template shows and `samples`
///    that show every part of it; add the type to `pageTypes` below.
/// 2. `web/templates/<feature>/<page>.mustache`, beginning with `{{<layout}}{{$content}}` and ending with
///    `{{/content}}{{/layout}}`. Inside a section write `{{.name}}`; escape nothing, it is done; print `{{{…Markup}}}`
///    only for a `Markup`. A form carries `<input type="hidden" name="csrf" value="{{csrf}}">`, and one that creates
///    something also `idempotency`. A `<textarea>` begins with a line break, or a first empty line is lost.
/// 3. Its words in `web/locales/zh-Hans/<feature>.yaml` and `web/locales/en/<feature>.yaml` below one key of their own;
///    field names that a person fills in also below `fields`, for the page that hands typed text back.
/// 4. A function `extension WebApplication { func add<Feature>(to router: Router<MinyiContext>) }`, called in `routes`.
///    A handler reads from top to bottom: parse, load, decide, render. It chooses the pool and the actor and nothing
///    else about rights:
///    ```swift
///    router.get("/consultations/:id") { request, context in
///        let id = try context.number("id")
///        guard let found = try await Consultation.find(id, in: pools.public) else { throw Problem.notFound }
///        return try pages.render(ConsultationPage(found, context.texts), in: context)
///    }
///    desk(router).post("/things/:id/approve") { request, context in   // → /desk/things/:id/approve, signed in
///        try await Thing.approve(try context.number("id"), as: try context.staff, in: pools.staff)
///        context.visit.flash(.done, context.texts["things.approved"])
///        return Response.seeOther("/desk/things")
///    }
///    ```
///    A form with mistakes is rendered again, filled, with its `FormErrors` and status `.unprocessableContent`.
///    Everything else that cannot be answered is thrown as a `Problem`.
///    A page that everyone gets alike goes through `publicPages.page(address, about: topic, request, context) { … }`: it
///    is then rendered once for each change and sent from memory. The closure gets a context without a person in it and
///    reads only what `sql/0014` watches; `consultations.record(number)` is what is public about one consultation,
///    already read. A new table that public pages read needs its trigger there.
/// 5. A route that takes more than text adds its limit to `BodyLimits`; a new entry of the navigation goes into
///    `Navigation`.
/// 6. Tests in `Tests/WebTests/<Feature>/`.
package struct WebApplication: Sendable {
    package let configuration: WebConfiguration
    package let pools: Pools
    package let pages: PageRenderer
    package let logger: Logger
    package let signer: Signer
    let assets: StaticFiles
    /// `web/openapi.json`, for those who write programs.
    let apiDescription: [UInt8]
    let signInGate = SignInGate()
    let measurements = Measurements()
    let freshness: Freshness
    /// The public records of consultations, from memory while they hold.
    package let consultations: ConsultationRecords
    /// The same of questionnaires.
    let questionnaires: QuestionnaireRecords
    /// The same of hearings, forums and visits.
    let gatherings: GatheringRecords
    /// What is said at hearings and forums, for who follows their screens.
    let live: LiveFeeds
    let publicPages: PublicPages
    let blankForms: BlankForms
    /// Slows down who tries query codes: thirty at once, then one in ten seconds. A town may share one address.
    let receiptGate = RateLimit.Buckets(RateLimit.Rule(burst: 30, perSecond: 0.1))
    /// Who may send how many megabytes of files.
    let uploadGate = RateLimit.Buckets(.uploads)
    /// Calendars elsewhere ask a few times an hour; a firewall may hide a whole county government behind one address.
    let feedGate = RateLimit.Buckets(RateLimit.Rule(burst: 120, perSecond: 1))
    /// Who says who they are: a village may share one address.
    let personGate = RateLimit.Buckets(RateLimit.Rule(burst: 120, perSecond: 2))
    /// Codes sent to phones, each of which costs the county something: ten at once from one network, then two in a minute.
    let codeGate = RateLimit.Buckets(RateLimit.Rule(burst: 10, perSecond: 1.0 / 30))
    /// That all together have reached their limit is logged once in ten minutes.
    let codeWarnings = RateLimit.Buckets(RateLimit.Rule(burst: 1, perSecond: 1.0 / 600))
    /// Votes of verified persons.
    let votes: VoteQueue
    package var intake: Intake { configuration.intake }

    /// Every page there is, for the test of templates.
    package static let pageTypes: [any Page.Type] =
        [
            ProblemPage.self, SignInPage.self, PasswordPage.self, StyleguidePage.self,
            SettingsPage.self, UnitsPage.self, StaffPage.self, WorkPage.self,
            HomePage.self, HowToPage.self, PrivacyPage.self, AccessibilityPage.self,
            DirectoryListPage.self, DirectoryPage.self, DirectoryRowPage.self,
            DirectoryDeskPage.self, EvaluationsPage.self,
            ConsultationListPage.self, ConsultationPage.self, NoticePage.self, ResultPage.self,
            CommentPage.self, CommentRefusedPage.self,
            MessageFormPage.self, MessageListPage.self, MessagePage.self, MessageReceiptPage.self,
            TranscriptionPage.self,
            QuestionnaireListPage.self, QuestionnairePage.self, FillPage.self, VanishingPage.self, ReviewPage.self,
            KeptSheetPage.self, ContinuePage.self, SheetRefusedPage.self, SheetReceiptPage.self,
            PersonPage.self, PhonePage.self, PhoneCodePage.self, VotedPage.self,
            ReceiptLookupPage.self, ReceiptPage.self, WithdrawPage.self, HowToCheckPage.self,
            SubmissionListPage.self, ReceivedSubmissionPage.self, EntryPage.self, CounterReceiptPage.self,
            ResultDeskPage.self, WorkbenchPage.self, OpinionPage.self, SplitPage.self,
            DraftListPage.self, DraftUploadPage.self, DraftConfirmPage.self, TextDraftPage.self, DraftPage.self,
            EditionPage.self, PassagePage.self, PassagePartsPage.self, GridPage.self, EditionHistoryPage.self,
            LineagePage.self, RedlinePage.self,
            ProcedureListPage.self, ProcedureFormPage.self, ProcedurePage.self, ProcedureChangePage.self,
            DeskPage.self, ClearanceListPage.self, ClearancePage.self, ApprovalSheetPage.self,
            MessageEntryPage.self, MessageCounterReceiptPage.self, SheetImportPage.self,
            SheetImportStatePage.self, CaseLinksPage.self,
            SealsPage.self, SealRequestPage.self, VersionsPage.self,
            CaseListPage.self, CaseFilePage.self, CaseSheetPage.self, ReplyTemplatesPage.self,
            ResponsibilitiesPage.self,
            WrittenListPage.self, WrittenFormPage.self, WrittenPage.self, WrittenReplyPage.self, LetterSheetPage.self,
            LetterLookupPage.self,
            ReceivedLetterPage.self,
            CalendarPage.self, RulesPage.self, RuleFormPage.self, ScoreboardPage.self, ScoredCasesPage.self,
            ProgrammePage.self, NoProgrammePage.self, ProgrammeFormPage.self, PlanPage.self, ProgrammeCellPage.self,
            ReportPage.self,
            ProcedureFilePage.self,
            ResultsDeskPage.self, CrossDeskPage.self, PublicResultsPage.self, TextsPage.self, SheetsToSealPage.self,
            AnswerFilesPage.self,
            PublishedResultPage.self, ComingResultsPage.self, PublicationDeskPage.self,
            DeskQuestionnaireListPage.self, NewQuestionnairePage.self, BuilderPage.self, PieceFormPage.self,
            QuestionnaireSettingsPage.self, QuestionnaireCheckPage.self, PaperFormPage.self, PreviewPage.self,
            InvitationsPage.self,
            SheetEntryPage.self, EnteredSheetsPage.self, SheetCounterReceiptPage.self, QuestionnaireImportPage.self,
            QuestionnaireExportPage.self, SampleListPage.self, SamplePage.self, SampleImportPage.self, CallPage.self,
            KiosksPage.self, KioskStartPage.self, KioskFillPage.self, KioskEndPage.self, KioskProblemPage.self,
        ] + GatheringPages.all + RegistrationPages.all + LotPages.all + LiveDeskPages.all + VisitPages.all
        + ComingPages.all

    /// Reads templates, words and static files; throws when one is missing or malformed.
    /// - Parameter folder: what was read from the configuration's folder before.
    package init(
        configuration: WebConfiguration, folder: WebFolder? = nil, pools: Pools, logger: Logger
    ) throws {
        let folder = try folder ?? WebFolder(configuration)
        self.configuration = configuration
        self.pools = pools
        self.logger = logger
        signer = Signer(secret: configuration.secret)
        votes = VoteQueue(pools.public, gathering: configuration.voteGathering)
        assets = folder.assets
        apiDescription = folder.apiDescription
        let freshness = Freshness(
            pools.public, hints: pools.hints, trust: configuration.trust, logger: logger)
        self.freshness = freshness
        consultations = ConsultationRecords(pools.public, freshness: freshness)
        questionnaires = QuestionnaireRecords(pools.public, freshness: freshness)
        gatherings = GatheringRecords(pools.public, freshness: freshness)
        live = LiveFeeds(pools.public)
        publicPages = PublicPages(freshness, searchLimit: configuration.searchLimit)
        blankForms = BlankForms(freshness)
        let firstSite = configuration.site
        pages = try PageRenderer(
            root: configuration.root, site: { freshness.latest.map { Site($0.settings) } ?? firstSite },
            version: assets.version, reloads: configuration.reloadsTemplates, loaded: folder.pages)
    }

    /// What the site says of itself just now.
    var site: Site { pages.site() }

    /// All routes, a line a feature.
    private func routes(_ router: Router<MinyiContext>) {
        addHealth(to: router)
        addDisplay(to: router)
        addSignIn(to: router)
        addPassword(to: router)
        addHome(to: router)
        addConsultations(to: router)
        addComments(to: router)
        addAPI(to: router)
        addReceipts(to: router)
        addQuestionnaires(to: router)
        addKiosk(to: router)
        addPersons(to: router)
        addMessages(to: router)
        addMessageEntries(to: router)
        addCaseLinks(to: router)
        addResults(to: router)
        addQuestionnaireResults(to: router)
        addPublication(to: router)
        addDirectories(to: router)
        addDirectoryDesk(to: router)
        addStyleguide(to: router)
        addOrganisation(to: router)
        addCalendar(to: router)
        addRules(to: router)
        addWork(to: router)
        addScoreboard(to: router)
        addSubmissions(to: router)
        addDispositions(to: router)
        addWorkbench(to: router)
        addWritten(to: router)
        addLetters(to: router)
        addDrafts(to: router)
        addEditions(to: router)
        addPassages(to: router)
        addChanges(to: router)
        addProcedures(to: router)
        addProgrammes(to: router)
        addArchive(to: router)
        addBuilder(to: router)
        addDesk(to: router)
        addClearances(to: router)
        addSeals(to: router)
        addCases(to: router)
        addCaseTables(to: router)
        addAttachments(to: router)
        addGatherings(to: router)
        addRegistrations(to: router)
        addLots(to: router)
        addLiveDesk(to: router)
        addVisits(to: router)
        addComing(to: router)
    }

    /// Routes for members of staff: paths begin with `/desk`, and without a sign-in the sign-in page comes first.
    package func desk(_ router: Router<MinyiContext>) -> RouterGroup<MinyiContext> {
        router.group("/desk").add(middleware: RequireStaff(pages: pages))
    }

    package func makeRouter() -> Router<MinyiContext> {
        let table = RouteTable()
        let router = Router(context: MinyiContext.self, options: .autoGenerateHeadEndpoints)
        // Errors that leave this chain would become bare responses, so the order matters: what must see every answer
        // stands outside, what can be answered without reading the body stands before what reads it.
        router.add(middleware: RequestLog(measurements: measurements))
        router.add(middleware: SecurityHeaders(https: configuration.secureCookies))
        router.add(
            middleware: Arrival(
                pages: pages, signer: signer, trustsProxy: configuration.trustsProxy,
                secureCookies: configuration.secureCookies))
        router.add(middleware: ErrorPages(pages: pages))
        router.add(middleware: Whereabouts(table: table, assets: assets))
        let sessions = SessionReading(staff: pools.staff)
        router.add(
            middleware: BodyReading(
                pace: configuration.bodyPace, budget: configuration.bodyBudget, uploads: configuration.uploadBudget,
                sessions: sessions))
        router.add(middleware: sessions)
        router.add(middleware: ForgeryGuard(publicURL: configuration.publicURL))
        router.add(middleware: OwnChanges(freshness: freshness))
        if let rule = configuration.postLimit { router.add(middleware: RateLimit(rule)) }
        routes(router)
        table.fill(from: router)
        return router
    }

    /// The server as a service that ends gracefully.
    /// - Parameter onRunning: called with the port once the server listens.
    package func makeServer(
        router: Router<MinyiContext>? = nil, onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> Application<RouterResponder<MinyiContext>> {
        Application(
            router: router ?? makeRouter(),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [RequestLineGuard(), LingeringClose()],
                    idleTimeout: TimeAmount(configuration.idleTimeout),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))),
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1024,
                availableConnectionsDelegate: .maximum(configuration.mostConnections, logger: logger)),
            services: [FreshnessWatch(freshness: freshness), LiveFeedsEnd(live: live)],
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    private func addHealth(to router: Router<MinyiContext>) {
        // For a collector on this machine. What comes through the proxy comes from somebody else.
        router.get("/metrics") { request, context -> Response in
            guard context.isFromThisMachine(request) else { throw Problem.notFound }
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: measurements.text)))
        }
        // For the proxy and the watch: says whether the database answers in time.
        router.get("/healthz") { _, _ -> Response in
            let one = try? await pools.public.read(deadline: configuration.healthPatience) {
                try $0.value("select 1", as: Int.self)
            }
            let answers = one == 1
            return Response(
                status: answers ? .ok : .serviceUnavailable,
                headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: answers ? "ok\n" : "database unavailable\n")))
        }
    }
}

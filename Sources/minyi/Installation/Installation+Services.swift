import Crypto
import Logging
import Participation
import Postgres
import ServiceLifecycle
import Web

extension Installation {
    /// What a process does.
    enum Part: Sendable { case web, worker }

    /// Runs the parts until a signal asks to stop, or one of them fails.
    /// - Parameter onServing: called once the web server listens.
    func run(
        _ parts: Set<Part>, interruption: Interruption, onServing: @escaping @Sendable () async -> Void = {}
    ) async throws {
        let keys = try Secrets.load(from: secrets)
        // Databases come first and so stop last.
        var databases: [any Service] = []
        var services: [any Service] = []
        if parts.contains(.worker) {
            let work = try pool(.work, connections: 6, purpose: "work")
            let hints = try listener(.work, to: ["minyi_work"], purpose: "work hints")
            databases += [work, hints]
            try await expectRole(.work, of: work)
            try await expectUpToDate(work)
            try await expectContactKeys(keys, of: work)
            // What somebody has confirmed is imported in their name, by their rights of then.
            let desk = try pool(.staff, connections: 1, purpose: "imports")
            databases.append(desk)
            try await expectRole(.staff, of: desk)
            services.append(WorkerService(worker: try worker(work, desk: desk, hints: hints, keys: keys)))
        }
        if parts.contains(.web) {
            let hints = try listener(.public, to: ["minyi_public"], purpose: "hints")
            let pools = Pools(
                public: try pool(.public, replicas: settings.replicas, connections: 8, purpose: "public"),
                staff: try pool(.staff, connections: 8, purpose: "staff"), hints: hints)
            databases += [pools.public, pools.staff, hints]
            try await expectRole(.public, of: pools.public)
            try await expectRole(.staff, of: pools.staff)
            try await expectUpToDate(pools.public)
            if settings.replicas != nil { try await expectReplicasInStep(with: pools.public) }
            try await expectContactKeys(keys, of: pools.staff)
            let web = try WebApplication(configuration: try webConfiguration(keys), pools: pools, logger: logger)
            services.append(web.makeServer { _ in await onServing() })
        }
        var configuration = ServiceGroupConfiguration(
            services: (databases + services).map {
                .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            },
            logger: logger)
        // A browser that keeps its connection open must not keep the server from stopping.
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        try await interruption.run(ServiceGroup(configuration: configuration))
    }

    private func expectContactKeys(_ keys: Secrets, of database: Database) async throws {
        do {
            try await ContactKeyCheck(keys)(in: database)
        } catch let mismatch as ContactKeyCheck.Mismatch {
            throw StartFailure(mismatch.description)
        }
    }

    /// What opens and closes, reminds and tells people by itself.
    private func worker(_ work: Database, desk: Database, hints: Listener, keys: Secrets) throws -> Worker {
        let locales = Dictionary(
            uniqueKeysWithValues: try Language.allCases.map {
                ($0.rawValue, try Texts(language: $0, folder: settings.root + "/web/locales").all)
            })
        let notices = DeliverNotice(
            ways: try settings.notices.ways(secrets: secrets), vault: ContactVault(secrets: keys),
            codes: QueryCodes(secrets: keys), words: NoticeWords(locales), publicURL: publicURL)
        return Worker(
            database: work, notices: notices, imports: RunImport(intake: Intake(secrets: keys), desk: desk),
            documents: ReadDocument(),
            files: MakeProcedureFile(desk: desk, words: FileWords(locales[Language.chinese.rawValue] ?? [:])),
            reports: MakeReport(root: settings.root), hints: hints, logger: logger)
    }

    /// How people reach the site, without a slash at the end.
    private var publicURL: String {
        var address = settings.publicAddress ?? "http://\(settings.host):\(settings.port)"
        while address.hasSuffix("/") { address.removeLast() }
        return address
    }

    private func webConfiguration(_ keys: Secrets) throws -> WebConfiguration {
        var configuration = WebConfiguration(
            host: settings.host, port: settings.port, root: settings.root + "/web", publicURL: publicURL,
            trustsProxy: settings.behindProxy, secret: keys.sessionKey, intake: Intake(secrets: keys))
        configuration.persons = try settings.openID?.provider(secrets: secrets)
        configuration.phoneCodes = PhoneCodeSender(try settings.notices.ways(secrets: secrets))
        configuration.mostConnections = min(configuration.mostConnections, OpenFiles.raiseLimit())
        return configuration
    }
}

/// The worker as a service that ends when what it has begun is done.
private struct WorkerService: Service {
    let worker: Worker

    func run() async throws {
        await cancelWhenGracefulShutdown { await worker.run() }
    }
}

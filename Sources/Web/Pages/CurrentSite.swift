import Hummingbird
import Logging
import Participation
import Postgres
import ServiceLifecycle
import Synchronization

/// What the site says of itself just now. Settings live in the database and may be changed by another process, so a
/// serving process reads them again every few seconds.
package final class CurrentSite: Service {
    private let shown: Mutex<Site>
    private let database: Database
    private let logger: Logger

    /// Seconds until a change made by another process is seen on every page.
    static let pause: Duration = .seconds(5)

    init(_ first: Site, database: Database, logger: Logger) {
        shown = Mutex(first)
        self.database = database
        self.logger = logger
    }

    var site: Site { shown.withLock { $0 } }

    func show(_ settings: SiteSettings) {
        let site = Site(settings)
        shown.withLock { $0 = site }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    self.show(try await self.database.read { try SiteSettings.load($0) })
                } catch is CancellationError {
                    return
                } catch {
                    self.logger.warning("the site's settings cannot be read", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}

extension Site {
    /// What is empty is absent, and prints nothing.
    package init(_ settings: SiteSettings) {
        func text(_ key: SiteSettings.Key) -> String? { settings[key].isEmpty ? nil : settings[key] }
        self.init(
            name: text(.siteName), organ: text(.organ), contact: text(.contact), identityCode: text(.identityCode),
            icp: text(.icpNumber), police: text(.policeNumber), errorReport: text(.errorReportURL))
        contactRetentionDays = settings.contactRetentionDays
    }
}

import Crypto
import Participation

/// How the web server runs on this machine.
package struct WebConfiguration: Sendable {
    package var host: String
    /// 0 lets the system choose.
    package var port: Int
    /// The `web/` folder with templates, styles, scripts and locales.
    package var root: String
    /// The address people use, without a slash at the end; links in mails, feeds and on receipts begin with it.
    package var publicURL: String
    /// Whether a proxy of ours stands in front and `X-Forwarded-For` can be believed.
    package var trustsProxy: Bool
    /// From this secret the keys of cookies and form tokens are derived.
    package var secret: SymmetricKey
    /// The door for what citizens send, with the keys of contacts and query codes.
    package var intake: Intake
    package var site: Site
    /// Where people say who they are; nil where nobody does.
    package var persons: OpenIDProvider?
    /// Sends codes to phones; nil where there is no gateway.
    package var phoneCodes: PhoneCodeSender?
    /// How long a vote waits for others, so that they are written together.
    package var voteGathering = Duration.milliseconds(500)
    /// Read templates and words anew for every page, for people who change them.
    package var reloadsTemplates = false
    /// How many forms one network may send; nil for no limit (tests).
    package var postLimit: RateLimit.Rule? = .standard
    /// How many searches one network may send; nil for no limit (tests).
    package var searchLimit: RateLimit.Rule? = .searches
    /// How long pages are served from memory without word from the database; zero asks it for each (tests).
    package var trust = Freshness.usualTrust
    package var bodyPace: BodyPatience.Pace = .standard
    /// What the bodies of all requests may take in memory together.
    package var bodyBudget = BodyBudget(bytes: 64 * 1024 * 1024)
    /// What the files in them may take under TMPDIR together, until their requests are answered.
    package var uploadBudget = BodyBudget(bytes: 512 * 1024 * 1024)
    /// How many connections are open at once; more wait until one is closed. Each takes some 20 KiB.
    package var mostConnections = 8192
    /// After this time without a request, or with half of its head, a connection is closed. Longer than nginx keeps one for
    /// its next request (ops/nginx), so that the two do not end it at the same moment.
    package var idleTimeout = Duration.seconds(60)
    /// How long the health check waits for the database.
    package var healthPatience = Duration.seconds(1)

    package init(
        host: String = "127.0.0.1", port: Int = 8080, root: String, publicURL: String, trustsProxy: Bool = false,
        secret: SymmetricKey, intake: Intake, site: Site = Site()
    ) {
        self.host = host
        self.port = port
        self.root = root
        self.publicURL = publicURL
        self.trustsProxy = trustsProxy
        self.secret = secret
        self.intake = intake
        self.site = site
    }

    /// Cookies travel over https only, wherever the site is reached by https.
    package var secureCookies: Bool { publicURL.utf8.starts(with: "https://".utf8) }
}

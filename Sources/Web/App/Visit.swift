import Crypto
import Foundation
import Hummingbird
import Participation
import Synchronization

/// What is known about one request's visitor. One object for the whole request, so that the outer middleware (which
/// writes error pages) sees what the inner has read (the form, the session).
package final class Visit: Sendable {
    private struct State {
        var language = Language.chinese
        var display = Display()
        var texts = Texts(language: .chinese, all: [:])
        var cookies = CookieJar(headers: [])
        /// Worked out when a limit asks for it.
        var network: @Sendable () -> ClientNetwork = { ClientNetwork(peer: nil, forwardedFor: nil) }
        var path = "/"
        var here = "/"
        var back = "/"
        var form = FormData()
        var staff: StaffActor?
        var sessionHash: [UInt8]?
        var visitID: String?
        /// Stands in forms instead of a token of this visit.
        var givenToken: String?
        var newSession: String?
        var signer: Signer?
        var setCookies: [SetCookie] = []
    }

    static let visitCookie = "visit"
    static let languageCookie = "lang"
    static let flashCookie = "flash"
    static let year = 365 * 86400

    private let state = Mutex(State())

    package init() {}

    /// Called once, when the request arrives.
    func begin(
        request: Request, network: @escaping @Sendable () -> ClientNetwork, signer: Signer, texts: (Language) -> Texts
    ) {
        let cookies = CookieJar(headers: request.isForAPI ? [] : request.headers[values: .cookie])
        let chosen = cookies[name: Self.languageCookie].flatMap(Language.init(rawValue:))
        let language = chosen ?? Language(acceptLanguage: request.headers[.acceptLanguage])
        let words = texts(language)
        let here = Self.address(of: request)
        let back = request.method == .get || request.method == .head ? here : Self.page(before: request)
        state.withLock {
            $0.cookies = cookies
            $0.language = language
            $0.texts = words
            $0.display = Display(cookie: cookies[name: Display.cookie])
            $0.network = network
            $0.signer = signer
            $0.back = back
            $0.path = request.uri.path
            $0.here = here
            $0.visitID = cookies[name: Self.visitCookie].flatMap { (16...64).contains($0.utf8.count) ? $0 : nil }
        }
    }

    /// Path and query. The router takes `//host/x` for `/host/x`; a browser would take it for another site.
    private static func address(of request: Request) -> String {
        LocalPath(request.uri.path + (request.uri.query.map { "?" + $0 } ?? ""))?.text ?? "/"
    }

    /// For the answer to a form: the page of the form, because the form's own address has none.
    private static func page(before request: Request) -> String {
        guard let referer = request.headers[.referer], let host = request.authority,
            let end = referer.range(of: "://" + host + "/")?.upperBound
        else { return "/" }
        return LocalPath("/" + referer[end...])?.text ?? "/"
    }

    /// The page is known under this address: what its links come back to.
    func moveTo(_ address: String) {
        state.withLock {
            $0.here = address
            $0.back = address
            $0.path = String(decoding: address.utf8.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
        }
    }

    /// A visit of the same page, in the same language and display, by nobody in particular.
    /// - Parameter token: stands in forms; nil for one of that visit.
    func withoutPerson(token: String? = nil) -> Visit {
        let visit = Visit()
        state.withLock { mine in
            visit.state.withLock {
                ($0.language, $0.display, $0.texts) = (mine.language, mine.display, mine.texts)
                ($0.path, $0.here, $0.back, $0.signer) = (mine.path, mine.here, mine.back, mine.signer)
                $0.givenToken = token
            }
        }
        return visit
    }

    package var language: Language { state.withLock { $0.language } }
    package var display: Display { state.withLock { $0.display } }
    package var texts: Texts { state.withLock { $0.texts } }
    package var cookies: CookieJar { state.withLock { $0.cookies } }
    /// For limits only; never to be stored or logged.
    package var network: ClientNetwork { state.withLock { $0.network }() }
    package var path: String { state.withLock { $0.path } }
    /// Path and query, safe to send a form or a redirect to.
    package var here: String { state.withLock { $0.here } }
    /// Where a link that changes language or size comes back to.
    var back: String { state.withLock { $0.back } }

    package var form: FormData {
        get { state.withLock { $0.form } }
        set { state.withLock { $0.form = newValue } }
    }
    /// The signed-in member of staff.
    package var staff: StaffActor? { state.withLock { $0.staff } }
    package var sessionHash: [UInt8]? { state.withLock { $0.sessionHash } }

    func signIn(_ staff: StaffActor, sessionHash: [UInt8]) {
        state.withLock {
            $0.staff = staff
            $0.sessionHash = sessionHash
        }
    }

    /// From here on forms belong to this new session, whose cookie goes out with this answer.
    func useSession(_ cookie: String) {
        state.withLock { $0.newSession = cookie }
    }

    package func set(_ cookie: SetCookie) {
        state.withLock { state in
            state.setCookies.removeAll { $0.name == cookie.name }
            state.setCookies.append(cookie)
        }
    }

    var setCookies: [SetCookie] { state.withLock { $0.setCookies } }

    // MARK: Tokens of forms

    /// The value of the hidden field of every form. It is bound to the session when there is one, else to a cookie of
    /// this visit, which is set when the first form is shown.
    package func csrfToken() -> String {
        state.withLock { state in
            if let given = state.givenToken { return given }
            guard let signer = state.signer else { return "" }
            if let binding = Self.binding(state) { return signer.mac("csrf", binding) }
            let fresh = SymmetricKey(size: .bits128).withUnsafeBytes { Base64URL.encode($0) }
            state.visitID = fresh
            // Two days: longer than a form is left open, short enough not to follow anyone.
            state.setCookies.append(SetCookie(Self.visitCookie, fresh, maxAge: 2 * 86400))
            return signer.mac("csrf", "visit:" + fresh)
        }
    }

    func accepts(csrf token: String) -> Bool {
        state.withLock { state in
            guard let signer = state.signer, let binding = Self.binding(state) else { return false }
            return signer.matches(token, "csrf", binding)
        }
    }

    /// An expired session cookie still binds: its forms were made in this browser, and the sign-in page must not be
    /// hidden behind the page about an expired form.
    private static func binding(_ state: State) -> String? {
        let session = state.newSession ?? state.cookies[name: SessionReading.cookie]
        if let session, !session.isEmpty { return "session:" + session }
        return state.visitID.map { "visit:" + $0 }
    }

    // MARK: A word for the next page

    package func flash(_ kind: Flash.Kind, _ text: String, now: Date = Date()) {
        guard let signer = state.withLock({ $0.signer }) else { return }
        let value = signer.sign(kind.rawValue + ":" + text, for: "flash", expires: now.addingTimeInterval(300))
        set(SetCookie(Self.flashCookie, value, maxAge: 300))
    }

    /// Whether the request before has left a word.
    var hasFlash: Bool { leftFlash != nil }

    /// The word left by the request before; it is shown once.
    func takeFlash() -> Flash? {
        if cookies[name: Self.flashCookie] != nil { set(.removing(Self.flashCookie)) }
        return leftFlash
    }

    private var leftFlash: Flash? {
        guard let signer = state.withLock({ $0.signer }), let cookie = cookies[name: Self.flashCookie],
            let value = signer.verify(cookie, for: "flash"), let colon = value.firstIndex(of: ":"),
            let kind = Flash.Kind(rawValue: String(value[..<colon]))
        else { return nil }
        return Flash(kind, String(value[value.index(after: colon)...]))
    }
}

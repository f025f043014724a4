import CLibpq
import Foundation

/// One libpq connection and what is known about it. It is made, used and closed on one thread; only `canceller` may be
/// used by others.
final class Connection {
    let handle: OpaquePointer
    let canceller: Canceller?
    /// Set once nothing can be said about the state of the protocol; a broken connection is closed, never reused.
    private(set) var isBroken = false
    var statements = StatementCache()
    /// Sent ahead of the next statement: begin, the actor's settings. They cost no round trip of their own.
    var opening: [Command] = []
    /// Sent ahead of every pipeline outside of a transaction block: the actor's settings, which hold until the pipeline
    /// ends.
    var preamble: [Command] = []
    /// `deallocate` of statements no longer wanted; sent ahead of the next pipeline.
    var chores: [Command] = []
    /// The job that uses the connection now.
    var ticket: Ticket?
    /// No answer by then means that the connection is lost.
    var waitLimit: ContinuousClock.Instant?

    /// A step of a pipeline: an SQL statement, prepared and cached, or a fixed text such as `begin`.
    enum Command {
        case statement(SQL)
        case control(String)
    }

    /// Which of the hosts will do.
    enum Target: String {
        case primary = "read-write"
        case replica = "prefer-standby"
    }

    /// Connects and sets the session's settings.
    init(_ configuration: DatabaseConfiguration, _ target: Target = .primary) throws {
        let conninfo = target == .replica ? configuration.replicas : configuration.conninfo
        handle = try Connection.connect(
            conninfo ?? configuration.conninfo, target, applicationName: configuration.applicationName)
        canceller = Canceller(handle)
        waitLimit = .now + .seconds(10)
        do {
            _ = try run([.statement(configuration.sessionSettings)])
        } catch {
            PQfinish(handle)
            throw (error as? ConnectionLost) ?? ConnectionLost(reason: "\(error)")
        }
        waitLimit = nil
    }

    func close() {
        isBroken = true
        PQfinish(handle)
    }

    /// A connection in non-blocking mode. What the administrator wrote in the connection string wins over our target,
    /// keepalives and connect timeout, but not over encoding and name.
    private static func connect(
        _ conninfo: String, _ target: Target, applicationName: String
    ) throws(ConnectionLost) -> OpaquePointer {
        let parameters = [
            ("target_session_attrs", target.rawValue),
            ("connect_timeout", "5"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "30000"), ("dbname", conninfo),
            ("client_encoding", "UTF8"), ("application_name", applicationName),
        ]
        var keywords: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.0)) }
        var values: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.1)) }
        defer { for pointer in keywords + values { free(UnsafeMutablePointer(mutating: pointer)) } }
        keywords.append(nil)
        values.append(nil)
        guard let handle = PQconnectdbParams(keywords, values, 1) else {
            throw ConnectionLost(reason: "out of memory")
        }
        guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0 else {
            let reason = lastMessage(of: handle)
            PQfinish(handle)
            throw ConnectionLost(reason: reason)
        }
        // libpq prints notices to standard error unless told otherwise.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        return handle
    }

    static func lastMessage(of handle: OpaquePointer) -> String {
        PQerrorMessage(handle).map { String(cString: $0).trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
    }

    // MARK: State

    var isIdle: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// False once it is known to be of no further use.
    var isUsable: Bool { !isBroken && PQstatus(handle) == CONNECTION_OK }

    /// Whether the server has hung up while nobody was talking to it.
    func isAlive() -> Bool {
        // Once libpq has seen the end there is no socket left that could tell.
        if !isUsable { return false }
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 0) > 0 else { return true }
        return PQconsumeInput(handle) == 1 && PQstatus(handle) == CONNECTION_OK && !hasHungUp()
    }

    /// A goodbye from the server is readable first and the end of the stream after it.
    private func hasHungUp() -> Bool {
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 0) > 0 else { return false }
        return PQconsumeInput(handle) == 0 || PQstatus(handle) != CONNECTION_OK
    }

    /// Marks the connection as broken and says why.
    func lost(_ reason: String? = nil) -> ConnectionLost {
        isBroken = true
        return ConnectionLost(reason: reason ?? Connection.lastMessage(of: handle))
    }

    // MARK: Waiting

    /// Waits until the socket can be read (or, if wanted, written).
    func wait(toWrite: Bool = false) throws(ConnectionLost) {
        while true {
            var descriptor = pollfd(
                fd: PQsocket(handle), events: Int16(POLLIN | (toWrite ? POLLOUT : 0)), revents: 0)
            var timeout: Int32 = -1
            if let waitLimit {
                let (seconds, attoseconds) = (waitLimit - .now).components
                guard seconds >= 0, attoseconds >= 0 else { throw lost("no answer in time") }
                timeout = Int32(clamping: min(seconds, 86_400) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
            }
            let ready = poll(&descriptor, 1, timeout)
            if ready > 0 { return }
            if ready < 0 && errno != EINTR { throw lost("poll: \(String(cString: strerror(errno)))") }
        }
    }

    /// Sends what is buffered, reading meanwhile what the server answers: with both buffers full and nobody reading,
    /// neither side would ever go on.
    func flush() throws(ConnectionLost) {
        while true {
            let unsent = PQflush(handle)
            if unsent == 0 { return }
            guard unsent > 0 else { throw lost() }
            try wait(toWrite: true)
            guard PQconsumeInput(handle) == 1 else { throw lost() }
        }
    }

    /// The next result, or nil at the end of a command.
    func nextResult() throws(ConnectionLost) -> OpaquePointer? {
        while PQisBusy(handle) == 1 {
            try wait()
            // After a failure PQgetResult returns what the server last said.
            if PQconsumeInput(handle) == 0 { break }
        }
        return PQgetResult(handle)
    }

    /// Turns a result that is an error into one. FATAL means that the server has hung up.
    func error(_ result: OpaquePointer) -> any Error {
        let error = PostgresError(result: result)
        PQclear(result)
        if error.isFatal || PQstatus(handle) != CONNECTION_OK { return lost(error.message) }
        return error
    }
}

/// Asks the server to cancel whatever a connection is running. Safe from any thread: libpq only reads the address and
/// key in it.
final class Canceller: @unchecked Sendable {
    private let handle: OpaquePointer

    init?(_ connection: OpaquePointer) {
        guard let handle = PQgetCancel(connection) else { return nil }
        self.handle = handle
    }

    deinit { PQfreeCancel(handle) }

    /// Blocks until the server has passed the request on; never call it on a thread of the cooperative pool.
    func cancel() {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            _ = PQcancel(handle, buffer.baseAddress, Int32(buffer.count))
        }
    }
}

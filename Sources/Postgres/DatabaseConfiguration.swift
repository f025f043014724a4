/// How to reach a database, and how much of it to use.
package struct DatabaseConfiguration: Sendable, CustomStringConvertible {
    /// A connection string or URL as libpq takes it: several hosts, TLS, service files. Unless it says otherwise, a host
    /// counts only while it takes writes (`target_session_attrs=read-write`).
    package var conninfo: String
    /// Where ordinary reads go instead, on as many connections: hosts of which, unless it says otherwise, a standby is
    /// preferred. People look for what they have just sent, so the server must not confirm a commit before its standbys
    /// show it (`synchronous_commit = remote_apply`).
    package var replicas: String?
    /// Threads, each with a connection of its own.
    package var connections: Int
    /// Jobs that may wait for a connection before `Overloaded` is thrown.
    package var waiting: Int
    /// Shown in `pg_stat_activity`.
    package var applicationName: String
    package var searchPath: String
    /// Zero is no limit.
    package var statementTimeout: Duration
    /// Zero is no limit.
    package var lockTimeout: Duration
    /// How long a transaction may sit idle while Swift computes, before the server ends it. Zero is no limit.
    package var idleTimeout: Duration
    /// How long a job may wait and run, unless it says otherwise.
    package var deadline: Duration
    /// How long jobs are taken while no connection can be made: a server that was restarted is back by then. Afterwards
    /// whoever comes is told at once, and not after the whole deadline; on a busy evening those who wait would pile up.
    package var patience: Duration
    /// How long a connection is used before a new one takes its place, give or take a fifth: the server gets back the
    /// memory it has collected for it, and after a change of hosts nobody stays behind for ever.
    package var lifetime: Duration

    package init(
        conninfo: String, replicas: String? = nil, connections: Int = 8, waiting: Int = 512,
        applicationName: String = "minyi",
        searchPath: String = "minyi, public", statementTimeout: Duration = .seconds(15),
        lockTimeout: Duration = .seconds(5), idleTimeout: Duration = .seconds(60), deadline: Duration = .seconds(10),
        patience: Duration = .seconds(3), lifetime: Duration = .seconds(1800)
    ) {
        self.conninfo = conninfo
        self.replicas = replicas
        self.connections = max(1, connections)
        self.waiting = max(1, waiting)
        self.applicationName = applicationName
        self.searchPath = searchPath
        self.statementTimeout = statementTimeout
        self.lockTimeout = lockTimeout
        self.idleTimeout = idleTimeout
        self.deadline = deadline
        self.patience = patience
        self.lifetime = lifetime
    }

    /// Without the connection string, which may hold a password.
    package var description: String { "\(connections) connections as \(applicationName)" }

    /// Settings of every connection for as long as it lives.
    var sessionSettings: SQL {
        let settings: [(String, String)] = [
            ("TimeZone", "UTC"), ("DateStyle", "ISO, YMD"), ("search_path", searchPath),
            ("statement_timeout", statementTimeout.milliseconds), ("lock_timeout", lockTimeout.milliseconds),
            ("idle_in_transaction_session_timeout", idleTimeout.milliseconds),
            // A write says so when it begins. A read then needs no transaction of its own to be held to its word.
            ("default_transaction_read_only", "on"),
        ]
        let calls = settings.map { name, value -> SQL in "set_config(\(name), \(value), false)" }
        return "select \(calls.joined(separator: ", "))"
    }
}

extension Duration {
    /// Whole milliseconds as the server's settings take them; at least one, unless it is zero.
    fileprivate var milliseconds: String {
        if self <= .zero { return "0" }
        let (seconds, attoseconds) = components
        return String(max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)))
    }
}

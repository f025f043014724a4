import Glibc

/// How many files and connections this process may have open at once.
enum OpenFiles {
    /// What the databases, logs and templates need beside people's connections.
    private static let ownUse = 256

    /// Raises the limit as far as the system allows it (usual on Debian: from 1,024 to 1,048,576), and returns how many
    /// connections it leaves for people.
    static func raiseLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 - ownUse }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            // Beyond this nothing is gained, and some programs walk through all descriptors they could have.
            raised.rlim_cur = min(limit.rlim_max, 65_536)
            // A service that systemd forbids this (ops/systemd) has its limit from there.
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return max(64, Int(clamping: limit.rlim_cur) - ownUse)
    }
}

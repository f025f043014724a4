import Foundation

/// Slows guessing of passwords down without letting a stranger lock a colleague out.
///
/// A browser in which an account has signed in before holds a signed device cookie and is counted by itself: nothing a
/// stranger does can delay it. Everyone else who tries the same account from the same network shares a delay that
/// doubles with each failure, and all strangers together share a trickle for the account, which stops guessing that is
/// spread over many networks. (The approach is OWASP's "device cookies".)
///
/// State lives in the memory of the serving process and is bounded; time is a parameter.
package struct SignInThrottle: Sendable {
    package enum Verdict: Equatable, Sendable {
        case proceed
        /// Seconds until the next attempt is taken.
        case wait(Int)
    }

    /// Failures that cost nothing, because people do mistype.
    static let freeAttempts = 5
    static let longestDelay = 900.0
    /// A device that fails this often in a row is no longer known as the colleague's.
    static let deviceAttempts = 10
    /// All unknown browsers together: this many attempts at once for an account, then one each `trickleSeconds`.
    static let trickleBurst = 40.0
    static let trickleSeconds = 20.0
    static let forgottenAfter = 3600.0

    private struct Attempts {
        var count = 0
        var last: Date
    }
    private struct Trickle {
        var tokens: Double
        var last: Date
    }

    private let capacity: Int
    private var attempts: [String: Attempts] = [:]
    private var trickles: [String: Trickle] = [:]

    package init(capacity: Int = 20_000) {
        self.capacity = max(capacity, 16)
    }

    /// Whether an attempt may be made now. An attempt that may proceed is counted as failed at once, so that many
    /// attempts at the same moment cannot slip through; `succeeded` takes the count back.
    ///
    /// - Parameters:
    ///   - network: the client's address (a /64 for IPv6).
    ///   - device: the id in a device cookie that was signed for this very account; nil without one.
    package mutating func admit(account: String, network: String, device: String?, at now: Date) -> Verdict {
        if let device {
            let key = Self.deviceKey(account, device)
            let known = current(key, at: now)
            if known.count < Self.deviceAttempts {
                note(key, known, at: now)
                return .proceed
            }
        }
        let key = Self.networkKey(account, network)
        let known = current(key, at: now)
        if known.count >= Self.freeAttempts {
            let delay = min(Self.longestDelay, pow(2, Double(min(known.count - Self.freeAttempts, 20))))
            let left = delay - now.timeIntervalSince(known.last)
            if left > 0 { return .wait(Int(left.rounded(.up))) }
        }
        if let seconds = takeFromTrickle(account, at: now) { return .wait(seconds) }
        note(key, known, at: now)
        return .proceed
    }

    /// The password was right: the browser's own count starts anew.
    package mutating func succeeded(account: String, network: String, device: String?, at now: Date) {
        if let device { attempts[Self.deviceKey(account, device)] = nil }
        attempts[Self.networkKey(account, network)] = nil
        trickles[account]?.tokens += 1
    }

    /// How many counters are held; for tests of the bound.
    var size: Int { attempts.count + trickles.count }

    private static func networkKey(_ account: String, _ network: String) -> String { "n\u{0}\(account)\u{0}\(network)" }
    private static func deviceKey(_ account: String, _ device: String) -> String { "d\u{0}\(account)\u{0}\(device)" }

    private func current(_ key: String, at now: Date) -> Attempts {
        guard let known = attempts[key], now.timeIntervalSince(known.last) < Self.forgottenAfter else {
            return Attempts(last: now)
        }
        return known
    }

    private mutating func note(_ key: String, _ known: Attempts, at now: Date) {
        if attempts.count >= capacity, attempts[key] == nil { forget(at: now) }
        attempts[key] = Attempts(count: known.count + 1, last: now)
    }

    /// Takes one token; the seconds to wait when there is none.
    private mutating func takeFromTrickle(_ account: String, at now: Date) -> Int? {
        if trickles.count >= capacity, trickles[account] == nil { forget(at: now) }
        var trickle = trickles[account] ?? Trickle(tokens: Self.trickleBurst, last: now)
        let gained = max(0, now.timeIntervalSince(trickle.last)) / Self.trickleSeconds
        trickle.tokens = min(Self.trickleBurst, trickle.tokens + gained)
        trickle.last = now
        defer { trickles[account] = trickle }
        guard trickle.tokens >= 1 else { return Int(((1 - trickle.tokens) * Self.trickleSeconds).rounded(.up)) }
        trickle.tokens -= 1
        return nil
    }

    /// Drops what is stale, and when that is not enough the older half: the bound matters more than a count.
    private mutating func forget(at now: Date) {
        attempts = attempts.filter { now.timeIntervalSince($0.value.last) < Self.forgottenAfter }
        trickles = trickles.filter { now.timeIntervalSince($0.value.last) < Self.forgottenAfter }
        if attempts.count >= capacity {
            let kept = attempts.sorted { $0.value.last > $1.value.last }.prefix(capacity / 2)
            attempts = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
        }
        if trickles.count >= capacity {
            let kept = trickles.sorted { $0.value.last > $1.value.last }.prefix(capacity / 2)
            trickles = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
        }
    }
}

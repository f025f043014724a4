import Foundation
import Testing

@testable import Participation

@Suite("Slowing down guesses")
struct SignInThrottleTests {
    private let start = Date(timeIntervalSince1970: 1_600_000_000)

    @Test func mistypingCostsNothingAndGuessingCostsMoreAndMore() {
        var throttle = SignInThrottle()
        for _ in 0..<SignInThrottle.freeAttempts {
            #expect(throttle.admit(account: "chen", network: "1.1.1.1", device: nil, at: start) == .proceed)
        }
        #expect(throttle.admit(account: "chen", network: "1.1.1.1", device: nil, at: start) == .wait(1))
        var now = start
        var waits: [Int] = []
        for _ in 0..<12 {
            while case .wait(let seconds) = throttle.admit(account: "chen", network: "1.1.1.1", device: nil, at: now) {
                waits.append(seconds)
                now += Double(seconds)
            }
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
        // Another network, and another account, are not delayed by it.
        #expect(throttle.admit(account: "chen", network: "2.2.2.2", device: nil, at: now) == .proceed)
        #expect(throttle.admit(account: "li", network: "1.1.1.1", device: nil, at: now) == .proceed)
    }

    @Test func aStrangerCannotLockAColleagueOut() {
        var throttle = SignInThrottle()
        var refused = 0
        // From a thousand networks at once: the trickle for unknown browsers runs dry.
        for network in 0..<1000 {
            if throttle.admit(account: "chen", network: "n\(network)", device: nil, at: start) != .proceed {
                refused += 1
            }
        }
        #expect(refused == 1000 - Int(SignInThrottle.trickleBurst))
        #expect(throttle.admit(account: "chen", network: "office", device: "known", at: start) == .proceed)
        throttle.succeeded(account: "chen", network: "office", device: "known", at: start)
        #expect(throttle.admit(account: "chen", network: "n1", device: "known", at: start) == .proceed)
    }

    @Test func aStolenDeviceCookieDoesNotGuessForEver() {
        var throttle = SignInThrottle()
        for _ in 0..<SignInThrottle.deviceAttempts {
            #expect(throttle.admit(account: "chen", network: "x", device: "d", at: start) == .proceed)
        }
        for _ in 0..<SignInThrottle.freeAttempts {
            #expect(throttle.admit(account: "chen", network: "x", device: "d", at: start) == .proceed)
        }
        #expect(throttle.admit(account: "chen", network: "x", device: "d", at: start) != .proceed)
    }

    @Test func successAndTimeForgive() {
        var throttle = SignInThrottle()
        for _ in 0..<5 { _ = throttle.admit(account: "chen", network: "x", device: nil, at: start) }
        throttle.succeeded(account: "chen", network: "x", device: nil, at: start)
        for _ in 0..<5 {
            #expect(throttle.admit(account: "chen", network: "x", device: nil, at: start) == .proceed)
        }
        #expect(throttle.admit(account: "chen", network: "x", device: nil, at: start) == .wait(1))
        let later = start + SignInThrottle.forgottenAfter
        for _ in 0..<5 {
            #expect(throttle.admit(account: "chen", network: "x", device: nil, at: later) == .proceed)
        }
    }

    @Test func memoryIsBounded() {
        var throttle = SignInThrottle(capacity: 100)
        for index in 0..<5000 {
            _ = throttle.admit(
                account: "a\(index)", network: "n\(index)", device: "d\(index)", at: start + Double(index) / 1e6)
            _ = throttle.admit(account: "a\(index)", network: "n\(index)", device: nil, at: start + Double(index) / 1e6)
        }
        #expect(throttle.size <= 200)
    }
}

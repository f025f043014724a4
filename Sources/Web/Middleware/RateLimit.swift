import Foundation
import Hummingbird
import Synchronization

/// Limits how many forms one network may send, so that a machine cannot fill the county's inbox. A whole town may share
/// one address of its mobile operator, so the standard is generous; guessing passwords has its own, narrower gate.
package struct RateLimit: RouterMiddleware {
    package typealias Context = MinyiContext

    package struct Rule: Sendable {
        /// How many may come at once.
        package var burst: Double
        package var perSecond: Double

        package init(burst: Double, perSecond: Double) {
            self.burst = burst
            self.perSecond = perSecond
        }

        /// Of forms.
        package static let standard = Rule(burst: 240, perSecond: 4)
        /// Of searches and of pages that are rendered for one visitor alone.
        package static let searches = Rule(burst: 300, perSecond: 20)
        /// Of megabytes of files: an eighth of what a day has room for, so that one network cannot send for all.
        package static let uploads = Rule(burst: 512, perSecond: 512.0 / 86_400)
    }

    private let buckets: Buckets

    package init(_ rule: Rule) { buckets = Buckets(rule) }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if request.method != .get, request.method != .head { try buckets.admit(context.visit.network) }
        return try await next(request, context)
    }

    /// Token buckets in bounded memory: those that are full again are forgotten first.
    final class Buckets: Sendable {
        private struct Bucket {
            var tokens: Double
            var last: Date
        }
        private let rule: Rule
        private let capacity: Int
        private let buckets = Mutex<[String: Bucket]>([:])

        init(_ rule: Rule, capacity: Int = 50_000) {
            self.rule = rule
            self.capacity = capacity
        }

        var size: Int { buckets.withLock { $0.count } }

        /// Takes tokens; the seconds to wait when there are not enough.
        func take(_ key: String, cost: Double = 1, now: Date) -> Int? {
            let rule = rule
            return buckets.withLock { buckets in
                if buckets.count >= capacity, buckets[key] == nil { Self.shrink(&buckets, rule, capacity, now) }
                var bucket = buckets[key] ?? Bucket(tokens: rule.burst, last: now)
                let gained = max(0, now.timeIntervalSince(bucket.last)) * rule.perSecond
                bucket.tokens = min(rule.burst, bucket.tokens + gained)
                bucket.last = now
                defer { buckets[key] = bucket }
                guard bucket.tokens >= cost else {
                    return max(1, Int(((cost - bucket.tokens) / rule.perSecond).rounded(.up)))
                }
                bucket.tokens -= cost
                return nil
            }
        }

        /// Gives back what was taken for something that was no guess.
        func giveBack(_ key: String) {
            buckets.withLock { buckets in
                guard var bucket = buckets[key] else { return }
                bucket.tokens += 1
                buckets[key] = bucket
            }
        }

        /// - Throws: `Problem` with 429 when one network asks for too much.
        func admit(_ network: ClientNetwork) throws {
            if let seconds = take(network.text, now: Date()) {
                throw Problem(.tooManyRequests, .tooManyRequests, retryAfter: seconds)
            }
        }

        private static func shrink(_ buckets: inout [String: Bucket], _ rule: Rule, _ capacity: Int, _ now: Date) {
            let refill = rule.burst / rule.perSecond
            buckets = buckets.filter { now.timeIntervalSince($0.value.last) < refill }
            guard buckets.count >= capacity else { return }
            // Under attack from more networks than fit: forget the half that was quiet longest.
            let kept = buckets.sorted { $0.value.last > $1.value.last }.prefix(capacity / 2)
            buckets = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
        }
    }
}

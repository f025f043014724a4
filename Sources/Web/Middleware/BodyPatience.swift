import NIOCore
import Synchronization

/// Patience with one body: time uses it up, bytes earn some. The idle timeout alone does not end a body that drips,
/// because each drop counts as activity.
package final class BodyPatience: Sendable {
    /// How slow a body may be. A minimum rate and not a total: a scan sent over a village's 2G line takes its minutes.
    package struct Pace: Sendable {
        package var grace: Duration
        package var bytesPerSecond: Int
        /// What a fast beginning earns at most: else whoever sends much and then nearly nothing could hold it for long.
        package var longest: Duration

        package init(grace: Duration, bytesPerSecond: Int, longest: Duration = .seconds(60)) {
            (self.grace, self.bytesPerSecond, self.longest) = (grace, bytesPerSecond, longest)
        }

        package static let standard = Pace(grace: .seconds(20), bytesPerSecond: 500)
    }

    private let pace: Pace
    private let left: Mutex<Duration>

    init(_ pace: Pace) {
        self.pace = pace
        left = Mutex(pace.grace)
    }

    var isOver: Bool { left.withLock { $0 <= .zero } }

    func earn(bytes: Int) {
        left.withLock { left in
            guard left > .zero else { return }
            left = min(left + .seconds(Double(bytes) / Double(pace.bytesPerSecond)), pace.longest)
        }
    }

    func pass(_ time: Duration) {
        left.withLock { if $0 > .zero { $0 -= time } }
    }

    /// Stops reading from the channel once patience is over; the answer can still be written. Cancel it when the body is
    /// whole.
    func watch(_ channel: any Channel) -> RepeatedTask {
        let step = min(pace.grace, .seconds(1))
        let delay = TimeAmount(step)
        return channel.eventLoop.scheduleRepeatedTask(initialDelay: delay, delay: delay) { task in
            self.pass(step)
            guard self.isOver else { return }
            task.cancel()
            channel.close(mode: .input, promise: nil)
        }
    }
}

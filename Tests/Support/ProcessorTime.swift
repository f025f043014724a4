// `timespec` belongs to either, as modules of C come in this or that order.
import CoreFoundation
import Glibc

/// How long the processor worked for this, on this thread. Bounds on it hold however many others want the machine; the time on
/// the wall is theirs as well.
package func processorTime(_ work: () throws -> Void) rethrows -> Duration {
    let begun = threadClock()
    try work()
    return threadClock() - begun
}

private func threadClock() -> Duration {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
}

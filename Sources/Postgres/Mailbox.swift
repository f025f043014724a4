import Foundation
import Synchronization

/// What a listener has heard and its reader not yet taken. What is there already is not put in twice, and when a slow
/// reader has let too much pile up, all of it becomes one `lookAgain`.
final class Mailbox: Sendable {
    static let limit = 1000

    private struct Heard {
        var order: [Listener.Event] = []
        var known: Set<Listener.Event> = []
    }

    private let heard = Mutex(Heard())
    /// Wakes the reader; rung again before it comes, it still rings once.
    private let ring: AsyncStream<Void>.Continuation

    init(ring: AsyncStream<Void>.Continuation) { self.ring = ring }

    func put(_ event: Listener.Event) {
        heard.withLock { heard in
            if heard.order.count >= Mailbox.limit { heard = Heard(order: [.lookAgain], known: [.lookAgain]) }
            if heard.known.insert(event).inserted { heard.order.append(event) }
        }
        ring.yield()
    }

    func empty() -> [Listener.Event] {
        heard.withLock { heard in
            defer { heard = Heard() }
            return heard.order
        }
    }

    func close() { ring.finish() }
}

/// Asks a thread to stop that waits for a socket: a pipe whose other end is closed.
final class StopSignal: Sendable {
    private let reading: Int32
    private let writing: Mutex<Int32?>

    init() throws(ConnectionLost) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ConnectionLost(reason: String(cString: strerror(errno))) }
        // A child that held the writing end would keep it from ever being closed.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reading = ends[0]
        writing = Mutex(ends[1])
    }

    deinit {
        raise()
        close(reading)
    }

    func raise() {
        writing.withLock { end in
            if let end { close(end) }
            end = nil
        }
    }

    /// Waits for the socket, or for so many seconds; true if asked to stop.
    func wait(orInputOf socket: Int32 = -1, seconds: Double? = nil) -> Bool {
        var descriptors = [
            pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&descriptors, 2, seconds.map { Int32($0 * 1000) } ?? -1)
        return descriptors[0].revents != 0
    }
}

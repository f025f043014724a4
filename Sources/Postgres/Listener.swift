import CLibpq
import Foundation
import Logging
import ServiceLifecycle

/// Hears what is sent with `notify`, on a connection and a thread of its own, and connects again whenever the server has
/// been away.
///
/// Notifications are hints, looking is the guarantee: what was sent while nobody listened is gone. So after each
/// connect, the first one too, comes `lookAgain`.
package final class Listener: Service {
    package enum Event: Hashable, Sendable {
        /// Something may have been missed; from now on nothing is.
        case lookAgain
        case notification(channel: String, payload: String)
    }

    /// What is heard, for one reader. It ends when the listener is shut down.
    package let events: Events

    private let mailbox: Mailbox
    private let stop: StopSignal
    private let thread = RunningThreads(1)
    private let logger: Logger

    /// Starts the thread, which connects by itself.
    /// - Throws: `ConnectionLost` when the process has no file descriptors left.
    package init(_ configuration: DatabaseConfiguration, channels: [StaticString], logger: Logger) throws {
        let (bell, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (mailbox, stop) = (Mailbox(ring: ring), try StopSignal())
        (self.mailbox, self.stop, self.logger) = (mailbox, stop, logger)
        events = Events(mailbox: mailbox, bell: bell)
        let worker = ListenerWorker(
            configuration: configuration, channels: channels, mailbox: mailbox, stop: stop, logger: logger)
        let thread = Thread { [thread = self.thread] in
            worker.run()
            mailbox.close()
            thread.oneEnded()
        }
        thread.name = "postgres-listen"
        thread.start()
    }

    deinit { stop.raise() }

    /// Waits for graceful shutdown, then ends in order.
    package func run() async throws {
        do { try await gracefulShutdown() } catch {
            logger.debug("listener cancelled", metadata: ["reason": "\(error)"])
        }
        await shutdown()
    }

    /// Closes the connection; the reader gets what was heard and then the end.
    package func shutdown() async {
        stop.raise()
        await thread.allEnded()
    }

    /// The sequence of what is heard.
    package struct Events: AsyncSequence, Sendable {
        fileprivate let mailbox: Mailbox
        fileprivate let bell: AsyncStream<Void>

        package func makeAsyncIterator() -> Iterator {
            Iterator(mailbox: mailbox, bell: bell.makeAsyncIterator())
        }

        package struct Iterator: AsyncIteratorProtocol {
            fileprivate let mailbox: Mailbox
            fileprivate var bell: AsyncStream<Void>.Iterator
            private var taken: ArraySlice<Event> = []

            fileprivate init(mailbox: Mailbox, bell: AsyncStream<Void>.Iterator) {
                (self.mailbox, self.bell) = (mailbox, bell)
            }

            /// nil when the listener was shut down or the reader's task cancelled.
            package mutating func next() async -> Event? {
                while taken.isEmpty {
                    guard await bell.next() != nil else { return nil }
                    taken = mailbox.empty()[...]
                }
                return taken.popFirst()
            }
        }
    }
}

/// What the thread of a listener does.
private struct ListenerWorker: Sendable {
    let configuration: DatabaseConfiguration
    let channels: [StaticString]
    let mailbox: Mailbox
    let stop: StopSignal
    let logger: Logger

    func run() {
        var backoff = Backoff()
        repeat {
            do {
                let connection = try Connection(configuration)
                defer { connection.close() }
                for channel in channels { try connection.executeText("listen \"\(channel)\"") }
                backoff = Backoff()
                mailbox.put(.lookAgain)
                try listen(on: connection)
                return
            } catch {
                if backoff.isFresh { logger.warning("not listening", metadata: ["reason": "\(error)"]) }
            }
        } while !stop.wait(seconds: backoff.next())
    }

    /// Returns when asked to stop, throws when the connection is lost.
    private func listen(on connection: Connection) throws(ConnectionLost) {
        while true {
            for event in try connection.takeNotifications() { mailbox.put(event) }
            if stop.wait(orInputOf: PQsocket(connection.handle)) { return }
        }
    }
}

extension Connection {
    /// Reads what has arrived; throws if the server has hung up.
    fileprivate func takeNotifications() throws(ConnectionLost) -> [Listener.Event] {
        guard PQconsumeInput(handle) == 1, PQstatus(handle) == CONNECTION_OK else { throw lost() }
        var taken: [Listener.Event] = []
        while let notification = PQnotifies(handle) {
            defer { PQfreemem(notification) }
            taken.append(
                .notification(
                    channel: String(cString: notification.pointee.relname),
                    payload: String(cString: notification.pointee.extra)))
        }
        return taken
    }
}

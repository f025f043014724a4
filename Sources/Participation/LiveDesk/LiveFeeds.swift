import Foundation
import Postgres
import Synchronization

/// What those who follow a screen are told.
package enum ScreenNews: Sendable, Equatable {
    case said([ScreenEntry])
    /// Places whose words are to be taken off wherever they stand.
    case sealed(Set<Int>)
    /// Not everybody may follow any more.
    case withdrawn
}

/// Brings what is said to everybody who follows: one poll for each gathering, however many follow it.
package final class LiveFeeds: Sendable {
    package static let ring = 500
    /// Between polls that fail.
    private static let longestPause: Duration = .seconds(2)

    private struct Follower: Sendable {
        let out: AsyncStream<ScreenNews>.Continuation
        /// With the key of the hall, which holds whether or not everybody may follow.
        let inTheHall: Bool
    }

    private struct Feed {
        /// What was hidden or sealed stands in it without its words.
        var entries: [ScreenEntry] = []
        var sealed: Set<Int> = []
        /// Everything after this place is in `entries`.
        var from: Int
        var followers: [UUID: Follower] = [:]
        var polling: Task<Void, Never>?

        var last: Int { entries.last?.place ?? from }
    }

    private let database: Database
    private let pause: Duration
    private let feeds = Mutex<[Int: Feed]>([:])

    package init(_ database: Database, pause: Duration = .milliseconds(300)) {
        (self.database, self.pause) = (database, pause)
    }

    /// How many follow something now.
    package var followers: Int { feeds.withLock { $0.values.reduce(0) { $0 + $1.followers.count } } }

    /// What comes after a place, in order and each once; ends when `end` is called or nobody listens.
    package func follow(
        _ screen: GatheringScreen, after place: Int, inTheHall: Bool = false
    ) -> AsyncStream<ScreenNews> {
        let (stream, out) = AsyncStream.makeStream(of: ScreenNews.self)
        let follower = Follower(out: out, inTheHall: inTheHall)
        let joining = Task { [self] in await join(screen, after: place, follower) }
        out.onTermination = { _ in joining.cancel() }
        return stream
    }

    /// Ends all streams, for a graceful shutdown.
    package func end() {
        let all = feeds.withLock { feeds in
            defer { feeds = [:] }
            return Array(feeds.values)
        }
        for feed in all {
            feed.polling?.cancel()
            for follower in feed.followers.values { follower.out.finish() }
        }
    }

    /// Behind the ring somebody reads the database first, once, and joins where that ended.
    private func join(_ screen: GatheringScreen, after place: Int, _ follower: Follower) async {
        var place = place
        while !Task.isCancelled {
            if take(follower, screen, after: place) { return }
            do {
                var missed = try await ScreenEntry.all(of: screen, after: max(0, place - 1), in: database)
                // A feed that began at a place which nobody has reached would tell nobody anything: such a one begins anew.
                if missed.isEmpty, place > 0 {
                    place = 0
                    missed = try await ScreenEntry.all(of: screen, after: 0, in: database)
                }
                missed.removeAll { [place] in $0.place <= place }
                if let last = missed.last {
                    follower.out.yield(.said(missed))
                    place = last.place
                }
                if take(follower, screen, after: place, opens: true) { return }
            } catch {
                try? await Task.sleep(for: Self.longestPause)
            }
        }
        follower.out.finish()
    }

    /// - Parameter opens: begins a feed at this place where there is none.
    private func take(_ follower: Follower, _ screen: GatheringScreen, after place: Int, opens: Bool = false) -> Bool {
        let (id, key) = (screen.gatheringID, UUID())
        let isTaken = feeds.withLock { feeds in
            if feeds[id] == nil, opens { feeds[id] = Feed(from: place) }
            guard var feed = feeds[id], feed.from <= place else { return false }
            let missed = feed.entries.filter { $0.place > place }
            if !missed.isEmpty { follower.out.yield(.said(missed)) }
            // They may have read it before it was sealed.
            if !feed.sealed.isEmpty { follower.out.yield(.sealed(feed.sealed)) }
            feed.followers[key] = follower
            if feed.polling == nil { feed.polling = Task { [self] in await poll(screen) } }
            feeds[id] = feed
            return true
        }
        // Outside of the lock: it is called at once where they have left already.
        if isTaken { follower.out.onTermination = { [weak self] _ in self?.leave(id, key) } }
        return isTaken
    }

    private func leave(_ id: Int, _ key: UUID) {
        let polling = feeds.withLock { feeds -> Task<Void, Never>? in
            feeds[id]?.followers[key] = nil
            guard let feed = feeds[id], feed.followers.isEmpty else { return nil }
            feeds[id] = nil
            return feed.polling
        }
        polling?.cancel()
    }

    private func poll(_ screen: GatheringScreen) async {
        var wait = pause
        while !Task.isCancelled {
            guard let place = feeds.withLock({ $0[screen.gatheringID]?.last }) else { return }
            do {
                let (new, standing) = try await database.read(deadline: .seconds(5)) { tx in
                    (
                        try tx.all(ScreenEntry.of(screen, after: place), as: ScreenEntry.self),
                        try tx.first(ScreenStanding.of(screen), as: ScreenStanding.self)
                    )
                }
                give(new, after: place, standing, to: screen.gatheringID)
                wait = pause
            } catch {
                wait = min(wait * 2, Self.longestPause)
            }
            try? await Task.sleep(for: wait)
        }
    }

    private func give(_ new: [ScreenEntry], after place: Int, _ standing: ScreenStanding?, to id: Int) {
        let left = feeds.withLock { feeds -> [Follower] in
            // A poll that outlived its feed has nothing for the one that came after it.
            guard var feed = feeds[id], feed.last == place else { return [] }
            let sealed = standing?.sealed.subtracting(feed.sealed) ?? []
            feed.sealed.formUnion(sealed)
            feed.entries += new
            // Who comes later gets what was hidden or sealed without its words, from memory as from the database.
            let hidden = sealed.union(new.filter { $0.kind == .hidden }.compactMap(\.replaces))
            if !hidden.isEmpty {
                feed.entries = feed.entries.map { entry -> ScreenEntry in
                    let isHidden = hidden.contains(entry.place) || entry.replaces.map { hidden.contains($0) } ?? false
                    return isHidden ? entry.withoutWords : entry
                }
            }
            let over = feed.entries.count - Self.ring
            if over > 0 {
                feed.from = feed.entries[over - 1].place
                feed.entries.removeFirst(over)
            }
            var left: [Follower] = []
            for (key, follower) in feed.followers {
                guard follower.inTheHall || standing?.isOpen != false else {
                    left.append(follower)
                    continue
                }
                if !new.isEmpty, case .terminated = follower.out.yield(.said(new)) { feed.followers[key] = nil }
                if !sealed.isEmpty { follower.out.yield(.sealed(sealed)) }
            }
            feeds[id] = feed
            return left
        }
        // Outside of the lock: ending one makes it leave.
        for follower in left {
            follower.out.yield(.withdrawn)
            follower.out.finish()
        }
    }
}

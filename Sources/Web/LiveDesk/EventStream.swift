import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation

/// Server-sent events (HTML standard, 9.2): what is said, and now and then the server's clock, which is also the heartbeat.
enum EventStream {
    /// How many may follow at once, all screens together.
    static let most = 1000
    /// A proxy gives up after sixty seconds of silence.
    static let beat: Duration = .seconds(15)
    /// So many frames wait for a slow reader; then it is sent away and comes back to where it was.
    private static let mostWaiting = 256

    /// - Parameter follow: opened with the body alone, so that a HEAD opens nothing.
    static func response(
        beat: Duration = beat, _ texts: Texts, _ follow: @escaping @Sendable () -> AsyncStream<ScreenNews>
    ) -> Response {
        var headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        if let buffering = HTTPField.Name("X-Accel-Buffering") { headers[buffering] = "no" }
        let body = ResponseBody { writer in
            let (frames, out) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(mostWaiting))
            @Sendable func send(_ frame: String) {
                if case .dropped = out.yield(frame) { out.finish() }
            }
            let clock = Task {
                while !Task.isCancelled {
                    send(Self.clock(Date()))
                    try? await Task.sleep(for: beat)
                }
            }
            let feed = Task {
                for await news in follow() { send(Self.frames(of: news, texts)) }
                out.finish()
            }
            defer {
                clock.cancel()
                feed.cancel()
            }
            try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
            for await frame in frames { try await writer.write(ByteBuffer(string: frame)) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// From where somebody goes on: as their browser says it, else as the page did.
    static func position(_ request: Request) throws -> Int {
        let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }.flatMap { Int($0) }
        // More than any hearing has; what is no place of the database would be asked for again and again.
        return max(0, min(try last ?? request.query().int("after") ?? 0, 1_000_000))
    }

    static func clock(_ now: Date) -> String { "event: clock\ndata: \(millis(now))\n\n" }

    /// Milliseconds since 1970, as browsers count.
    static func millis(_ moment: Date) -> Int { Int((moment.timeIntervalSince1970 * 1000).rounded()) }

    private struct Data: Encodable {
        let place: Int
        let kind, label, next, body: String
        /// What stands beside a correction that made something else of it.
        let mark, becomes: String?
        let seconds, replaces: Int?
        let at: Int
    }

    static func frames(of news: ScreenNews, _ texts: Texts) -> String {
        switch news {
        case .said(let entries): entries.map { frame($0, texts) }.joined()
        case .sealed(let places):
            "event: sealed\ndata: [\(places.sorted().map { String($0) }.joined(separator: ","))]\n\n"
        case .withdrawn: "event: withdrawn\ndata: -\n\n"
        }
    }

    static func frame(_ entry: ScreenEntry, _ texts: Texts) -> String {
        let data = Data(
            place: entry.place, kind: entry.kind.rawValue,
            label: entry.label.isEmpty ? LiveDeskPages.label(entry.speaker, texts) : entry.label,
            next: LiveDeskPages.label(entry.nextSpeaker, texts), body: entry.body,
            mark: entry.becomes.map { ScreenPage.mark($0, texts) }, becomes: entry.becomes?.rawValue,
            seconds: entry.seconds, replaces: entry.replaces, at: millis(entry.at))
        // Line breaks within are escaped by JSON, so it is one line.
        guard let json = try? JSONEncoder().encode(data) else { return "" }
        return "id: \(entry.place)\nevent: entry\ndata: \(String(decoding: json, as: UTF8.self))\n\n"
    }
}

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation
import Synchronization
import TestSupport
import Testing

@testable import Web

@Suite("The stream of a screen")
struct EventStreamTests {
    private let entry = ScreenEntry(
        place: 7, kind: .statement, speaker: SpeakerLabel(role: .participant, seat: 3, name: "张某"),
        body: "一\n二\r\n\u{2028}三", at: Date(timeIntervalSince1970: 1.5))

    private func texts(_ language: Language = .chinese) throws -> Texts {
        try TestSite.texts(language)
    }

    @Test func whoSpeaksIsCalledInTheLanguageOfThePage() throws {
        #expect(EventStream.frame(entry, try texts()).contains("参加人3 张某"))
        #expect(EventStream.frame(entry, try texts(.english)).contains("Participant 3 张某"))
    }

    @Test func whatIsSealedAndThatItIsWithdrawnAreEventsOfTheirOwn() throws {
        let texts = try texts()
        #expect(EventStream.frames(of: .sealed([9, 2]), texts) == "event: sealed\ndata: [2,9]\n\n")
        #expect(EventStream.frames(of: .withdrawn, texts).hasPrefix("event: withdrawn\n"))
    }

    @Test func aFrameIsOneEventHoweverManyLinesWereSaid() throws {
        let frame = EventStream.frame(entry, try texts())
        #expect(frame.hasPrefix("id: 7\nevent: entry\ndata: {") && frame.hasSuffix("}\n\n"))
        // Only the three lines of the frame and the empty one.
        #expect(frame.utf8.count { $0 == 0x0a } == 4)
        #expect(!frame.utf8.contains(0x0d))
        #expect(frame.contains("\"at\":1500"))
    }

    @Test func whoComesBackGoesOnFromTheLastTheBrowserHas() throws {
        func request(_ path: String, _ headers: HTTPFields = [:]) -> Request {
            Request(
                head: .init(method: .get, scheme: "http", authority: "localhost", path: path, headerFields: headers),
                body: .init(buffer: ByteBuffer()))
        }
        let last = try #require(HTTPField.Name("Last-Event-ID"))
        #expect(try EventStream.position(request("/s")) == 0)
        #expect(try EventStream.position(request("/s?after=5")) == 5)
        #expect(try EventStream.position(request("/s?after=5", [last: "9"])) == 9)
        #expect(try EventStream.position(request("/s?after=-3", [last: "x"])) == 0)
    }

    private struct Gathered: ResponseBodyWriter {
        let text: @Sendable (String) -> Void
        mutating func write(_ buffer: ByteBuffer) async throws { text(String(buffer: buffer)) }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    @Test func entriesAndHeartbeatsComeUntilItEnds() async throws {
        let (entries, out) = AsyncStream.makeStream(of: ScreenNews.self)
        let opened = Atomic(0)
        let received = Mutex("")
        let response = EventStream.response(beat: .milliseconds(10), try texts()) {
            opened.add(1, ordering: .relaxed)
            return entries
        }
        #expect(opened.load(ordering: .relaxed) == 0)
        out.yield(.said([entry]))
        let ending = Task {
            // Ends only after more than one heartbeat has come.
            try await wait(until: "heartbeats have come") {
                received.withLock { $0.components(separatedBy: "event: clock").count } >= 4
            }
            out.finish()
        }
        try await response.body.write(Gathered { text in received.withLock { $0 += text } })
        try await ending.value
        let text = received.withLock { $0 }
        #expect(text.hasPrefix("retry: 1000\n\n") && text.contains("id: 7\n"))
        #expect(opened.load(ordering: .relaxed) == 1)
    }
}

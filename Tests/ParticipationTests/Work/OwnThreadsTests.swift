import Foundation
import Participation
import Testing

@Suite("Threads of their own")
struct OwnThreadsTests {
    @Test func turnAwayWhatFindsNoPlace() async throws {
        let threads = OwnThreads("test", threads: 1, longestQueue: 0)
        let (started, start) = AsyncStream<Void>.makeStream()
        let gate = DispatchSemaphore(value: 0)
        async let first = threads.run {
            start.yield()
            gate.wait()
            return 1
        }
        for await _ in started { break }
        await #expect(throws: OwnThreads.Busy.self) { try await threads.run { 2 } }
        gate.signal()
        #expect(try await first == 1)
        #expect(try await threads.run { 3 } == 3)
    }
}

import HTTPTypes
import HummingbirdTesting
import Metrics
import NIOCore
import Testing

@testable import Web

@Suite("Measurements")
struct MeasurementsTests {
    @Test func countAndSumStayWhenTheirHandlesAreGone() {
        let measurements = Measurements()
        for milliseconds in [100, 400] as [Int64] {
            Counter(label: "visits", dimensions: [("route", "/a\"b")], factory: measurements).increment()
            Timer(label: "wait", factory: measurements).recordNanoseconds(milliseconds * 1_000_000)
            Recorder(label: "size", factory: measurements).record(milliseconds)
        }
        let lines = #"""
            size_count 2
            size_sum 500.0
            visits_total{route="/a\"b"} 2
            wait_seconds_count 2
            wait_seconds_sum 0.5

            """#
        #expect(measurements.text == lines)
    }

    @Test func areShownOnThisMachineAndToNobodyBehindTheProxy() async throws {
        try await TestSite.make().makeServer().test(.live) { client in
            _ = try await client.executeRequest(uri: "/styleguide?q=secret", method: .get, headers: [:], body: nil)
            let shown = try await client.executeRequest(uri: "/metrics", method: .get, headers: [:], body: nil)
            let text = String(buffer: shown.body)
            #expect(shown.status == .ok && shown.headers[.contentType]?.hasPrefix("text/plain") == true)
            #expect(text.contains("minyi_requests_total{method=\"GET\",route=\"/styleguide\",status=\"200\"} 1\n"))
            #expect(text.contains("minyi_request_duration_seconds_count{route=\"/styleguide\"} 1\n"))
            #expect(!text.contains("secret"))
            let forwarded = try #require(HTTPField.Name("X-Forwarded-For"))
            let hidden = try await client.executeRequest(
                uri: "/metrics", method: .get, headers: [forwarded: "203.0.113.9"], body: nil)
            #expect(hidden.status == .notFound)
        }
    }
}

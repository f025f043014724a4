import Metrics
import Synchronization

/// What this process has measured since it started, in memory, and written out as Prometheus reads it
/// (https://prometheus.io/docs/instrumenting/exposition_formats/). Labels come from short closed lists (routes, methods,
/// statuses), so it stays small.
final class Measurements: MetricsFactory {
    /// How often something happened, and what it came to: a count, or seconds.
    fileprivate final class Tally: CounterHandler, TimerHandler, RecorderHandler {
        private let total = Mutex((times: Int64(0), sum: 0.0))

        var value: (times: Int64, sum: Double) { total.withLock { $0 } }

        func increment(by amount: Int64) { add(Double(amount)) }
        func recordNanoseconds(_ duration: Int64) { add(Double(duration) / 1_000_000_000) }
        func record(_ value: Int64) { add(Double(value)) }
        func record(_ value: Double) { add(value) }
        func reset() { total.withLock { $0 = (0, 0) } }

        private func add(_ amount: Double) {
            total.withLock { $0 = ($0.times + 1, $0.sum + amount) }
        }
    }

    private enum Kind { case counter, timer, recorder }

    private struct Series: Hashable {
        let kind: Kind
        let name: String
        /// `method="get",status="200"`
        let labels: String
    }

    private let tallies = Mutex([Series: Tally]())

    private func tally(_ kind: Kind, _ name: String, _ dimensions: [(String, String)]) -> Tally {
        let labels = dimensions.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        return tallies.withLock { tallies in
            let series = Series(kind: kind, name: name, labels: labels)
            let found = tallies[series] ?? Tally()
            tallies[series] = found
            return found
        }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        tally(.counter, label, dimensions)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        tally(.timer, label, dimensions)
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        tally(.recorder, label, dimensions)
    }

    // What was measured stays, whoever lets go of a handle.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}

    /// One line a series, in order.
    var text: String {
        let lines = tallies.withLock { $0 }.flatMap { series, tally in
            let (times, sum) = tally.value
            func line(_ ending: String, _ value: String) -> String {
                series.name + ending + (series.labels.isEmpty ? "" : "{\(series.labels)}") + " " + value
            }
            return switch series.kind {
            case .counter: [line("_total", "\(Int64(sum))")]
            case .timer: [line("_seconds_count", "\(times)"), line("_seconds_sum", "\(sum)")]
            case .recorder: [line("_count", "\(times)"), line("_sum", "\(sum)")]
            }
        }
        return lines.sorted().map { $0 + "\n" }.joined()
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

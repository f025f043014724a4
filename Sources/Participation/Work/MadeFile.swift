import Foundation
import Postgres

/// A file that a worker makes of words which were put together where it was asked for: a report, a paper of a questionnaire or of a gathering.
package enum MadeFile {
    package enum State: String, PostgresValue, Sendable {
        case waiting, made, failed
    }
}

extension JSONText {
    /// With its keys in order: the same words are the same text.
    init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.init(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

import Foundation
import Yams

/// The demo's messages, such as `ops/demo/messages.yaml`: what citizens write about, and what they are told.
struct MessagePlan: Decodable, Sendable {
    /// Something people write about, and the answer of the unit (a code; `town`: the town it happens in).
    struct Matter: Decodable, Sendable {
        let unit: String
        let kind: String
        let title: String
        let text: String
        let answer: String
    }

    /// A message that ends at screening.
    struct Ending: Decodable, Sendable {
        let kind: String
        let title: String
        let text: String
        let verdict: String
        let code: String
        /// What the author is told.
        let told: String
    }

    let matters: [Matter]
    let endings: [Ending]
    /// By the code of a unit, the words for what it is responsible for.
    let responsibilities: [String: [String]]

    static func load(_ file: String) throws -> MessagePlan {
        try YAMLDecoder().decode(MessagePlan.self, from: String(contentsOfFile: file, encoding: .utf8))
    }
}

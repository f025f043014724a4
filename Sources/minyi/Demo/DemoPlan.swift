import Foundation
import Participation
import Yams

/// A demo file, such as `ops/demo/demo.yaml`: who works in the demo, what they ask, what citizens say, and what becomes of
/// it. The directories it names are in the folder `directories` beside it.
///
/// Days are counted from the day the demo is loaded: -4 is four days ago.
struct DemoPlan: Decodable, Sendable {
    struct Person: Decodable, Sendable {
        let name: String
        let display: String
        let unit: String
        let roles: [String]
    }

    struct Comment: Decodable, Sendable {
        let day: Int
        let text: String
        var row: Int?
        var name: String?
        var phone: String?
        var show: Bool?
        var submitter: String?
        var organisation: String?
        var people: Int?
        var channel: String?
        var for_someone: Bool?
        var screen: String?
        var code: String?
        var outcome: String?
        var reason: String?
        var transferred_to: String?
        var invalid_code: String?
        var withdrawn: Bool?
        var proposes_hearing: Bool?
    }

    /// What is done to a row of the edition before, by its number, and the comments (from 1) that this carries out.
    struct Change: Decodable, Sendable {
        let row: Int
        /// Column → new words.
        var cells: [String: String]?
        /// The contents of the parts it is split into.
        var split: [String]?
        /// The number of the row it moves behind.
        var after: Int?
        var drop: Bool?
        var comments: [Int]?
    }

    /// A later edition that goes before the public.
    struct Edition: Decodable, Sendable {
        let day: Int
        let stage: String
        let note: String
        /// Column → new words of every row.
        var all: [String: String]?
        let changes: [Change]
    }

    struct Consultation: Decodable, Sendable {
        /// A directory; one that ends in `.txt` is a text in clauses, in the folder `texts`.
        let file: String
        /// Of a text; that of a directory stands in its title.
        var field: String?
        /// Code of the rule its period is measured against; that of directories unless said.
        var rule: String?
        let unit: String
        let title: String
        let state: String
        let opens: Int
        let closes: Int
        var published: Int?
        let note: String
        var next_step: String?
        var comments_shown: Bool?
        let comments: [Comment]
        var editions: [Edition]?
        var letter: Letter?
        var views: [View]?
        var gatherings: [Meeting]?
    }

    struct Draft: Decodable, Sendable {
        let file: String
        let unit: String
        let title: String
    }

    /// A file of messages beside this one (see `MessagePlan`), and how many are written in a year.
    struct Messages: Decodable, Sendable {
        let file: String
        let count: Int
    }

    /// A programme of work: when it is sent out, the days of its stages, and the file beside this one with its lines.
    struct Programme: Decodable, Sendable {
        let day: Int
        let title: String
        let basis: String
        let file: String
        let days: [String: Int]
        var reports: [Report]?
    }

    /// What a unit reports about its part, or the office (without a unit) about the whole.
    struct Report: Decodable, Sendable {
        let day: Int
        var unit: String?
        /// Sections that people have written, by their keys; the others are as the figures make them.
        let sections: [String: String]
        var handed_in: Bool?
    }

    let accounts: [Person]
    let settings: [String: String]
    let consultations: [Consultation]
    let drafts: [Draft]
    var messages: Messages?
    var programme: Programme?
    var questionnaires: [Asking]?

    static func load(_ file: String) throws -> DemoPlan {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return try YAMLDecoder().decode(DemoPlan.self, from: text)
    }
}

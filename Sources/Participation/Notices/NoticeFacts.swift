import Foundation
import Text

/// The facts of a notice as its sentences show them.
struct NoticeFacts {
    private let values: [String: Fact]

    /// A number, a word, yes or no; anything else is not shown.
    private enum Fact: Decodable {
        case text(String)
        case nothing

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let number = try? value.decode(Int.self) {
                self = .text(String(number))
            } else if let flag = try? value.decode(Bool.self) {
                self = .text(String(flag))
            } else {
                self = .nothing
            }
        }
    }

    /// - Parameter json: the object of the table.
    init(json: String) throws { values = try JSONDecoder().decode([String: Fact].self, from: Data(json.utf8)) }

    subscript(name: String) -> String? {
        guard case .text(let text) = values[name] else { return nil }
        return text
    }

    /// Every fact as it stands in the table.
    var plain: [String: String] {
        values.compactMapValues { if case .text(let text) = $0 { text } else { nil } }
    }

    /// Every fact in words: days (`…_on`) and moments (`…_at`) as the language writes them.
    func inWords(_ language: ChinaTime.Language) -> [String: String] {
        var words: [String: String] = [:]
        for name in values.keys {
            guard let text = self[name] else { continue }
            if name.hasSuffix("_on") {
                words[name] = CalendarDate(text).map { ChinaTime.day($0, in: language) }
            } else if name.hasSuffix("_at") {
                words[name] = Self.moment(text).map { ChinaTime.deadline($0, in: language) }
            } else {
                words[name] = text
            }
        }
        return words
    }

    /// A timestamp as jsonb has it: `2026-11-26T01:57:40.173866+00:00`.
    private static func moment(_ text: String) -> Date? {
        let format = Date.ISO8601FormatStyle()
        return (try? format.parse(text))
            ?? (try? format.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .colon)
                .parse(text))
    }
}

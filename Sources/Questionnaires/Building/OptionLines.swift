import Foundation

/// Options as people type them, one a line: `code | text`, then, where needed, `| *` (leaves no room for others) and
/// `| ? condition`. A line without a code gets one; the code stays with the words when lines are moved or reworded. Words that look
/// like one of these marks have a `\` before them.
package struct OptionLines: Sendable, Equatable {
    package struct Fault: Error, Sendable, Equatable {
        package enum Kind: String, Sendable { case empty, twice, long }

        /// From 1.
        package let line: Int
        package let kind: Kind
        package let code: String
    }

    package let options: [Question.Option]

    /// More than this is no list that anybody reads.
    package static let most = 300
    package static let longestText = 300

    package init(options: [Question.Option]) { self.options = options }

    /// - Parameters:
    ///   - prefix: what new codes begin with.
    ///   - taken: codes that new lines do not get, because something was called so before.
    package init(
        _ text: String, prefix: String, taken: Set<String> = []
    ) throws(Fault) {
        var read: [(line: Int, code: String?, option: Question.Option)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var parts = String(line).replacingOccurrences(of: "｜", with: "|")
                .split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.contains(where: { !$0.isEmpty }) else { continue }
            var code: String?
            if parts.count > 1, let first = parts.first, QuestionnaireCheck.isCode(first, mayBeginWithDigit: true),
                !Self.isMark(parts[1])
            {
                code = first
                parts.removeFirst()
            }
            let option = Self.option(parts)
            guard !option.text.isEmpty else { throw Fault(line: index + 1, kind: .empty, code: code ?? "") }
            guard option.text.unicodeScalars.count <= Self.longestText else {
                throw Fault(line: index + 1, kind: .long, code: code ?? "")
            }
            read.append((index + 1, code, option))
        }
        var used = Set<String>()
        for (line, code, _) in read {
            if let code, !used.insert(code).inserted { throw Fault(line: line, kind: .twice, code: code) }
        }
        used.formUnion(taken)
        var number = 1
        var options: [Question.Option] = []
        for (_, code, option) in read {
            var option = option
            if let code {
                option.code = code
            } else {
                while used.contains(prefix + String(number)) { number += 1 }
                option.code = prefix + String(number)
                used.insert(option.code)
            }
            options.append(option)
        }
        self.options = options
    }

    private static func isMark(_ text: some StringProtocol) -> Bool {
        text == "*" || text == "＊" || text.hasPrefix("?") || text.hasPrefix("？")
    }

    private static func looksLikeMark(_ text: String) -> Bool { isMark(text.drop { $0 == "\\" }) }

    /// Words of an option as they can stand in a line and are read from it: without breaks, bars between spaces.
    package static func inLine(_ words: String) -> String {
        words.split(whereSeparator: \.isNewline).joined(separator: " ").replacingOccurrences(of: "｜", with: "|")
            .split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " | ")
            .trimmingCharacters(in: .whitespaces)
    }

    /// What is behind the code; a bar that is no mark belongs to the words.
    private static func option(_ parts: [String]) -> Question.Option {
        var option = Question.Option(code: "", text: "")
        var words: [String] = []
        for (index, part) in parts.enumerated() {
            if index > 0, part == "*" || part == "＊" {
                option.isExclusive = true
            } else if index > 0, isMark(part) {
                let rest = [String(part.dropFirst())] + parts[(index + 1)...]
                let condition = rest.joined(separator: "|").trimmingCharacters(in: .whitespaces)
                option.condition = condition.isEmpty ? nil : condition
                break
            } else {
                words.append(part.hasPrefix("\\") && looksLikeMark(part) ? String(part.dropFirst()) : part)
            }
        }
        option.text = words.joined(separator: " | ").trimmingCharacters(in: .whitespaces)
        return option
    }

    /// The same as text again.
    package var text: String {
        options.map { option in
            let words = Self.inLine(option.text).components(separatedBy: " | ")
                .map { Self.looksLikeMark($0) ? "\\" + $0 : $0 }
            var line = ([option.code] + words).joined(separator: " | ")
            if option.isExclusive { line += " | *" }
            if let condition = option.condition, !condition.isEmpty { line += " | ? " + Self.inLine(condition) }
            return line
        }.joined(separator: "\n")
    }
}

import Foundation
import Text

/// The sentences of notices in every language, from `web/locales/*/letters.yaml`; whoever starts the worker reads them.
package struct NoticeWords: Sendable {
    /// What somebody is told.
    package struct Letter: Sendable, Equatable {
        package let subject: String
        package let text: String
        /// Where they read more.
        package let link: String?
    }

    private let languages: [String: [String: String]]
    private static let usual = "zh-Hans"

    /// - Parameter languages: texts by language and dotted key; those below `letters.` are used.
    package init(_ languages: [String: [String: String]]) { self.languages = languages }

    /// The letter about a notice. A line that names something unknown is left out.
    /// - Parameters:
    ///   - siteName: how the service calls itself.
    ///   - publicURL: its address, without a slash at the end.
    /// - Returns: nil when there are no words for it.
    func letter(_ notice: NoticeInDelivery, facts: NoticeFacts, siteName: String, publicURL: String) -> Letter? {
        let language = facts["language"].flatMap { languages[$0] == nil ? nil : $0 } ?? Self.usual
        guard let texts = languages[language] else { return nil }
        let audience: NoticeKind.Audience = notice.isToAuthor ? .author : .staff
        let group = "letters.\(audience.rawValue)"
        guard let subject = texts["\(group).\(notice.kind).subject"], let body = texts["\(group).\(notice.kind).text"]
        else { return nil }
        let link = link(for: notice, facts, publicURL)
        var words = facts.inWords(language == Self.usual ? .zh : .en)
        words["code"] = facts["code"].flatMap { texts["\(group).\(notice.kind).codes.\($0)"] }
        words["provisional"] = facts["provisional"] == "true" ? texts["letters.provisional"] : nil
        words["number"] = notice.number
        words["unit"] = notice.unitName
        words["link"] = link
        words["site"] = siteName
        let foot = texts["\(group).foot"] ?? ""
        return Letter(
            subject: Self.fill(subject, words) ?? siteName,
            text: (body.split(separator: "\n", omittingEmptySubsequences: false)
                + foot.split(separator: "\n", omittingEmptySubsequences: false))
                .compactMap { Self.fill($0, words) }.joined(separator: "\n"),
            link: link)
    }

    private func link(for notice: NoticeInDelivery, _ facts: NoticeFacts, _ publicURL: String) -> String? {
        if notice.isToAuthor { return notice.number.map { "\(publicURL)/receipts?number=\($0)" } }
        let places = [("case_id", "cases"), ("programme_id", "programme")].compactMap { fact, place in
            facts[fact].flatMap { Int($0) }.map { "\(publicURL)/desk/\(place)/\($0)" }
        }
        return places.first ?? "\(publicURL)/desk"
    }

    /// The line with its placeholders filled; nil when one cannot be.
    private static func fill(_ line: some StringProtocol, _ words: [String: String]) -> String? {
        var filled = ""
        var rest = line[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            guard let word = words[String(rest[rest.index(after: open)..<close])] else { return nil }
            filled += rest[..<open]
            filled += word
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }
}

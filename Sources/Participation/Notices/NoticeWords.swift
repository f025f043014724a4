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
    ///   - secret: of a subscriber's link.
    /// - Returns: nil when there are no words for it.
    func letter(
        _ notice: NoticeInDelivery, facts: NoticeFacts, siteName: String, publicURL: String, secret: String? = nil
    ) -> Letter? {
        let language = facts["language"].flatMap { languages[$0] == nil ? nil : $0 } ?? Self.usual
        guard let texts = languages[language] else { return nil }
        let group = "letters.\(notice.audience.rawValue)"
        // A case that is no message has words of its own.
        let tenant = facts["tenant"].map { "\(group).\(notice.kind).\($0)" }
        let words = tenant.flatMap { texts["\($0).subject"] == nil ? nil : $0 } ?? "\(group).\(notice.kind)"
        guard let subject = texts["\(words).subject"], let body = texts["\(words).text"]
        else { return nil }
        let link = secret.map { "\(publicURL)/reminders/\($0)" } ?? link(for: notice, facts, publicURL)
        var named = facts.inWords(language == Self.usual ? .zh : .en)
        named["code"] = facts["code"].flatMap { texts["\(words).codes.\($0)"] }
        named["provisional"] = facts["provisional"] == "true" ? texts["letters.provisional"] : nil
        named["number"] = notice.number
        named["unit"] = notice.unitName
        named["link"] = link
        named["page"] = facts["form"].flatMap(PublicEvent.Form.init(rawValue:)).flatMap { form in
            notice.number.map { "\(publicURL)/\(form.path)/\($0)" }
        }
        named["site"] = siteName
        let foot = texts["\(group).foot"] ?? ""
        return Letter(
            subject: Self.fill(subject, named) ?? siteName,
            text: (body.split(separator: "\n", omittingEmptySubsequences: false)
                + foot.split(separator: "\n", omittingEmptySubsequences: false))
                .compactMap { Self.fill($0, named) }.joined(separator: "\n"),
            link: link)
    }

    private func link(for notice: NoticeInDelivery, _ facts: NoticeFacts, _ publicURL: String) -> String? {
        if notice.audience == .author { return notice.number.map { "\(publicURL)/receipts?number=\($0)" } }
        if notice.audience == .addressee { return "\(publicURL)/letters" }
        if notice.audience == .person { return "\(publicURL)/transcripts" }
        if let gathering = facts["gathering"] { return "\(publicURL)/desk/hearings/\(gathering)" }
        if let procedure = facts["procedure"] { return "\(publicURL)/desk/procedures/\(procedure)/proposals" }
        let places = [
            ("addressee_id", "written/replies"), ("written_id", "written"), ("case_id", "cases"),
            ("programme_id", "programme"),
        ].compactMap { fact, place in
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

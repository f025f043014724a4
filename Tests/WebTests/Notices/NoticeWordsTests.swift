import Foundation
import Participation
import Testing

@testable import Web

@Suite("Words of notices")
struct NoticeWordsTests {
    @Test("Every kind has a subject and a text, which name only what it can know", arguments: Language.allCases)
    func everyKind(language: Language) throws {
        let texts = try TestSite.texts(language).all
        for kind in NoticeKind.all {
            let key = "letters.\(kind.audience.rawValue).\(kind.name)"
            for part in ["subject", "text"] {
                let text = try #require(texts["\(key).\(part)"], "\(key).\(part)")
                let named = text.matches(of: /\{([^}]*)\}/).map { String($0.1) }
                #expect(Set(named).subtracting(kind.placeholders) == [], "\(key).\(part)")
            }
            // A subject is there whatever is known: it names the number at most.
            #expect(texts["\(key).subject"]?.replacing("{number}", with: "").contains("{") == false, "\(key)")
            #expect(texts["\(key).text"]?.contains("{link}") == true, "\(key) says where to read more")
            #expect(kind.facts.contains("code") == texts.keys.contains { $0.hasPrefix("\(key).codes.") }, "\(key)")
            #expect(texts["work.notices_about.\(kind.audience.rawValue).\(kind.name)"] != nil)
        }
        let known = Set(NoticeKind.all.map { "letters.\($0.audience.rawValue).\($0.name)" })
        for key in texts.keys
        where key.hasPrefix("letters.") && !["foot", "provisional"].contains(where: key.hasSuffix) {
            #expect(known.contains(key.split(separator: ".").prefix(3).joined(separator: ".")), "\(key) is of no kind")
        }
    }

    @Test("Every kind of work and every reason has its word", arguments: Language.allCases)
    func work(language: Language) throws {
        let texts = try TestSite.texts(language)
        for job in TimedJob.all { #expect(texts.has("work.timed.\(job.name)"), "\(job.name)") }
        for kind in JobKind.allCases { #expect(texts.has("work.kinds.\(kind.rawValue)"), "\(kind)") }
    }
}

import Foundation
import Participation
import Text

/// The members of a comment's JSON, read into what the form reads: the rules that follow are the same.
struct CommentBody {
    private(set) var form: CommentForm
    private(set) var errors = FormErrors()

    /// - Parameter edition: what is before the public; a body that names none means it.
    init(_ body: JSONBody, key: UUID, edition: Int, _ texts: Texts) {
        form = CommentForm(edition: edition, row: nil)
        form.key = key
        errors = body.faults(texts) { read($0) }
    }

    /// What the member should have been, if it is not; null is as good as absent.
    private mutating func read(_ member: JSONValue.Member) -> String? {
        switch (member.name, member.value) {
        case ("content", .text(let text)): form.content = text
        // Too long is a mistake also where it is not asked for, and would be left out.
        case ("organisation", .text(let text)):
            guard TextLength.count(text) <= Submitter.longestOrganisation else { return "length" }
            form.organisation = text
        case ("name", .text(let text)):
            guard TextLength.count(text) <= Contact.longestName else { return "length" }
            form.name = text
        case ("phone", .text(let text)):
            guard TextLength.count(text) <= Contact.longestPhone else { return "length" }
            form.phone = text
        case ("submitter", .text(let text)):
            guard let kind = Submitter.Kind(rawValue: text) else { return "submitter" }
            form.submitter = kind
        case ("show_name", .boolean(let shows)): form.showsName = shows
        case ("row", .number(let digits)):
            guard let row = Self.integer(digits), row > 0 else { return "number" }
            form.row = row
        case ("edition", .number(let digits)):
            guard let edition = Self.integer(digits), edition > 0 else { return "number" }
            form.edition = edition
        case ("people", .number(let digits)):
            guard let people = Self.integer(digits), (1...Submitter.mostPeople).contains(people) else {
                return "number"
            }
            form.people = String(people)
        case ("organisation", .null), ("name", .null), ("phone", .null), ("submitter", .null), ("show_name", .null),
            ("row", .null), ("edition", .null), ("people", .null):
            break
        case ("content", _), ("organisation", _), ("name", _), ("phone", _): return "text"
        case ("submitter", _): return "submitter"
        case ("show_name", _): return "boolean"
        case ("row", _), ("edition", _), ("people", _): return "number"
        default: return "unknown"
        }
        return nil
    }

    /// A whole number however JSON may write it (`2`, `2.0`, `2e0`), as far as a table can hold it.
    private static func integer(_ digits: String) -> Int? {
        Int(digits) ?? Double(digits).flatMap { Int(exactly: $0) }
    }
}

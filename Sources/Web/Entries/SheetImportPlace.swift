import Participation
import Text

/// Where tables are taken: messages, or comments about one consultation.
enum SheetImportPlace: Sendable {
    case messages
    case comments(ProcedureHeading)

    var address: String {
        switch self {
        case .messages: "/desk/messages/import"
        case .comments(let procedure): "/desk/procedures/\(procedure.number)/import"
        }
    }

    var procedure: String? {
        switch self {
        case .messages: nil
        case .comments(let procedure): procedure.number
        }
    }

    /// Whether something can be entered now.
    var isOpen: Bool {
        switch self {
        case .messages: true
        case .comments(let procedure): procedure.takesEntries
        }
    }

    func crumbs(_ texts: Texts) -> [Crumb] {
        let desk = Crumb(href: "/desk", text: texts["nav.desk"])
        switch self {
        case .messages: return [desk, Crumb(href: "/desk/messages/new", text: texts["entries.title"])]
        case .comments(let procedure):
            let address = "/desk/procedures/\(procedure.number)"
            return [
                desk, Crumb(href: address, text: procedure.title),
                Crumb(href: "\(address)/entry", text: texts["submissions.entry.title"]),
            ]
        }
    }

    /// Headings of the table and of the sheet to fill in, with what belongs there.
    func columns(_ texts: Texts) -> [Fact] {
        switch self {
        case .messages:
            MessageColumn.allCases.map { Fact(label: $0.heading, text: texts["entries.import.columns.\($0.rawValue)"]) }
        case .comments:
            CommentColumn.allCases.map {
                Fact(label: $0.heading, text: texts["entries.import.comment_columns.\($0.rawValue)"])
            }
        }
    }

    /// The empty sheet.
    var template: (sheet: String, widths: [Double], heading: [String]) {
        switch self {
        case .messages: ("留言", MessageColumn.allCases.map(\.width), MessageColumn.allCases.map(\.heading))
        case .comments: ("意见", CommentColumn.allCases.map(\.width), CommentColumn.allCases.map(\.heading))
        }
    }

    /// A word of its own, or the common one.
    func word(_ key: String, _ texts: Texts, _ values: [String: any CustomStringConvertible] = [:]) -> String {
        let own = "entries.import.comments.\(key)"
        if case .comments = self, texts.has(own) { return texts[own, values] }
        return texts["entries.import.\(key)", values]
    }
}

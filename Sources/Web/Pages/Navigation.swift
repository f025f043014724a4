import Participation

/// The entries of the navigation bar. A feature adds its own line here; words are under `nav` in the locales.
enum Navigation {
    struct Item {
        let href: String
        let text: String
        let current: Bool
    }

    /// Who has use for an entry; nil for everyone.
    private typealias Entry = (href: String, key: String, roles: Set<StaffRole>?)

    private static let citizen: [Entry] = [
        ("/", "nav.home", nil), ("/consultations", "nav.consultations", nil), ("/directories", "nav.directories", nil),
        ("/questionnaires", "nav.questionnaires", nil),
        ("/messages/new", "nav.messages_new", nil),
        ("/messages", "nav.messages", nil), ("/receipts", "nav.receipts", nil),
    ]
    private static let desk: [Entry] = [
        ("/desk", "nav.desk", nil),
        ("/desk/cases", "nav.cases", [.organiser, .clerk, .approver, .secrecyReviewer, .supervisor, .auditor]),
        ("/desk/messages/new", "nav.entries", [.organiser, .clerk]),
        ("/desk/procedures", "nav.procedures", [.organiser, .clerk, .approver, .secrecyReviewer, .auditor]),
        (
            "/desk/questionnaires", "nav.questionnaires_desk",
            [.organiser, .clerk, .approver, .secrecyReviewer, .auditor]
        ),
        ("/desk/hearings", "nav.hearings", [.organiser, .clerk, .approver, .secrecyReviewer, .auditor]),
        ("/desk/written", "nav.written", [.organiser, .clerk, .approver]),
        ("/desk/drafts", "nav.drafts", [.organiser, .auditor]),
        ("/desk/directories", "nav.final_directories", [.organiser, .auditor]),
        ("/desk/programme", "nav.programme", [.organiser, .clerk, .approver, .supervisor, .auditor]),
        ("/desk/clearances", "nav.clearances", [.organiser, .clerk, .approver, .secrecyReviewer, .auditor]),
        ("/desk/seals", "nav.seals", [.organiser, .clerk, .approver, .secrecyReviewer]),
        ("/desk/scoreboard", "nav.scoreboard", nil),
        ("/desk/units", "nav.units", [.administrator, .auditor]),
        ("/desk/calendar", "nav.calendar", [.administrator, .auditor]),
        // Everyone arranges their own substitute there.
        ("/desk/staff", "nav.staff", nil),
        ("/desk/settings", "nav.settings", [.administrator]),
        ("/desk/work", "nav.work", [.administrator]),
    ]

    /// Pages at an address of their own that belong to the section of another.
    private static let elsewhere: [(page: String, entry: String)] = [
        ("/desk/messages/import", "/desk/messages/new"), ("/desk/rules", "/desk/calendar"),
        ("/desk/responsibilities", "/desk/cases"), ("/desk/reply-templates", "/desk/cases"),
        ("/desk/submissions", "/desk/procedures"), ("/desk/opinions", "/desk/procedures"),
        ("/desk/evaluations", "/desk/directories"), ("/desk/rounds", "/desk/hearings"),
        ("/desk/visits", "/desk/hearings"), ("/hearings", "/consultations"), ("/forums", "/consultations"),
        ("/visits", "/consultations"),
    ]

    static func items(for visit: Visit, texts: Texts) -> [Item] {
        let path = visit.path
        let staff = path.utf8.starts(with: "/desk".utf8) ? visit.staff : nil
        let entries =
            staff.map { staff in
                desk.filter { $0.roles.map { !$0.isDisjoint(with: staff.roles) } ?? true }
            } ?? citizen
        // The section a page belongs to is the longest address that its own begins with.
        let home = elsewhere.first { path == $0.page || path.utf8.starts(with: "\($0.page)/".utf8) }?.entry ?? path
        let section = entries.map(\.href).filter { home == $0 || home.utf8.starts(with: "\($0)/".utf8) }
            .max { $0.utf8.count < $1.utf8.count }
        return entries.map { entry in
            Item(href: entry.href, text: texts[entry.key], current: entry.href == section)
        }
    }
}

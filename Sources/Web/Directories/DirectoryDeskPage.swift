import Foundation
import Participation
import Text

/// The final directories of a colleague's units: what is to be brought up to date, and confirmed.
struct DirectoryDeskPage: Page {
    static let template = "directories/desk"

    struct Line: Sendable {
        let id: String
        let href: String
        let number: String
        let name: String
        let limit: String
        let when: String
    }

    struct Entry: Sendable {
        let number: String
        let href: String
        let title: String
        let lead: String
        let confirmed: String
        /// Rows whose limit for updating has passed.
        let overdue: Filled<Line>?
        let mayConfirm: Bool
    }

    let title: String
    let evaluations: Crumb
    let entries: Filled<Entry>?

    init(
        _ directories: [PublicDirectory], overdue: [PublicRow], evaluations open: Int, for staff: StaffActor,
        _ texts: Texts
    ) {
        title = texts["directories.desk.title"]
        evaluations = Crumb(href: "/desk/evaluations", text: texts["evaluations.open", ["count": open]])
        entries = Filled(
            directories.map { it in
                Entry(
                    number: it.number, href: "/directories/\(it.number)", title: it.title,
                    lead: texts["directories.entry", ["unit": it.unitName, "count": it.rows]],
                    confirmed: texts[
                        "directories.confirmed_on", ["day": ChinaTime.day(it.confirmedOn, in: texts.clock)]],
                    overdue: Filled(overdue.filter { $0.directoryID == it.id }.map { Line($0, texts) }),
                    mayConfirm: it.sealedAt == nil && staff.has(.organiser, in: [it.unitID]))
            })
    }

    private init(entries: Filled<Entry>?) {
        title = "正式目录"
        evaluations = Crumb(href: "/desk/evaluations", text: "定期评估（2）")
        self.entries = entries
    }

    static let samples = [
        DirectoryDeskPage(
            entries: Filled([
                Entry(
                    number: "D-2026-000001-7", href: "/directories/D-2026-000001-7", title: "安全生产目录",
                    lead: "县应急管理局 · 9 项", confirmed: "11月26日确认",
                    overdue: Filled([
                        Line(
                            id: "x", href: "/d/rows/x", number: "1", name: "法律法规", limit: "半年至少更新1次",
                            when: "应于5月26日前更新")
                    ]), mayConfirm: true),
                Entry(
                    number: "D-2026-000002-5", href: "/d", title: "就业目录", lead: "县人社局", confirmed: "今天确认", overdue: nil,
                    mayConfirm: false),
            ])),
        DirectoryDeskPage(entries: nil),
    ]
}

extension DirectoryDeskPage.Line {
    fileprivate init(_ row: PublicRow, _ texts: Texts) {
        id = row.lineage.uuidString.lowercased()
        href = row.href
        number = row.cells[.number]
        name = row.cells.name
        limit = row.cells[.timeLimit]
        when =
            row.updateDueOn.map { texts["directories.desk.was_due", ["day": ChinaTime.day($0, in: texts.clock)]] } ?? ""
    }
}

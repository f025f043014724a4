import Foundation
import Participation

/// Due dates as a calendar that others subscribe to (RFC 5545): an all-day event for each case.
struct DueCalendar {
    let text: String

    /// - Parameter site: the address of this installation; part of the name by which an event is known again.
    init(_ entries: [CalendarFeed.Entry], site: String, now: Date, _ texts: Texts) {
        var calendar = ICalendar("Due dates", name: texts["scoreboard.feed.name"], site: site)
        for entry in entries {
            let key = entry.isProvisional ? "scoreboard.feed.due_provisional" : "scoreboard.feed.due"
            calendar.add(
                "case-\(entry.caseID)", stamp: now,
                ICalendar.whole(entry.dueOn) + [
                    "SUMMARY:" + ICalendar.escaped(texts[key, ["number": entry.number]]),
                    "DESCRIPTION:" + ICalendar.escaped(entry.unitName), "URL:\(site)/desk/cases/\(entry.caseID)",
                ])
        }
        text = calendar.text
    }
}

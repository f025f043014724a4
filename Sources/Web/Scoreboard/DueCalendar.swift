import Foundation
import Participation
import Text

/// Due dates as a calendar that others subscribe to (RFC 5545): an all-day event for each case.
struct DueCalendar {
    let text: String

    /// - Parameter site: the address of this installation; part of the name by which an event is known again.
    init(_ entries: [CalendarFeed.Entry], site: String, now: Date, _ texts: Texts) {
        let host = URL(string: site)?.host() ?? "minyi"
        let stamp = Self.stamp(now)
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Minyi//Due dates//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
            "X-WR-CALNAME:" + Self.escaped(texts["scoreboard.feed.name"]),
        ]
        for entry in entries {
            let key = entry.isProvisional ? "scoreboard.feed.due_provisional" : "scoreboard.feed.due"
            lines += [
                "BEGIN:VEVENT", "UID:case-\(entry.caseID)@\(host)", "DTSTAMP:\(stamp)",
                "DTSTART;VALUE=DATE:\(Self.day(entry.dueOn))",
                "DTEND;VALUE=DATE:\(Self.day(entry.dueOn.adding(days: 1)))",
                "SUMMARY:" + Self.escaped(texts[key, ["number": entry.number]]),
                "DESCRIPTION:" + Self.escaped(entry.unitName), "URL:\(site)/desk/cases/\(entry.caseID)",
                "TRANSP:TRANSPARENT", "END:VEVENT",
            ]
        }
        lines.append("END:VCALENDAR")
        text = lines.map { Self.folded($0) + "\r\n" }.joined()
    }

    private static func day(_ date: CalendarDate) -> String { date.description.replacing("-", with: "") }

    /// `20261126T021500Z`
    static func stamp(_ moment: Date) -> String {
        let utc = ChinaTime.utcMicroseconds(moment)
        return utc.prefix(19).replacing("-", with: "").replacing(":", with: "") + "Z"
    }

    /// Section 3.3.11: what parts values is written with a backslash.
    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,")
            .replacing("\n", with: "\\n")
    }

    /// Section 3.1: at most 75 octets a line; the next begins with a space. Never within a character.
    static func folded(_ line: String) -> String {
        var folded = String.UnicodeScalarView()
        var octets = 0
        for scalar in line.unicodeScalars {
            let size = UTF8.width(scalar)
            if octets + size > 75 {
                folded.append(contentsOf: "\r\n ".unicodeScalars)
                octets = 1
            }
            folded.append(scalar)
            octets += size
        }
        return String(folded)
    }
}

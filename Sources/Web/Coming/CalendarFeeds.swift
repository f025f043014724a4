import Foundation
import Participation
import Text

/// What is coming, for calendars (RFC 5545) and feed readers (RFC 4287).
struct CalendarFeeds {
    let events: [PublicEvent]
    /// The address of this installation.
    let site: String
    let texts: Texts

    private func title(_ it: PublicEvent) -> String {
        let name =
            "\(texts["coming.forms.\(it.form.rawValue)"]) \(texts["coming.whats.\(it.what.rawValue)"])：\(it.title)"
        return it.state == "cancelled" ? "\(texts["coming.states.cancelled"]) \(name)" : name
    }

    /// A gathering begins at its hour; everything else fills its day.
    func ics(now: Date) -> String {
        let host = URL(string: site)?.host() ?? "minyi"
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Minyi//Calendar//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
            "X-WR-CALNAME:" + DueCalendar.escaped(texts["coming.title"]),
        ]
        for it in events {
            lines += [
                "BEGIN:VEVENT", "UID:\(it.number)-\(it.what.rawValue)@\(host)", "DTSTAMP:\(Self.stamp(now))",
            ]
            if it.what == .starts {
                lines.append("DTSTART:\(Self.stamp(it.at))")
            } else {
                lines += [
                    "DTSTART;VALUE=DATE:\(Self.day(it.day))", "DTEND;VALUE=DATE:\(Self.day(it.day.adding(days: 1)))",
                    "TRANSP:TRANSPARENT",
                ]
            }
            lines += ["SUMMARY:" + DueCalendar.escaped(title(it)), "DESCRIPTION:" + DueCalendar.escaped(it.unitName)]
            if !it.place.isEmpty { lines.append("LOCATION:" + DueCalendar.escaped(it.place)) }
            if it.state == "cancelled" { lines.append("STATUS:CANCELLED") }
            lines += ["URL:\(site)\(it.href)", "END:VEVENT"]
        }
        lines.append("END:VCALENDAR")
        return lines.map { DueCalendar.folded($0) + "\r\n" }.joined()
    }

    /// An entry's id has its day: what was moved is a new entry, which readers show once more. When it was changed is not known; `updated`
    /// is the day itself, which stays the same however often the feed is asked for.
    func atom(now: Date) -> String {
        func iso(_ moment: Date) -> String { ChinaTime.iso(moment) }
        var text = """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
            <title>\(escape(texts["coming.title"]))</title>
            <id>\(escape(site))/calendar.atom</id>
            <link rel="self" href="\(escape(site))/calendar.atom"/>
            <link href="\(escape(site))/calendar"/>
            <updated>\(iso(now))</updated>

            """
        for it in events {
            text += """
                <entry>
                <title>\(escape(title(it)))</title>
                <id>\(escape(site + it.href))#\(it.what.rawValue)-\(it.day)</id>
                <link href="\(escape(site + it.href))"/>
                <updated>\(iso(it.at))</updated>
                <author><name>\(escape(it.unitName))</name></author>
                <summary>\(escape([ChinaTime.day(it.day, in: texts.clock), it.words(texts), it.place].filter { !$0.isEmpty }.joined(separator: " ")))</summary>
                </entry>

                """
        }
        return text + "</feed>\n"
    }

    private func escape(_ text: String) -> String { HTMLEscaping.escape(text) }

    private static func day(_ date: CalendarDate) -> String { date.description.replacing("-", with: "") }

    private static func stamp(_ moment: Date) -> String {
        ChinaTime.utcMicroseconds(moment).prefix(19).replacing("-", with: "").replacing(":", with: "") + "Z"
    }
}

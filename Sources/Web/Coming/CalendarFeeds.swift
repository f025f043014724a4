import Foundation
import Participation
import Text

/// What is coming, for calendars (RFC 5545) and feed readers (RFC 4287).
struct CalendarFeeds {
    let events: [PublicEvent]
    let asked: CalendarQuery
    /// What was chosen, in words; empty for everything.
    let choice: String
    let siteName: String
    /// The address of this installation.
    let site: String
    let texts: Texts

    /// Two of them in one reader are told apart, and from those of other sites.
    private var name: String {
        let title = "\(siteName) \(texts["coming.title"])"
        return choice.isEmpty ? title : texts["coming.chosen", ["title": title, "choice": choice]]
    }

    private func title(_ it: PublicEvent) -> String {
        let name = texts[
            "coming.named",
            [
                "form": texts["coming.forms.\(it.form.rawValue)"], "what": texts["coming.whats.\(it.what.rawValue)"],
                "title": it.title,
            ]]
        return it.isOff ? "\(texts["coming.states.\(it.state)"]) \(name)" : name
    }

    /// A gathering begins at its hour; everything else fills its day. What is postponed is cancelled where it stood: once it has a day again,
    /// it comes under the same name, and stands there.
    func ics(now: Date) -> String {
        var calendar = ICalendar("Calendar", name: name, site: site)
        for it in events {
            var event = it.what == .starts ? ["DTSTART:\(ICalendar.stamp(it.at))"] : ICalendar.whole(it.day)
            event += ["SUMMARY:" + ICalendar.escaped(title(it)), "DESCRIPTION:" + ICalendar.escaped(it.unitName)]
            if let end = it.endsAt { event.insert("DTEND:\(ICalendar.stamp(end))", at: 1) }
            // Where one registers is not where it takes place.
            if it.what == .starts, !it.place.isEmpty { event.append("LOCATION:" + ICalendar.escaped(it.place)) }
            if it.isOff { event.append("STATUS:CANCELLED") }
            event.append("URL:\(site)\(it.href)")
            calendar.add("\(it.number)-\(it.what.rawValue)", stamp: now, event)
        }
        return calendar.text
    }

    /// An entry's id has its day, and whether it is off: what was moved or cancelled is a new entry, which readers show once more. When it was
    /// changed is not known; `updated` is the day itself, which stays the same however often the feed is asked for.
    func atom(now: Date) -> String {
        func iso(_ moment: Date) -> String { ChinaTime.iso(moment) }
        var text = """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
            <title>\(escape(name))</title>
            <id>\(escape(site + asked.feed("atom")))</id>
            <link rel="self" href="\(escape(site + asked.feed("atom")))"/>
            <link href="\(escape(site + asked.address))"/>
            <updated>\(iso(now))</updated>

            """
        for it in events {
            text += """
                <entry>
                <title>\(escape(title(it)))</title>
                <id>\(escape(site + it.href))#\(it.what.rawValue)-\(it.day)\(it.isOff ? "-\(it.state)" : "")</id>
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
}

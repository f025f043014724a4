import Foundation
import Participation
import Text

/// One hearing, forum or visit as an entry that a phone takes into its calendar (RFC 5545).
struct GatheringCalendar {
    let text: String

    /// - Returns: nil while nobody knows when it takes place.
    /// - Parameter site: the address of this installation.
    init?(_ it: PublicGathering, site: String, _ texts: Texts) {
        guard let start = it.startsAt else { return nil }
        let host = URL(string: site)?.host() ?? "minyi"
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Minyi//Gatherings//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
            "BEGIN:VEVENT", "UID:\(it.number)@\(host)", "DTSTAMP:\(DueCalendar.stamp(it.changedAt ?? it.now))",
            "DTSTART:\(DueCalendar.stamp(start))",
        ]
        if let end = it.endsAt { lines.append("DTEND:\(DueCalendar.stamp(end))") }
        lines += [
            "SUMMARY:" + DueCalendar.escaped(it.title), "LOCATION:" + DueCalendar.escaped(it.place),
            "URL:\(site)\(it.address)", "STATUS:" + (it.state == .cancelled ? "CANCELLED" : "CONFIRMED"), "END:VEVENT",
            "END:VCALENDAR",
        ]
        text = lines.map { DueCalendar.folded($0) + "\r\n" }.joined()
    }
}

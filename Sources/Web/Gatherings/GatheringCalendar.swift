import Foundation
import Participation

/// One hearing, forum or visit as an entry that a phone takes into its calendar (RFC 5545).
struct GatheringCalendar {
    let text: String

    /// - Returns: nil while nobody knows when it takes place.
    /// - Parameter site: the address of this installation.
    init?(_ it: PublicGathering, site: String, _ texts: Texts) {
        guard let start = it.startsAt else { return nil }
        var event = ["DTSTART:\(ICalendar.stamp(start))"]
        if let end = it.endsAt { event.append("DTEND:\(ICalendar.stamp(end))") }
        event.append("SUMMARY:" + ICalendar.escaped(it.title))
        if !it.place.isEmpty { event.append("LOCATION:" + ICalendar.escaped(it.place)) }
        event += ["URL:\(site)\(it.address)", "STATUS:" + (it.state == .cancelled ? "CANCELLED" : "CONFIRMED")]
        var calendar = ICalendar("Gatherings", site: site)
        calendar.add(it.number, stamp: it.changedAt ?? it.now, event)
        text = calendar.text
    }
}

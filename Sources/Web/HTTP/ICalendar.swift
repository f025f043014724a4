import Foundation
import Text

/// A calendar that others take or subscribe to (RFC 5545).
struct ICalendar {
    private var lines: [String]
    /// The part of this installation in the names by which events are known again.
    private let host: String

    /// - Parameters:
    ///   - product: which of our calendars it is.
    ///   - name: as programs show it; nil for a single event.
    ///   - site: the address of this installation.
    init(_ product: String, name: String? = nil, site: String) {
        host = URL(string: site)?.host() ?? "minyi"
        lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Minyi//\(product)//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        ]
        if let name { lines.append("X-WR-CALNAME:" + Self.escaped(name)) }
    }

    /// - Parameters:
    ///   - id: known again by it, together with the host.
    ///   - stamp: when it was said.
    ///   - properties: further lines, their values escaped.
    mutating func add(_ id: String, stamp: Date, _ properties: [String]) {
        lines += ["BEGIN:VEVENT", "UID:\(id)@\(host)", "DTSTAMP:\(Self.stamp(stamp))"]
        lines += properties
        lines.append("END:VEVENT")
    }

    var text: String { (lines + ["END:VCALENDAR"]).map { Self.folded($0) + "\r\n" }.joined() }

    /// The lines of an event that fills a day.
    static func whole(_ date: CalendarDate) -> [String] {
        ["DTSTART;VALUE=DATE:\(day(date))", "DTEND;VALUE=DATE:\(day(date.adding(days: 1)))", "TRANSP:TRANSPARENT"]
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

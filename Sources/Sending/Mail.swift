import Foundation
import Text

/// One letter to one address: plain text, as a machine that wants no answer sends it.
package struct Mail: Sendable {
    /// Becomes the Message-ID: whoever gets a letter twice sees that it is the same.
    package var id: UUID
    package var to: String
    package var subject: String
    package var body: String
    package var date: Date
    /// Where one press ends letters of this kind (RFC 8058): mail programs show it as a button. ASCII, without a line break.
    package var unsubscribe: String?

    package init(id: UUID, to: String, subject: String, body: String, date: Date, unsubscribe: String? = nil) {
        (self.id, self.to, self.subject, self.body, self.date) = (id, to, subject, body, date)
        self.unsubscribe = unsubscribe
    }

    /// The letter as it travels (RFC 5322, MIME of RFC 2045), every line ended by CR LF.
    ///
    /// Names and subject are always encoded words (RFC 2047), the text is always base64: nothing in them can end a line.
    func bytes(from sender: String, called name: String) -> [UInt8] {
        let domain =
            sender.utf8.lastIndex(of: UInt8(ascii: "@")).map { sender[sender.index(after: $0)...] } ?? "localhost"
        let ending =
            unsubscribe.map { ["List-Unsubscribe: <\($0)>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"] } ?? []
        let head =
            [
                "From: \(Self.encodedWords(name))\(name.isEmpty ? "" : "\r\n ")<\(sender)>", "To: <\(to)>",
                "Subject: \(Self.encodedWords(subject))", "Date: \(Self.date(date))",
                "Message-ID: <\(id.uuidString.lowercased())@\(domain)>", "Auto-Submitted: auto-generated",
            ] + ending + [
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
            ]
        let text = Data(body.replacing("\n", with: "\r\n").utf8)
            .base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
        return Array((head.joined(separator: "\r\n") + "\r\n" + text + "\r\n").utf8)
    }

    /// `=?utf-8?B?…?=` words, folded into lines of at most 76 characters; no character is divided between two of them.
    private static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            // 39 bytes become 52 characters; with the frame of 12 and the name of a header the line stays below 76.
            if (words.last?.count ?? 0) + next.count > 39 { words.append([]) }
            words[words.count - 1] += next
        }
        return words.filter { !$0.isEmpty }.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(
            separator: "\r\n ")
    }

    /// `Thu, 26 Nov 2026 10:00:00 +0800`
    private static func date(_ moment: Date) -> String {
        let clock = ChinaTime.wallClock(moment)
        let (day, month) = (
            ChinaTime.weekday(clock.date.weekday, in: .en).prefix(3),
            ChinaTime.shortDay(clock.date, in: .en).split(separator: " ")
        )
        let time = [clock.hour, clock.minute, clock.second].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(day), \(clock.date.day) \(month.last?.prefix(3) ?? "") \(clock.date.year) \(time) +0800"
    }
}

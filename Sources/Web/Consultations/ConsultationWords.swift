import Foundation
import Participation
import Text

extension Language {
    /// The same language as dates are written in.
    var clock: ChinaTime.Language { self == .chinese ? .zh : .en }
}

/// How pages speak of a consultation's state and time.
extension Texts {
    var clock: ChinaTime.Language { language.clock }

    func state(_ state: Consultation.State) -> String { self["states.\(state.rawValue)"] }

    /// The state as it stands on a label: an extended one says so.
    func state(of consultation: Consultation) -> String {
        consultation.state == .open && consultation.extended
            ? self["states.extended"] : state(consultation.state)
    }

    /// `3 天后截止`, `今天截止`; nil when nothing is running.
    func daysLeft(_ consultation: Consultation) -> String? {
        consultation.daysLeft.map { closes(in: $0) }
    }

    /// The same of anything that is open.
    func closes(in days: Int) -> String {
        switch days {
        case 0: self["consultations.closes_today"]
        case 1: self["consultations.closes_tomorrow"]
        default: self["consultations.closes_in", ["count": days]]
        }
    }

    /// `11月24日至12月1日`, with years where they differ.
    func period(from opensAt: Date, to closesAt: Date) -> String {
        let first = ChinaTime.date(opensAt)
        let last = ChinaTime.lastDay(before: closesAt)
        let end =
            first.year == last.year ? ChinaTime.shortDay(last, in: clock) : ChinaTime.day(last, in: clock)
        let start = ChinaTime.day(first, in: clock)
        return self["consultations.period", ["from": start, "to": end]]
    }

    func outcome(_ outcome: String) -> String {
        let key = "outcomes.\(outcome)"
        return has(key) ? self[key] : outcome
    }

    func channel(_ channel: String) -> String {
        let key = "consultations.channels.\(channel)"
        return has(key) ? self[key] : channel
    }

    /// The way to reach a unit, a line each; what is empty prints nothing.
    func contactLines(_ consultation: Consultation) -> [Fact] {
        var lines: [Fact] = []
        if !consultation.contactPhone.isEmpty {
            lines.append(Fact(label: self["consultations.contact.phone"], text: consultation.contactPhone))
        }
        if !consultation.contactAddress.isEmpty {
            let postcode = consultation.contactPostcode
            let address =
                postcode.isEmpty
                ? consultation.contactAddress
                : self[
                    "consultations.contact.with_postcode",
                    ["address": consultation.contactAddress, "postcode": postcode]]
            lines.append(Fact(label: self["consultations.contact.address"], text: address))
        }
        if !consultation.contactEmail.isEmpty {
            lines.append(Fact(label: self["consultations.contact.email"], text: consultation.contactEmail))
        }
        return lines
    }
}

/// One step of a page's way back: 首页 › 征求意见 › ….
struct Crumb: Sendable, Hashable {
    let href: String
    let text: String
}

extension String {
    /// The paragraphs of a text that was typed with line breaks; empty lines only part them.
    var paragraphs: [String] {
        split(separator: "\n", omittingEmptySubsequences: true).map(String.init).filter {
            !$0.allSatisfy(\.isWhitespace)
        }
    }
}

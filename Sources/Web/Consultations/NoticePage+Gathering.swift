import Foundation
import Participation
import Text

extension Texts {
    /// Notice, list or record of a hearing, forum or visit.
    func sections(of it: PublishedContent.GatheringPaper) -> [NoticePage.Section] {
        let facts = it.facts.map { self["notices.fact", ["label": $0.label, "text": $0.text]] }
        let head = NoticePage.Section(heading: self["notices.gathering.facts"], paragraphs: facts)
        return (facts.isEmpty ? [] : [head])
            + it.sections.map {
                NoticePage.Section(
                    heading: $0.heading, paragraphs: $0.text.paragraphs, tables: $0.tables.map(PlainTable.init))
            }
    }

    /// What changes of a hearing, forum or visit, and why.
    func sections(of it: PublishedContent.GatheringChange) -> [NoticePage.Section] {
        var effect: [String] = []
        func add(_ key: String, _ arguments: [String: any CustomStringConvertible] = [:]) {
            effect.append(self["notices.gathering.\(key)", arguments])
        }
        switch it.kind {
        case "moved":
            if let from = it.newStartsAt, let until = it.newEndsAt {
                add("moved", ["from": ChinaTime.minute(from, in: clock), "to": ChinaTime.minute(until, in: clock)])
            }
            if let place = it.place { add("place", ["place": place]) }
        case "extended":
            if let moment = it.newRegistrationUntil {
                add("extended", ["moment": ChinaTime.deadline(moment, in: clock)])
            }
        case "nominated": add("nominated", ["category": it.category ?? ""])
        default: add(it.kind)
        }
        if it.kind != "extended", it.kind != "nominated", let old = it.oldStartsAt {
            add("was", ["moment": ChinaTime.minute(old, in: clock)])
        }
        return [
            NoticePage.Section(heading: self["notices.headings.effect"], paragraphs: effect),
            NoticePage.Section(heading: self["notices.headings.reason"], paragraphs: it.reason.paragraphs),
        ]
    }
}

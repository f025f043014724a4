import Foundation
import Participation
import Text

/// One hearing, forum or visit as everybody reads it: when, where, who, how to take part, and its papers.
struct GatheringPage: Page {
    static let template = "gatherings/public"

    struct Category: Sendable {
        let name: String
        let seats: String
        let way: String
        let described: String
    }

    struct Paper: Sendable {
        let href: String
        let text: String
        /// The same as documents.
        let files: [Crumb]
    }

    struct Photo: Sendable {
        let href: String
        let caption: String
    }

    let title: String
    let crumbs: [Crumb]
    let number: String
    let state: String
    let stateText: String
    let lead: String
    /// Its notice is sealed: when and why, and that nothing of it is public any more.
    let sealed: String?
    /// What was changed last, in a sentence.
    let change: String?
    /// How long one can register, or from when.
    let left: String?
    let facts: [Fact]
    /// At a forum: who comes, and how else one is heard.
    let invites: String?
    let answered: String
    let categories: Filled<Category>?
    /// What can be done now: register, follow the screen, watch. Other rooms add theirs in `doors`.
    let doors: Filled<Crumb>?
    let icsHref: String?
    /// To be told by mail of what comes in its matter; absent once it is over.
    let remindHref: String?
    let papers: Filled<Paper>?
    let photos: Filled<Photo>?
    /// Where a visit stood on its route.
    let route: Filled<String>?
    let consultationHref: String
    let consultation: String
    let contact: Filled<Fact>?

    init(_ record: GatheringRecord, _ texts: Texts) {
        let it = record.gathering
        title = it.title
        consultationHref = "/consultations/\(it.procedureNumber)"
        consultation = it.procedureTitle
        crumbs = [
            Crumb(href: "/consultations", text: texts["nav.consultations"]),
            Crumb(href: consultationHref, text: it.procedureTitle),
        ]
        (number, state, stateText) = (it.number, it.state.rawValue, texts.state(of: it.state))
        lead = "\(texts["gatherings.kinds.\(it.kind.rawValue)"]) · \(it.unitName)"
        let notice = record.newest(.gatheringNotice)
        sealed = notice?.sealedAt.map { texts.sealed(at: $0, reason: notice?.sealReason, as: "gatherings.sealed") }
        change = it.lastChange.map { texts["gatherings.changed.\($0)"] }
        // What no notice says stays unsaid, even where the server knows it.
        let unsaid: Set<String> = sealed == nil ? [] : ["conditions", "papers", "chosen", "presider", "observers"]
        facts = [
            ("time", texts.time(from: it.startsAt, to: it.endsAt)), ("place", it.place),
            ("registration", texts.registration(from: it.registrationFrom, until: it.registrationUntil) ?? ""),
            ("conditions", texts.conditions(of: it)), ("papers", it.papers),
            ("chosen", it.kind == .hearing && !it.openCategories.isEmpty ? texts["gatherings.chosen"] : ""),
            ("presider", it.presider),
            ("observers", it.observers == 0 ? "" : texts["gatherings.observers", ["count": it.observers]]),
        ].filter { !$0.1.isEmpty && !unsaid.contains($0.0) }
            .map { Fact(label: texts["gatherings.labels.\($0.0)"], text: $0.1) }
        let isOver = [.held, .closed, .cancelled].contains(it.state)
        invites = it.kind == .forum && !isOver ? texts["gatherings.invites", ["unit": it.unitName]] : nil
        answered = texts["gatherings.\(it.kind == .visit ? "answered_visit" : "answered_with")"]
        left = it.kind == .hearing ? texts.registrationLeft(it) : nil
        categories = Filled(
            (sealed == nil ? it.categories : []).map {
                Category(
                    name: $0.name, seats: String($0.seats),
                    way: $0.way == .nomination
                        ? texts["gatherings.nominated_by", ["name": $0.nominator]]
                        : texts["gatherings.ways.\($0.way.rawValue)"], described: $0.described)
            })
        let lot = [Crumb(href: it.address + "/lot", text: texts["gatherings.doors.lot"])]
        doors = Filled(Self.doors(it, texts) + (record.hasLot ? lot : []))
        route = Filled(record.route.paragraphs)
        let address = it.address
        photos = Filled(
            record.photos.map {
                Photo(href: "\(address)/photos/\($0.key.uuidString.lowercased())", caption: $0.caption)
            })
        // Nobody puts what is over into a calendar.
        let isToCome = !isOver && (it.endsAt ?? it.startsAt).map { $0 > it.now } ?? false
        icsHref = isToCome ? it.address + "/calendar.ics" : nil
        remindHref =
            [.announced, .postponed].contains(it.state) ? "/reminders/new?matter=\(it.procedureNumber)" : nil
        let matter = consultationHref
        papers = Filled(
            record.versions.reversed().map { paper in
                Paper(
                    href: "\(matter)/notices/\(paper.kind.rawValue)/\(paper.version)",
                    text: texts[
                        "gatherings.paper_of",
                        [
                            "title": texts.name(of: paper, of: it.kind),
                            "day": ChinaTime.day(paper.publishedAt, in: texts.clock),
                        ]],
                    files: record.files(of: paper).map { format in
                        Crumb(
                            href: "\(address)/records/\(paper.version)/\(format.rawValue)",
                            text: texts["builder.paper.take", ["name": texts.name(of: .record, format)]])
                    })
            })
        contact = Filled(
            [
                ("phone", it.contactPhone),
                (
                    "address",
                    it.contactAddress.isEmpty || it.contactPostcode.isEmpty
                        ? it.contactAddress
                        : texts[
                            "consultations.contact.with_postcode",
                            ["address": it.contactAddress, "postcode": it.contactPostcode]]
                ), ("email", it.contactEmail),
            ].filter { !$0.1.isEmpty }.map { Fact(label: texts["consultations.contact.\($0.0)"], text: $0.1) })
    }

    /// The one place for what can be done or seen besides.
    private static func doors(_ it: PublicGathering, _ texts: Texts) -> [Crumb] {
        func door(_ key: String, _ href: String) -> Crumb { Crumb(href: href, text: texts["gatherings.doors.\(key)"]) }
        return (it.isRegistering ? [door("register", it.address + "/register")] : [])
            + (it.state == .underWay && it.isStreamed && it.kind == .hearing
                ? [door("screen", it.address + "/screen")] : [])
            + (it.liveURL.isEmpty || it.state == .cancelled ? [] : [door("live", it.liveURL)])
    }

    private init(_ isFull: Bool) {
        (title, crumbs, number) = ("水价听证会", [Crumb(href: "/", text: "首页")], "H-2026-000001-3")
        (state, stateText, lead, change) = ("announced", "已公告", "听证会", isFull ? "时间改了。" : nil)
        sealed = isFull ? "公告已封存。" : nil
        left = isFull ? "报名 3 天后截止" : nil
        facts = [Fact(label: "地点", text: "三楼")]
        (invites, answered) = (isFull ? "参加人由县公安局邀请。" : nil, "会上提出的意见一起答复。")
        categories =
            isFull ? Filled([Category(name: "村民", seats: "3", way: "报名", described: "用水户")]) : nil
        doors = isFull ? Filled([Crumb(href: "/r", text: "报名")]) : nil
        (icsHref, remindHref) = isFull ? ("/i", "/m") : (nil, nil)
        papers =
            isFull
            ? Filled([
                Paper(href: "/p", text: "听证报告", files: [Crumb(href: "/p/docx", text: "下载（DOCX）")]),
                Paper(href: "/n", text: "公告", files: []),
            ]) : nil
        route = isFull ? Filled(["属于“第一轮”。", "1．黎咀村（本次）"]) : nil
        photos = isFull ? Filled([Photo(href: "/f", caption: "村口")]) : nil
        (consultationHref, consultation) = ("/c", "水价")
        contact = isFull ? Filled([Fact(label: "电话", text: "0762-1")]) : nil
    }

    static let samples = [GatheringPage(true), GatheringPage(false)]
}

import Foundation
import Participation
import Text

/// The form to register for a hearing, on the web, and at the counter for what came on paper.
struct RegistrationFormPage: Page {
    static let template = "registrations/form"

    struct Seat: Sendable {
        let code: String
        let name: String
        let detail: String
        let chosen: Bool
    }

    /// One line of text that the hearing asks for.
    struct Line: Sendable {
        let name: String
        let label: String
        let value: String
        let error: String?
        let isOptional: Bool
    }

    struct Identity: Sendable {
        let value: String
        let why: String
    }

    struct Area: Sendable {
        let value: String
        let limit: Int
        let limitText: String
    }

    /// How it came, where it is entered.
    struct Entry: Sendable {
        let channels: [AnswerFields.Choice]
        let arrivedOn: String
        let lastArrival: String
    }

    /// A registration of which this browser has the receipt.
    struct Known: Sendable {
        /// Absent where the notice says it.
        let text: String?
        let href: String
    }

    struct Upload: Sendable {
        let id: String
        let text: String
    }

    let title: String
    let crumbs: [Crumb]
    let gathering: String
    let facts: [Fact]
    let notice: String?
    let known: Known?
    let action: String
    let backHref: String
    let key: String
    let formKey: String
    let seats: [Seat]
    let name: String
    let phone: String
    let email: String
    let identity: Identity?
    /// `yyyy-mm-dd`; absent where no age is asked for by itself.
    let bornOn: Fact?
    let sexes: Filled<AnswerFields.Choice>?
    let lines: [Line]
    let reason: Area?
    let consents: Bool
    let declines: Bool
    let papersText: String?
    let uploads: Filled<Upload>?
    /// Absent on the web.
    let entry: Entry?
    let isWeb: Bool
    let who: String
    let keep: String
    let errors: FormErrors

    /// - Parameter known: the number of a registration for this hearing of which this browser has the receipt.
    init(
        _ form: RegistrationForm, _ offer: PublicGathering, uploads: [Attachment] = [], entered: Bool,
        site: Site, errors: FormErrors, notice: String?, known: String? = nil, _ texts: Texts
    ) {
        let address = "/hearings/\(offer.number)"
        title = texts[entered ? "registrations.entry.title" : "registrations.form.title"]
        backHref = entered ? "/desk\(address)/registrations" : address
        action = entered ? backHref + "/new" : address + "/register"
        crumbs =
            entered
            ? [
                Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: "/desk\(address)", text: offer.title),
                Crumb(href: backHref, text: texts["registrations.list.title"]),
            ] : [Crumb(href: "/", text: texts["nav.home"]), Crumb(href: address, text: offer.title)]
        gathering = offer.title
        facts = texts.facts(of: offer)
        self.notice = notice
        self.known = known.map { number in
            Known(
                text: notice == nil ? texts["registrations.known", ["number": number]] : nil,
                href: "/receipts/\(number)")
        }
        key = form.key.uuidString.lowercased()
        formKey = form.formKey.uuidString.lowercased()
        // Where there is but one, nobody has to say so.
        let isOnly = offer.openCategories.count == 1
        seats = offer.openCategories.map {
            Seat(
                code: $0.code, name: $0.name,
                detail: [texts["registrations.form.seats", ["count": $0.seats]], $0.described]
                    .filter { !$0.isEmpty }.joined(separator: " · "), chosen: isOnly || $0.code == form["category"])
        }
        (name, phone, email) = (form["name"], form["phone"], form["email"])
        let asks = offer.asks
        identity =
            asks.contains(.identity)
            ? Identity(
                value: form["identity"],
                why: texts.identityWhy(offer.identityBasis, by: offer.unitName)
                    + (asks.contains(.age) ? texts["registrations.form.identity_age"] : "")) : nil
        bornOn =
            asks.contains(.age) && !asks.contains(.identity)
            ? Fact(label: texts["registrations.form.born_on"], text: form["born_on"]) : nil
        sexes =
            asks.contains(.sex)
            ? Filled(
                ["female", "male"].map {
                    .init(
                        id: "sex-\($0)", value: $0, text: texts["registrations.sexes.\($0)"], chosen: form["sex"] == $0)
                }) : nil
        let texting: [(asked: Gathering.Asked, field: String, optional: Bool)] = [
            (.ethnicity, "ethnicity", false), (.education, "education", false), (.occupation, "occupation", false),
            (.unit, "organisation", true), (.address, "address", false),
        ]
        lines = texting.filter { asks.contains($0.asked) }.map {
            Line(
                name: $0.field, label: texts["registrations.form.\($0.field)"], value: form[$0.field],
                error: errors[field: $0.field], isOptional: $0.optional)
        }
        reason =
            asks.contains(.reason)
            ? Area(
                value: form["reason"], limit: Registration.longestReason,
                limitText: texts["forms.limit", ["count": Registration.longestReason]]) : nil
        (consents, declines) = (form.consents == true, form.consents == false)
        papersText = offer.papers.isEmpty ? nil : texts["registrations.form.papers_asked", ["papers": offer.papers]]
        self.uploads = Filled(
            uploads.map { Upload(id: $0.id.uuidString.lowercased(), text: $0.name) })
        entry =
            entered
            ? Entry(
                channels: RegistrationForm.channels.map {
                    .init(
                        id: "channel-\($0.rawValue)", value: $0.rawValue, text: texts.channel($0.rawValue),
                        chosen: $0 == form.channel)
                }, arrivedOn: form["arrived_on"], lastArrival: offer.lastArrival.description) : nil
        isWeb = !entered
        who = texts["registrations.privacy.who", ["unit": offer.unitName]]
        keep =
            texts[
                "registrations.privacy.keep",
                ["count": site.registrationRetentionDays, "unreported": site.unreportedRetentionDays]]
        self.errors = errors
    }

    private init(entry: Entry?, errors: FormErrors) {
        let choice = AnswerFields.Choice(id: "a", value: "letter", text: "信函", chosen: true)
        (title, crumbs, gathering) = ("报名参加听证会", [Crumb(href: "/", text: "首页")], "公交票价听证会")
        facts = [Fact(label: "时间", text: "12月20日")]
        (notice, action, backHref, key, formKey) = ("登记过了。", "/r", "/h", "k", "f")
        known = Known(text: "您已经报过名。", href: "/receipts/1")
        seats = [Seat(code: "c01", name: "居民", detail: "5 名", chosen: true)]
        (name, phone, email) = ("王", "1", "a@b.cn")
        identity = Identity(value: "1", why: "《…》")
        bornOn = Fact(label: "出生日期", text: "1990-01-01")
        sexes = Filled([choice])
        lines = [Line(name: "address", label: "住址", value: "老隆镇", error: "请填写。", isOptional: true)]
        reason = Area(value: "常坐公交", limit: 1000, limitText: "最多 1000 字")
        (consents, declines, papersText) = (true, true, "请带户口本。")
        uploads = Filled([Upload(id: "u", text: "户口本.jpg")])
        (self.entry, isWeb, who, keep, self.errors) = (entry, entry == nil, "县民政局", "180天", errors)
    }

    static let samples = [
        RegistrationFormPage(entry: nil, errors: FormErrors()),
        RegistrationFormPage(
            entry: Entry(
                channels: [.init(id: "a", value: "letter", text: "信函", chosen: true)], arrivedOn: "2026-12-01",
                lastArrival: "2026-12-02"),
            errors: FormErrors(
                [
                    "category", "name", "phone", "email", "identity", "born_on", "sex", "reason", "consents", "files",
                    "channel", "arrived_on",
                ].map { ($0, "请改一下。") })),
    ]
}

/// The hearing takes no registrations now. What was typed stays nowhere: it is what somebody is known by.
struct RegistrationRefusedPage: Page {
    static let template = "registrations/refused"

    let title: String
    let crumbs: [Crumb]
    let text: String
    let gathering: String
    let gatheringHref: String
    let facts: [Fact]

    static let samples = [
        RegistrationRefusedPage(
            title: "没有报上名", crumbs: [Crumb(href: "/", text: "首页")], text: "已经截止。", gathering: "听证会",
            gatheringHref: "/h", facts: [Fact(label: "时间", text: "12月20日")])
    ]
}

extension Texts {
    /// Why an identity number is asked for. No rule that this system knows demands one, so what a unit gives as its reason is never called law.
    func identityWhy(_ words: String, by unit: String) -> String {
        self["registrations.form.identity_why", ["unit": unit, "basis": words]]
    }

    /// When and where, until when one registers, and who may.
    func facts(of offer: PublicGathering) -> [Fact] {
        var facts: [Fact] = []
        if offer.startsAt != nil {
            facts.append(
                Fact(label: self["registrations.facts.starts_at"], text: time(from: offer.startsAt, to: offer.endsAt)))
        }
        if !offer.place.isEmpty { facts.append(Fact(label: self["registrations.facts.place"], text: offer.place)) }
        if let until = offer.registrationUntil {
            facts.append(Fact(label: self["registrations.facts.until"], text: ChinaTime.deadline(until, in: clock)))
        }
        let terms = conditions(of: offer)
        if !terms.isEmpty { facts.append(Fact(label: self["gatherings.labels.conditions"], text: terms)) }
        if !offer.contactPhone.isEmpty {
            facts.append(Fact(label: self["registrations.facts.phone"], text: offer.contactPhone))
        }
        return facts
    }
}

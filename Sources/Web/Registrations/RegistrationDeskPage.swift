import Foundation
import Participation
import Text

/// One registration at the desk: what can be read by whom, its papers, and whether they may take part.
struct RegistrationDeskPage: Page {
    static let template = "registrations/registration"

    /// Opened by a press, which is recorded.
    struct Paper: Sendable {
        let action: String
        let text: String
    }

    /// Who it is, after a press that is recorded.
    struct Person: Sendable {
        let facts: [Fact]
        /// Masked, or in full after another press.
        let identity: String?
        let isMasked: Bool
    }

    /// What is asked where it is checked.
    struct Check: Sendable {
        let codes: [Choice]
        let note: String
        let limit: Int
        let isChecked: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let number: String
    let facts: [Fact]
    let reason: String?
    let standing: String
    let action: String
    /// Read already.
    let person: Person?
    /// Whether there is anybody to be read, by whom this is.
    let mayRead: Bool
    /// Absent for who may not read them.
    let papers: Filled<Paper>?
    let check: Check?
    /// Of the code that is lost; absent for who gives out none.
    let codeVersion: Int?
    let notice: String?
    let errors: FormErrors

    /// What was typed or read.
    struct Typed: Sendable {
        var record: RegistrationRecord?
        var inFull = false
        var code = ""
        var note = ""
        var notice: String?
        var errors = FormErrors()
    }

    init(
        _ line: RegistrationLine, of gathering: Gathering, papers: [Attachment], typed: Typed, for staff: StaffActor,
        _ texts: Texts
    ) {
        let clock = texts.clock
        let list = "/desk/hearings/\(gathering.number)/registrations"
        title = texts["registrations.one.title", ["number": line.number]]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/hearings/\(gathering.number)", text: gathering.title),
            Crumb(href: list, text: texts["registrations.list.title"]),
        ]
        number = line.number
        action = "\(list)/\(line.id)"
        facts = [
            (texts["registrations.facts.category"], line.category),
            (texts["registrations.form.organisation"], line.organisation),
            (
                texts["registrations.one.received"],
                ChinaTime.minute(line.receivedAt, in: clock) + " · " + texts.channel(line.channel.rawValue)
            ),
            (texts["receipts.arrived_on"], line.arrivedOn.map { ChinaTime.day($0, in: clock) } ?? ""),
            (texts["registrations.one.consents"], texts["registrations.one.consents_\(line.consents ? "yes" : "no")"]),
            (
                texts["registrations.one.refused"],
                line.refusedCode.map { texts["registrations.codes.\($0.rawValue)"] } ?? ""
            ),
            (texts["registrations.one.note"], line.refusedNote),
            (texts["registrations.one.checked"], line.checkedBy ?? ""),
        ].filter { !$0.1.isEmpty }.map { Fact(label: $0.0, text: $0.1) }
        reason = line.reason.isEmpty ? nil : line.reason
        standing = texts.standing(of: line)
        let organises = staff.has(.organiser, in: [gathering.unitID])
        let isThere = line.withdrawnAt == nil && line.sealedAt == nil && gathering.erasedAt == nil
        mayRead = organises && isThere
        person = typed.record.map { Person($0, inFull: typed.inFull, texts) }
        // Names of files say whose they are, to be read like the rest after a press.
        self.papers = Filled(
            papers.map {
                Paper(
                    action: "\(list)/\(line.id)/papers/\($0.id.uuidString.lowercased())",
                    text: typed.record == nil ? $0.plainName : $0.name)
            })
        check =
            organises && line.withdrawnAt == nil
            ? Check(
                codes: RegistrationVerdict.Code.allCases.map {
                    Choice(
                        value: $0.rawValue, text: texts["registrations.codes.\($0.rawValue)"],
                        chosen: $0.rawValue == typed.code)
                }, note: typed.note, limit: CheckRegistration.longestNote, isChecked: line.verdict != .pending) : nil
        codeVersion = isThere && (organises || staff.has(.clerk, in: gathering.unitIDs)) ? line.codeVersion : nil
        (notice, errors) = (typed.notice, typed.errors)
    }

    private init(person: Person?, mayRead: Bool) {
        (title, crumbs, number) = ("报名 MY-1", [Crumb(href: "/desk", text: "工作台")], "MY-1")
        (facts, reason, standing) = ([Fact(label: "类别", text: "居民")], "常坐公交", "待核对")
        (action, self.person, self.mayRead) = ("/r/1", person, mayRead)
        papers = Filled([Paper(action: "/p", text: "户口本.jpg")])
        check = Check(
            codes: [Choice(value: "age", text: "年龄不符", chosen: true)], note: "差一岁", limit: 500, isChecked: true)
        (codeVersion, notice) = (1, "没有登记。")
        errors = FormErrors([("code", "请选原因。"), ("note", "太长。")])
    }

    static let samples = [
        RegistrationDeskPage(
            person: Person(facts: [Fact(label: "姓名", text: "王")], identity: "4403**", isMasked: true), mayRead: true),
        RegistrationDeskPage(person: nil, mayRead: true), RegistrationDeskPage(person: nil, mayRead: false),
    ]
}

extension RegistrationDeskPage.Person {
    init(_ record: RegistrationRecord, inFull: Bool, _ texts: Texts) {
        let details = record.details
        facts = [
            ("registrations.form.name", record.contact.name), ("comments.phone", record.contact.phone),
            ("registrations.form.email", record.contact.email),
            ("registrations.form.born_on", details.bornOn?.description ?? ""),
            ("registrations.form.sex", details.sex.isEmpty ? "" : texts["registrations.sexes.\(details.sex)"]),
            ("registrations.form.ethnicity", details.ethnicity), ("registrations.form.education", details.education),
            ("registrations.form.occupation", details.occupation), ("registrations.form.address", details.address),
        ].filter { !$0.1.isEmpty }.map { Fact(label: texts[$0.0], text: $0.1) }
        let number = details.identityNumber
        identity = number.isEmpty ? nil : inFull ? number : Mask.identityNumber(number)
        isMasked = !inFull
    }
}

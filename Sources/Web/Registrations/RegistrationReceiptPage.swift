import Foundation
import Participation
import Slips
import Text

/// The receipt of a registration: number and code, where it stands, coming or not, and taking it back.
struct RegistrationReceiptPage: Page {
    static let template = "registrations/receipt"

    struct Material: Sendable {
        let title: String
        /// Absent for what is handed over on paper only.
        let href: String?
    }

    struct Statement: Sendable {
        let number: String
        let words: String
    }

    let title: String
    let lead: String
    let number: String
    let code: String
    let receivedAt: String
    let arrivedOn: String?
    let stamp: String
    let stampDay: String
    let isWithdrawn: Bool
    let standingText: String
    let standingDetail: String
    /// Why it was refused, by the unit.
    let refusedNote: String?
    let gathering: String
    let gatheringHref: String
    let facts: [Fact]
    let channel: String
    /// Where who was chosen says that they come; absent once they did.
    let confirmAction: String?
    let confirmedText: String?
    /// With which they confirm the transcript, and the sentence before it.
    let personCode: String?
    let personText: String
    let materials: Filled<Material>?
    let deliveredText: String?
    /// Where they say that they have the materials; absent once they did.
    let materialsAction: String?
    /// What was handed in, and what was said at the hearing.
    let papersText: String?
    let statements: Filled<Statement>?
    let sealedText: String?
    let lookup: String
    let withdrawHref: String?
    let pictureHref: String
    let forgetAction: String
    let qrMarkup: Markup
    let proof: String
    let salt: String
    /// Absent once sealed.
    let canonicalForm: String?
    let recordHref: String?

    static let samples = [
        RegistrationReceiptPage(
            title: "您已报名", lead: "请保存。", number: "MY-2026-000127-0", code: "4072 9518 3364",
            receivedAt: "2026年11月28日 21:14:06", arrivedOn: "2026年11月27日", stamp: "已收到", stampDay: "11.28",
            isWithdrawn: true, standingText: "已选定", standingDetail: "请确认。", refusedNote: "年龄不符。",
            gathering: "听证会", gatheringHref: "/h", facts: [Fact(label: "时间", text: "12月20日")], channel: "网上",
            confirmAction: "/c", confirmedText: "已确认", personCode: "1234 5678 9012",
            personText: "会后核对笔录：",
            materials: Filled([Material(title: "方案", href: "/m")]), deliveredText: "已送达", materialsAction: "/m",
            papersText: "材料1（pdf，230 KB）",
            statements: Filled([Statement(number: "MY-2026-000128-8", words: "请多开一班车。")]), sealedText: "已封存",
            lookup: "查询", withdrawHref: "/w", pictureHref: "/p", forgetAction: "/f",
            qrMarkup: Markup(trusted: "<svg></svg>"), proof: "9f", salt: "a0",
            canonicalForm: "minyi-registration-v1\n", recordHref: "/r.txt")
    ]
}

extension RegistrationReceiptPage {
    /// - Parameter codes: makes the code with which who takes part confirms the transcript.
    init(_ receipt: RegistrationReceipt, code: QueryCode, codes: QueryCodes, publicURL: String, _ texts: Texts) {
        let clock = texts.clock
        let address = "/receipts/\(receipt.number)"
        let standing = receipt.sealedAt != nil ? "sealed" : receipt.standing.rawValue
        title = texts["registrations.receipt.titles.\(standing)"]
        lead = texts["registrations.receipt.lead"]
        number = receipt.number
        self.code = code.spoken
        receivedAt = ChinaTime.second(receipt.receivedAt, in: clock)
        arrivedOn = receipt.arrivedOn.map { ChinaTime.day($0, in: clock) }
        (stamp, stampDay) = texts.stamp(receivedAt: receipt.receivedAt, withdrawnAt: receipt.withdrawnAt)
        isWithdrawn = receipt.withdrawnAt != nil
        standingText = texts["registrations.standings.\(standing)"]
        standingDetail =
            receipt.refusedCode.map { texts["registrations.codes.\($0.rawValue)"] }
            ?? texts[
                "registrations.receipt.details.\(standing == "registered" ? receipt.verdict.rawValue : standing)"]
        refusedNote = receipt.refusedNote.isEmpty ? nil : receipt.refusedNote
        gathering = receipt.title
        gatheringHref = "/hearings/\(receipt.gathering)"
        facts = texts.facts(of: receipt)
        channel = texts.channel(receipt.channel.rawValue)
        confirmAction = receipt.canConfirm ? address + "/confirm" : nil
        confirmedText = receipt.confirmedAt.map {
            texts["registrations.receipt.confirmed", ["day": ChinaTime.day($0, in: clock)]]
        }
        personCode = receipt.personKey.map { codes.code(for: $0).spoken }
        personText = texts["registrations.receipt.person_code", ["number": receipt.gathering]]
        materials = Filled(
            receipt.materials.map {
                Material(
                    title: $0.title, href: $0.file ? "/hearings/\(receipt.gathering)/materials/\($0.id)" : nil)
            })
        deliveredText = receipt.deliveredOn.map {
            texts["registrations.receipt.delivered", ["day": ChinaTime.day($0, in: clock)]]
        }
        materialsAction =
            receipt.personKey != nil && receipt.deliveredOn == nil ? address + "/materials" : nil
        papersText =
            receipt.papers.isEmpty
            ? nil
            : receipt.papers.enumerated().map { place, paper in
                texts[
                    "registrations.receipt.paper",
                    ["count": place + 1, "kind": paper.ending, "size": texts.size(paper.size)]]
            }.joined(separator: texts["messages.comma"])
        statements = Filled(receipt.statements.map { Statement(number: $0.number, words: $0.shown) })
        sealedText = receipt.sealedAt.map { texts["receipts.sealed", ["day": ChinaTime.day($0, in: clock)]] }
        lookup = texts["receipts.footer_lookup", ["address": publicURL + "/receipts"]]
        withdrawHref = receipt.canWithdraw ? address + "/withdraw" : nil
        pictureHref = address + "/receipt.png"
        forgetAction = address + "/forget"
        qrMarkup = OpenedReceipt.qr(receipt.number, code, publicURL: publicURL)
        proof = Hexadecimal.encode(receipt.proof)
        salt = Hexadecimal.encode(receipt.salt)
        canonicalForm = receipt.holdsWords ? receipt.canonicalForm.text : nil
        recordHref = receipt.holdsWords ? address + "/record.txt" : nil
    }
}

extension Texts {
    /// When, where, for which seats.
    fileprivate func facts(of receipt: RegistrationReceipt) -> [Fact] {
        var facts: [Fact] = []
        if let startsAt = receipt.startsAt {
            facts.append(
                Fact(label: self["registrations.facts.starts_at"], text: ChinaTime.minute(startsAt, in: clock)))
        }
        if !receipt.place.isEmpty {
            facts.append(Fact(label: self["registrations.facts.place"], text: receipt.place))
        }
        facts.append(Fact(label: self["registrations.facts.category"], text: receipt.category))
        if let seat = receipt.seat {
            facts.append(
                Fact(
                    label: self["registrations.facts.seat"], text: self["registrations.receipt.seat", ["count": seat]]))
        }
        return facts
    }
}

extension RegistrationReceipt {
    /// The receipt as a picture to keep. Who it is stands not on it.
    func slip(_ code: QueryCode, masthead: String, publicURL: String, _ texts: Texts) -> ReceiptSlip {
        var rows = [
            ReceiptSlip.Row(texts["receipts.number"], number, monospaced: true),
            ReceiptSlip.Row(texts["receipts.code"], code.spoken, monospaced: true),
            ReceiptSlip.Row(texts["receipts.received_at"], ChinaTime.second(receivedAt, in: texts.clock)),
        ]
        if let arrivedOn {
            rows.append(ReceiptSlip.Row(texts["receipts.arrived_on"], ChinaTime.day(arrivedOn, in: texts.clock)))
        }
        rows.append(ReceiptSlip.Row(texts["receipts.about"], title))
        rows += texts.facts(of: self).map { ReceiptSlip.Row($0.label, $0.text) }
        rows.append(ReceiptSlip.Row(texts["receipts.proof"], Hexadecimal.encode(proof), monospaced: true))
        let (stamp, day) = texts.stamp(receivedAt: receivedAt, withdrawnAt: withdrawnAt)
        return ReceiptSlip(
            masthead: masthead, title: texts["registrations.receipt.slip_title"], stamp: [stamp, day], rows: rows,
            qr: OpenedReceipt.link(number, code, publicURL: publicURL), qrCaption: texts["receipts.qr_caption"],
            footer: [
                texts["receipts.footer_keep"], texts["receipts.footer_lookup", ["address": publicURL + "/receipts"]],
            ])
    }
}

/// The receipt as it is handed over the counter: shown once, to be printed.
struct RegistrationCounterPage: Page {
    static let template = "registrations/counter"

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let receipt: RegistrationReceiptPage
    let nextHref: String
    let nextText: String

    static let samples = RegistrationReceiptPage.samples.map {
        RegistrationCounterPage(
            title: "已登记", crumbs: [Crumb(href: "/desk", text: "工作台")], lead: "请打印。", receipt: $0, nextHref: "/e",
            nextText: "再登记一份")
    }
}

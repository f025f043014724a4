import Foundation
import Participation
import Slips
import Text

extension ReceiptPage {
    /// - Parameter publicURL: the address people use; the QR code begins with it.
    /// - Parameter record: what is public of its consultation, for the way to the changed words and for who proposes a hearing.
    init(
        _ receipt: Receipt, code: QueryCode, publicURL: String, record: ConsultationRecord? = nil,
        errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        let clock = texts.clock
        let address = "/receipts/\(receipt.number)"
        isWithdrawn = receipt.standing == .withdrawn
        title = texts["receipts.titles.\(receipt.standing.rawValue)"]
        lead = texts[receipt.canWithdraw ? "receipts.lead" : "receipts.lead_kept"]
        number = receipt.number
        self.code = code.spoken
        receivedAt = ChinaTime.second(receipt.receivedAt, in: clock)
        arrivedOn = receipt.arrivedOn.map { ChinaTime.day($0, in: clock) }
        (stamp, stampDay) = texts.stamp(receivedAt: receipt.receivedAt, withdrawnAt: receipt.withdrawnAt)
        consultation = receipt.procedureTitle
        consultationHref = "/consultations/\(receipt.procedureNumber)"
        target = texts.target(of: receipt)
        content = receipt.holdsWords ? receipt.body : nil
        sealedText = receipt.sealedAt.map { texts["receipts.sealed", ["day": ChinaTime.day($0, in: clock)]] }
        submitter = texts.submitter(of: receipt)
        channel = texts.channel(receipt.channel.rawValue)
        proof = Hexadecimal.encode(receipt.proof)
        salt = Hexadecimal.encode(receipt.salt)
        length = ReceiptPage.printedLength(receipt.body)
        lookup = texts["receipts.footer_lookup", ["address": publicURL + "/receipts"]]
        standingText = texts["receipts.standings.\(receipt.standing.rawValue)"]
        standingDetail = texts.standingDetail(of: receipt)
        answers = receipt.answers.map { answer in
            Answer(
                opinion: receipt.answers.count > 1 && receipt.holdsWords ? answer.opinion : nil,
                outcome: answer.outcome,
                outcomeText: texts.outcome(answer.outcome), reason: answer.reason.paragraphs,
                transferredTo: answer.transferredTo.isEmpty ? nil : answer.transferredTo,
                effect: answer.effectOn.flatMap { CalendarDate($0) }.map {
                    texts[
                        "dispositions.takes_effect", ["effect": answer.effect, "day": ChinaTime.day($0, in: clock)]]
                },
                changes: record.flatMap {
                    Filled(texts.changes(carrying: receipt.number, part: answer.ordinal, in: $0))
                })
        }
        resultHref = receipt.procedureState == .published ? consultationHref + "/result" : nil
        withdrawHref = receipt.canWithdraw ? address + "/withdraw" : nil
        withdrawUntil =
            receipt.canWithdraw
            ? texts["receipts.withdraw_until", ["moment": ChinaTime.deadline(receipt.closesAt, in: clock)]] : nil
        let proposing = record?.figures["hearing_proposal_people"] ?? 0
        proposeAction = receipt.mayPropose ? address + "/propose-hearing" : nil
        proposeText = texts[proposing > 0 ? "gatherings.proposals.propose" : "gatherings.proposals.propose_first"]
        self.proposing = proposing > 0 ? texts["gatherings.proposals.people", ["count": proposing]] : nil
        scanAction = receipt.takesScan ? address + "/scan" : nil
        hasScan = receipt.hasScan
        self.errors = errors
        pictureHref = address + "/receipt.png"
        forgetAction = address + "/forget"
        qrMarkup = OpenedReceipt.qr(receipt.number, code, publicURL: publicURL)
        canonicalForm = receipt.holdsWords ? receipt.canonicalForm.text : nil
        recordHref = receipt.holdsWords ? address + "/record.txt" : nil
    }
}

extension ReceiptPage {
    /// How small the text has to be printed to fit one A5 page: counted in lines of about 30 characters.
    static func printedLength(_ body: String) -> String? {
        let lines = body.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .reduce(0) { $0 + $1.count / 30 + 1 }
        return lines > 32 ? "longest" : lines > 14 ? "long" : nil
    }
}

extension OpenedReceipt {
    /// Number and code stand behind `#`: no browser sends them to any server, and no log can hold them.
    static func link(_ number: String, _ code: QueryCode, publicURL: String) -> String {
        "\(publicURL)/receipts#\(number),\(code.digits)"
    }

    /// The same to be read from the screen by another device; nothing where it is too long for that.
    static func qr(_ number: String, _ code: QueryCode, publicURL: String) -> Markup {
        let code = try? QRCode(link(number, code, publicURL: publicURL), mask: .fixed)
        return Markup(trusted: code?.svg(module: 3) ?? "")
    }
}

extension Receipt {

    /// The receipt as a picture to keep.
    func slip(_ code: QueryCode, masthead: String, publicURL: String, _ texts: Texts) -> ReceiptSlip {
        var rows = [
            ReceiptSlip.Row(texts["receipts.number"], number, monospaced: true),
            ReceiptSlip.Row(texts["receipts.code"], code.spoken, monospaced: true),
            ReceiptSlip.Row(texts["receipts.received_at"], ChinaTime.second(receivedAt, in: texts.clock)),
        ]
        if let arrivedOn {
            rows.append(ReceiptSlip.Row(texts["receipts.arrived_on"], ChinaTime.day(arrivedOn, in: texts.clock)))
        }
        rows += [
            ReceiptSlip.Row(texts["receipts.about"], procedureTitle + "\n" + texts.target(of: self)),
            ReceiptSlip.Row(
                texts["receipts.submitter"],
                texts.submitter(of: self) + texts["receipts.by_channel"] + texts.channel(channel.rawValue)),
        ]
        let (stamp, day) = texts.stamp(receivedAt: receivedAt, withdrawnAt: withdrawnAt)
        if holdsWords { rows.append(ReceiptSlip.Row(texts["receipts.content"], body)) }
        rows.append(ReceiptSlip.Row(texts["receipts.proof"], Hexadecimal.encode(proof), monospaced: true))
        return ReceiptSlip(
            masthead: masthead, title: texts["receipts.slip_title"],
            stamp: [stamp, day], rows: rows,
            qr: OpenedReceipt.link(number, code, publicURL: publicURL), qrCaption: texts["receipts.qr_caption"],
            footer: [
                texts["receipts.footer_keep"], texts["receipts.footer_lookup", ["address": publicURL + "/receipts"]],
            ])
    }
}

extension Texts {
    /// What the stamp says: when it came, or that it was taken back.
    func stamp(receivedAt: Date, withdrawnAt: Date?) -> (word: String, day: String) {
        guard let moment = withdrawnAt else {
            return (self["receipts.stamp"], ChinaTime.stamp(ChinaTime.date(receivedAt)))
        }
        return (self["receipts.stamp_withdrawn"], ChinaTime.stamp(ChinaTime.date(moment)))
    }

    fileprivate func target(of receipt: Receipt) -> String {
        receipt.passage.map { self["receipts.about_row", ["row": $0]] } ?? self["receipts.about_whole"]
    }

    fileprivate func submitter(of receipt: Receipt) -> String {
        self["receipts.submitters.\(receipt.submitter.rawValue)", ["count": receipt.people]]
    }

    fileprivate func standingDetail(of receipt: Receipt) -> String {
        switch receipt.standing {
        case .withdrawn:
            self[
                "receipts.details.withdrawn",
                ["moment": ChinaTime.minute(receipt.withdrawnAt ?? receipt.receivedAt, in: clock)]]
        case .received:
            self["receipts.details.received", ["moment": ChinaTime.deadline(receipt.closesAt, in: clock)]]
        case let standing: self["receipts.details.\(standing.rawValue)"]
        }
    }
}

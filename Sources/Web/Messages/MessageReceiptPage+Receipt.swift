import Foundation
import Participation
import Slips
import Text

extension MessageReceiptPage {
    /// What its author has just typed into one of the forms, when it was not taken.
    struct Typed: Sendable {
        var addition = ""
        var additionKey = UUID()
        var resolved = ""
        var attitude = ""
        var speed = ""
        var reason = ""
        var reopen = false
    }

    /// - Parameter strip: the days counted so far or to come; nil where no clock runs.
    init(
        _ receipt: MessageReceipt, code: QueryCode, strip: (rule: LegalRule, days: [CountedDay])?,
        files: [AnswerFile] = [], reasons: [ReceiptReason] = [], publicURL: String,
        typed: Typed = Typed(), errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        let clock = texts.clock
        let address = "/receipts/\(receipt.number)"
        title = texts["messages.receipt.title"]
        lead = texts["receipts.lead_kept"]
        number = receipt.number
        self.code = code.spoken
        receivedAt = ChinaTime.second(receipt.receivedAt, in: clock)
        arrivedOn = receipt.arrivedOn.map { ChinaTime.day($0, in: clock) }
        (stamp, stampDay) = texts.stamp(receivedAt: receipt.receivedAt, withdrawnAt: receipt.withdrawnAt)
        isWithdrawn = receipt.withdrawnAt != nil
        kind = texts["messages.kinds.\(receipt.kind.rawValue)"]
        heading = receipt.holdsWords ? receipt.title : nil
        content = receipt.holdsWords && !receipt.body.isEmpty ? receipt.body : nil
        facts = receipt.holdsWords ? texts.facts(of: receipt) : []
        sealedText = receipt.sealedAt.map { texts["receipts.sealed", ["day": ChinaTime.day($0, in: clock)]] }
        channel = texts.channel(receipt.channel.rawValue)
        length = ReceiptPage.printedLength(receipt.body)
        lookup = texts["receipts.footer_lookup", ["address": publicURL + "/receipts"]]
        standingText = texts["messages.states.\(receipt.standing)"]
        standingDetail = texts.standingDetail(of: receipt)
        deadline = strip.flatMap { strip in
            receipt.state.isOpen ? Deadline(receipt, strip.rule, strip.days, texts) : nil
        }
        endingText = receipt.holdsWords ? texts.ending(of: receipt) : nil
        originalHref = receipt.originalNumber.map { "/messages/\($0)" }
        publicHref = receipt.isPublic ? "/messages/\(receipt.number)" : nil
        self.reasons = reasons.map {
            Reason(
                by: texts["messages.reasons.\($0.kind.rawValue)"] + texts["messages.dot"]
                    + ChinaTime.minute($0.at, in: clock),
                words: $0.body,
                before: $0.oldDueOn.map { texts["messages.reasons.before", ["day": ChinaTime.day($0, in: clock)]] })
        }
        answers =
            receipt.sealedAt != nil
            ? []
            : receipt.answers.enumerated().map { place, answer in
                Answer(
                    by: answer.unit + texts["messages.dot"]
                        + ChinaTime.minute(Date(timeIntervalSince1970: answer.at), in: clock),
                    words: answer.body,
                    files: files.filter { $0.answer == place + 1 }.map {
                        File(
                            href: "\(address)/files/\($0.file.id.uuidString.lowercased())",
                            text: texts.file($0.file.name, bytes: $0.file.size))
                    })
            }
        history = Filled(
            receipt.history.compactMap { step in
                let key = "messages.history.\(step.kind)"
                guard texts.has(key) else { return nil }
                return Step(
                    moment: ChinaTime.minute(Date(timeIntervalSince1970: step.at), in: clock), text: texts[key])
            })
        additions = Filled(
            receipt.holdsWords
                ? receipt.additions.map {
                    Addition(
                        moment: ChinaTime.minute(Date(timeIntervalSince1970: $0.at), in: clock), words: $0.body)
                } : [])
        adding =
            receipt.canAdd
            ? Adding(
                action: address + "/additions", key: typed.additionKey.uuidString.lowercased(), words: typed.addition,
                limit: AddToMessage.longestBody,
                limitText: texts["forms.limit", ["count": AddToMessage.longestBody]]) : nil
        rating = receipt.canRate ? Rating(address, typed, mayReopen: receipt.canReopen, texts) : nil
        rated = Filled(receipt.ratings.last.map { texts.facts(of: $0) } ?? [])
        withdrawHref = receipt.canWithdraw ? address + "/withdraw" : nil
        withdrawUntil = receipt.canWithdraw ? texts["messages.receipt.withdraw_until"] : nil
        pictureHref = address + "/receipt.png"
        forgetAction = address + "/forget"
        qrMarkup = OpenedReceipt.qr(receipt.number, code, publicURL: publicURL)
        proof = Hexadecimal.encode(receipt.proof)
        salt = Hexadecimal.encode(receipt.salt)
        canonicalForm = receipt.holdsWords ? receipt.canonicalForm.text : nil
        recordHref = receipt.holdsWords ? address + "/record.txt" : nil
        self.errors = errors
    }
}

extension MessageReceiptPage.Deadline {
    fileprivate init(_ receipt: MessageReceipt, _ rule: LegalRule, _ days: [CountedDay], _ texts: Texts) {
        let due = receipt.dueOn.map { ChinaTime.day($0, in: texts.clock) } ?? ""
        let isScreening = receipt.state == .received
        text =
            receipt.isPaused
            ? texts["messages.receipt.paused"]
            : texts["messages.receipt.\(isScreening ? "screened_by" : "answered_by")", ["day": due]]
        self.rule =
            texts[
                "messages.receipt.rule_\(rule.dayKind.rawValue)",
                ["name": rule.name, "count": rule.amount, "basis": rule.basis]]
        provisional = receipt.isProvisional
        self.days = StripDay.strip(
            days, dueOn: receipt.dueOn,
            opening: isScreening ? .received : receipt.reopened > 0 ? .reopened : .accepted, texts)
    }
}

extension MessageReceiptPage.Rating {
    fileprivate init(_ address: String, _ typed: MessageReceiptPage.Typed, mayReopen: Bool, _ texts: Texts) {
        action = address + "/rating"
        resolved = RateMessage.Resolved.allCases.map {
            Choice(
                value: $0.rawValue, text: texts["messages.rating.resolved_\($0.rawValue)"],
                chosen: $0.rawValue == typed.resolved)
        }
        func marks(_ chosen: String) -> [Choice] {
            (1...5).reversed().map {
                Choice(value: "\($0)", text: texts["messages.rating.mark_\($0)"], chosen: "\($0)" == chosen)
            }
        }
        (attitude, speed) = (marks(typed.attitude), marks(typed.speed))
        (reason, reopen, self.mayReopen) = (typed.reason, typed.reopen, mayReopen)
    }
}

extension MessageReceipt {
    /// Where it stands, as the key of its words.
    var standing: String {
        if sealedAt != nil { return "sealed" }
        if withdrawnAt != nil { return "withdrawn" }
        return reopened > 0 && state.isOpen ? "reopened" : state.rawValue
    }

    func slip(_ code: QueryCode, masthead: String, publicURL: String, _ texts: Texts) -> ReceiptSlip {
        var rows = [
            ReceiptSlip.Row(texts["receipts.number"], number, monospaced: true),
            ReceiptSlip.Row(texts["receipts.code"], code.spoken, monospaced: true),
            ReceiptSlip.Row(texts["receipts.received_at"], ChinaTime.second(receivedAt, in: texts.clock)),
        ]
        if let arrivedOn {
            rows.append(ReceiptSlip.Row(texts["receipts.arrived_on"], ChinaTime.day(arrivedOn, in: texts.clock)))
        }
        rows.append(
            ReceiptSlip.Row(
                texts["messages.receipt.kind"],
                texts["messages.kinds.\(kind.rawValue)"] + texts["messages.dot"] + texts.channel(channel.rawValue)))
        if holdsWords {
            rows.append(ReceiptSlip.Row(texts["messages.form.heading"], title))
            rows += texts.facts(of: self).map { ReceiptSlip.Row($0.label, $0.text) }
            if !body.isEmpty { rows.append(ReceiptSlip.Row(texts["receipts.content"], body)) }
        }
        rows.append(ReceiptSlip.Row(texts["receipts.proof"], Hexadecimal.encode(proof), monospaced: true))
        let (stamp, day) = texts.stamp(receivedAt: receivedAt, withdrawnAt: withdrawnAt)
        return ReceiptSlip(
            masthead: masthead, title: texts["messages.receipt.slip_title"], stamp: [stamp, day], rows: rows,
            qr: OpenedReceipt.link(number, code, publicURL: publicURL), qrCaption: texts["receipts.qr_caption"],
            footer: [
                texts["receipts.footer_keep"], texts["receipts.footer_lookup", ["address": publicURL + "/receipts"]],
            ])
    }
}

extension Texts {
    /// What else the author has said, for the slip.
    fileprivate func facts(of receipt: MessageReceipt) -> [Fact] {
        var facts: [Fact] = []
        func add(_ key: String, _ text: String?) {
            if let text, !text.isEmpty { facts.append(Fact(label: self["messages.form.\(key)"], text: text)) }
        }
        add("place", receipt.place)
        add("unit", receipt.wishedUnit)
        add(
            "concerned",
            [receipt.concernedUnits ?? "", receipt.concernedNames].filter { !$0.isEmpty }
                .joined(separator: self["messages.comma"]))
        add("files", receipt.files.map { file($0.name, bytes: $0.size) }.joined(separator: self["messages.comma"]))
        if receipt.hasRecording { add("recording", self["messages.receipt.has_recording"]) }
        add(
            "publish_short",
            self[receipt.mayBePublished ? "messages.receipt.may_be_published" : "messages.receipt.not_published"])
        return facts
    }

    fileprivate func facts(of rating: MessageReceipt.Rating) -> [Fact] {
        var facts = [
            Fact(
                label: self["messages.rating.resolved"],
                text: self["messages.rating.resolved_\(rating.resolved.rawValue)"]),
            Fact(label: self["messages.rating.attitude"], text: self["messages.rating.mark_\(rating.attitude)"]),
            Fact(label: self["messages.rating.speed"], text: self["messages.rating.mark_\(rating.speed)"]),
        ]
        if !rating.reason.isEmpty { facts.append(Fact(label: self["messages.rating.reason"], text: rating.reason)) }
        return facts
    }

    /// Why there is no answer: the reason in words where it has any, and what the office wrote.
    fileprivate func ending(of receipt: MessageReceipt) -> String? {
        let key = "messages.endings.\(receipt.endingCode ?? "")"
        let parts = [has(key) ? self[key] : "", receipt.endingText].filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }

    fileprivate func standingDetail(of receipt: MessageReceipt) -> String {
        switch receipt.standing {
        case "withdrawn":
            self[
                "messages.details.withdrawn",
                ["moment": ChinaTime.minute(receipt.withdrawnAt ?? receipt.receivedAt, in: clock)]]
        case "completed" where receipt.workingDays == 0 && !receipt.isLate: self["messages.details.completed_same_day"]
        case "completed":
            self[
                receipt.isLate ? "messages.details.completed_late" : "messages.details.completed",
                ["count": receipt.workingDays ?? 0]]
        case "duplicate" where receipt.dueOn != nil && receipt.answers.isEmpty:
            self[
                "messages.details.duplicate_due",
                ["day": receipt.dueOn.map { ChinaTime.day($0, in: clock) } ?? ""]]
        case let standing:
            (receipt.state.isOpen && receipt.isLate ? self["messages.details.late"] : "")
                + self["messages.details.\(standing)", ["unit": receipt.unit]]
        }
    }
}

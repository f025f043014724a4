import Foundation
import Participation
import Text

/// One letter: its words, how far it is, and what everybody it asks has said.
struct WrittenPage: Page {
    static let template = "written/letter"

    struct Line: Sendable {
        let id: Int
        let name: String
        /// A unit of ours, or how an organisation is reached.
        let kind: String
        /// An organisation's code; absent for a unit, and for who may not hand it out.
        let code: String?
        let sheetHref: String?
        let standing: String
        let tone: String
        /// When and how it replied, under which number.
        let detail: String?
        let scanHref: String?
        let submissionHref: String?
        let entryHref: String?
        /// It says again what a paper says, instead of what was entered before.
        let isCorrection: Bool
        let takeBackAction: String?
        let releaseAction: String?
        /// How its writer agreed that its words are public.
        let agreement: String?
        /// As it was typed, with what is wrong with it.
        let typedAgreement: String
        let error: String?
        let earlier: Filled<Earlier>?
    }

    /// What was said before and holds no longer.
    struct Earlier: Sendable {
        let text: String
        let submissionHref: String?
        let scanHref: String?
    }

    struct Happening: Sendable {
        let at: String
        let who: String
        let what: String
    }

    let title: String
    let crumbs: [Crumb]
    let state: String
    let stateText: String
    let isPreparing: Bool
    let facts: [Fact]
    let paragraphs: [String]
    let scanHref: String?
    let figures: [ResultBody.Figure]
    let lines: [Line]
    /// Whom it goes to, before it is sent.
    let sendsTo: String
    let seenVersion: Int
    let maySend: Bool
    let mayScan: Bool
    let address: String
    let history: [Happening]
    let errors: FormErrors

    init(
        _ record: WrittenConsultation.Record, codes: QueryCodes, for staff: StaffActor,
        agreement: (addressee: Int, text: String)? = nil, errors: FormErrors, _ texts: Texts
    ) {
        let it = record.letter
        let address = "/desk/written/\(it.id)"
        let organises = staff.has(.organiser, in: [it.unitID])
        let enters = organises || staff.has(.clerk, in: [it.unitID])
        title = it.title
        let desk = it.procedureNumber.map { "/desk/procedures/\($0)" } ?? "/desk/procedures"
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: desk, text: it.procedureTitle ?? ""),
            Crumb(href: "\(desk)/written", text: texts["written.title"]),
        ]
        (state, stateText) = (it.state.rawValue, texts["written.states.\(it.state.rawValue)"])
        isPreparing = it.state == .preparing
        facts = [
            ("number", it.number), ("document_number", it.documentNumber),
            ("dated", ChinaTime.day(it.datedOn, in: texts.clock)),
            ("due", ChinaTime.deadline(it.dueAt, in: texts.clock)),
            ("silence", texts[it.silenceAgrees ? "written.silence.agrees" : "written.silence.plain"]),
            ("sent", it.sentAt.map { "\(it.sentBy ?? "") · \(ChinaTime.minute($0, in: texts.clock))" } ?? ""),
        ].filter { !$0.1.isEmpty }.map { Fact(label: texts["written.facts.\($0.0)"], text: $0.1) }
        paragraphs = it.body.paragraphs
        scanHref = it.scanID.map { "/desk/attachments/\($0.uuidString.lowercased())" }
        let tally = WrittenTally(record.addressees)
        figures =
            it.state == .sent
            ? [.init(label: texts["written.figures.asked"], value: texts["written.units", ["count": tally.asked]])]
                + Addressee.Standing.allCases.compactMap { standing in
                    tally.counts[standing].map {
                        .init(
                            label: texts["written.figures.\(standing.rawValue)"],
                            value: texts["written.units", ["count": $0]])
                    }
                } + [
                    .init(
                        label: texts["written.figures.opinions"],
                        value: texts["results.opinions", ["count": tally.opinions]])
                ]
            : []
        lines = record.addressees.map { addressee in
            Line(
                addressee, of: it, earlier: record.earlier.filter { $0.addresseeID == addressee.id },
                organises: organises, enters: enters, codes: codes,
                agreement: agreement?.addressee == addressee.id ? agreement?.text ?? "" : "",
                error: errors[field: "agreement-\(addressee.id)"], texts)
        }
        sendsTo =
            texts[
                "written.sends_to",
                [
                    "count": record.addressees.count,
                    "names": record.addressees.prefix(5).map(\.name).joined(separator: texts["submissions.comma"]),
                ]]
        (maySend, seenVersion) = (organises && it.state == .preparing, it.version)
        // What was sent with a seal stays what was sent.
        mayScan = enters && (it.state == .preparing || it.scanID == nil)
        self.address = address
        history = record.events.map {
            Happening(
                at: ChinaTime.minute($0.at, in: texts.clock), who: $0.who ?? texts["written.by_link"],
                what: texts["written.history.\($0.kind)"])
        }
        self.errors = errors
    }

    private init(isPreparing: Bool) {
        (title, crumbs) = ("关于征求意见的函", [Crumb(href: "/desk", text: "工作台")])
        (state, stateText, self.isPreparing) = (isPreparing ? "preparing" : "sent", "已发出", isPreparing)
        (facts, paragraphs, scanHref) = (
            [Fact(label: "文号", text: "龙民函〔2026〕12号")], ["各有关单位："], isPreparing ? nil : "/s"
        )
        figures = isPreparing ? [] : [.init(label: "发函", value: "4 家")]
        lines = [
            Line(
                id: 1, name: "县供电局", kind: "外单位", code: "4072 9518 3364", sheetHref: "/p", standing: "有意见",
                tone: "good",
                detail: "12月1日 来函", scanHref: "/s", submissionHref: "/m", entryHref: "/e", isCorrection: true,
                takeBackAction: "/t", releaseAction: "/r", agreement: "电话同意", typedAgreement: "", error: nil,
                earlier: Filled([.init(text: "11月30日 无意见", submissionHref: "/m", scanHref: "/s")])),
            Line(
                id: 2, name: "县财政局", kind: "本县单位", code: nil, sheetHref: nil, standing: "等回复", tone: "warn",
                detail: nil, scanHref: nil,
                submissionHref: nil, entryHref: "/e", isCorrection: false, takeBackAction: nil, releaseAction: "/r",
                agreement: nil, typedAgreement: "电话", error: "请写明。", earlier: nil),
        ]
        sendsTo = "发给 2 家"
        (maySend, seenVersion, mayScan, address) = (isPreparing, 1, true, "/desk/written/1")
        history = [Happening(at: "12月1日", who: "陈", what: "发出")]
        errors = FormErrors([("scan", "请选文件。"), ("agreement-2", "请写明。"), ("send", "请再看一看。")])
    }

    static let samples = [WrittenPage(isPreparing: true), WrittenPage(isPreparing: false)]
}

extension WrittenPage.Line {
    fileprivate init(
        _ it: Addressee, of letter: WrittenConsultation, earlier: [EarlierReply], organises: Bool, enters: Bool,
        codes: QueryCodes, agreement typed: String, error: String?, _ texts: Texts
    ) {
        let isOrganisation = it.unitID == nil
        let isSent = letter.state == .sent
        id = it.id
        name = it.name
        kind =
            isOrganisation
            ? it.email.isEmpty
                ? texts["written.kinds.organisation"] : texts["written.kinds.organisation_mail", ["email": it.email]]
            : texts["written.kinds.unit"]
        code = isOrganisation && enters && isSent ? codes.code(for: it.key).spoken : nil
        sheetHref = enters && isSent ? "/desk/written/replies/\(it.id)/sheet" : nil
        standing = isSent ? texts.standing(of: it) : texts["written.states.preparing"]
        tone =
            switch it.standing {
            case .opinion, .none: "good"
            case .waiting: "info"
            case .late, .unanswered: "bad"
            case .deemed: "warn"
            }
        detail = it.reply.map { reply in
            [
                texts["written.ways.\(reply.way.rawValue)"], ChinaTime.day(reply.arrivedOn, in: texts.clock),
                reply.documentNumber,
                reply.enteredBy ?? "",
            ].filter { !$0.isEmpty }.joined(separator: " · ")
        }
        scanHref = it.reply?.scanID.map { "/desk/attachments/\($0.uuidString.lowercased())" }
        submissionHref = it.reply?.submission.map { "/desk/submissions/\($0)" }
        // What they have said themselves only they correct.
        let isEntry = it.reply.map { $0.way == .letter }
        entryHref = enters && letter.takesReplies && isEntry != false ? "/desk/written/replies/\(it.id)/entry" : nil
        isCorrection = it.reply != nil
        takeBackAction =
            enters && letter.takesReplies && isEntry == true && it.reply?.isCorrection == false
            ? "/desk/written/replies/\(it.id)/take-back" : nil
        releaseAction = organises && it.reply?.kind == .opinion ? "/desk/written/replies/\(it.id)/release" : nil
        agreement = it.reply.flatMap { $0.agreement.isEmpty ? nil : $0.agreement }
        (typedAgreement, self.error) = (typed, error)
        self.earlier = Filled(
            earlier.map { before in
                WrittenPage.Earlier(
                    text: texts[
                        "written.earlier_reply",
                        [
                            "day": ChinaTime.day(before.arrivedOn, in: texts.clock),
                            "way": texts["written.ways.\(before.way.rawValue)"],
                            "kind": texts["written.reply_kinds.\(before.kind.rawValue)"],
                            "moment": ChinaTime.minute(before.supersededAt, in: texts.clock),
                        ]],
                    submissionHref: before.submission.map { "/desk/submissions/\($0)" },
                    scanHref: before.scanID.map { "/desk/attachments/\($0.uuidString.lowercased())" })
            })
    }
}

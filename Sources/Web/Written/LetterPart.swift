import Foundation
import Participation
import Text

/// A letter and what it is about, for whoever was asked.
struct LetterPart: Sendable {
    /// A row or clause of the draft.
    struct Passage: Sendable {
        let number: String
        let name: String
        let words: String
    }

    let facts: [Fact]
    let paragraphs: [String]
    let passages: Filled<Passage>?
    /// The draft as the public has it; absent while it is not public.
    let publicHref: String?
    /// The letter with its seal, for a unit that was asked.
    let scanHref: String?

    private init(
        facts: [(String, String)], body: String, passages: [Participation.Passage], publicHref: String?,
        scanHref: String? = nil, _ texts: Texts
    ) {
        self.facts = facts.filter { !$0.1.isEmpty }.map { Fact(label: texts["written.facts.\($0.0)"], text: $0.1) }
        paragraphs = body.paragraphs
        self.passages = Filled(
            passages.map {
                Passage(
                    number: $0.number,
                    name: [$0.level1, $0.level2, $0.level3].filter { !$0.isEmpty }.joined(separator: " · "),
                    words: $0.cells.text.isEmpty ? $0.contentElements : $0.cells.text)
            })
        (self.publicHref, self.scanHref) = (publicHref, scanHref)
    }

    init(_ it: WrittenConsultation, passages: [Participation.Passage], _ texts: Texts) {
        self.init(
            facts: [
                ("from", it.unitName), ("document_number", it.documentNumber),
                ("dated", ChinaTime.day(it.datedOn, in: texts.clock)), ("number", it.number),
                ("due", ChinaTime.deadline(it.dueAt, in: texts.clock)),
                ("silence", texts[it.silenceAgrees ? "written.silence.agrees" : "written.silence.plain"]),
            ], body: it.body, passages: passages, publicHref: nil,
            scanHref: it.scanID.map { "/desk/attachments/\($0.uuidString.lowercased())" }, texts)
    }

    init(_ it: ReceivedLetter, passages: [Participation.Passage], _ texts: Texts) {
        self.init(
            facts: [
                ("to", it.organisation), ("from", it.unitName), ("document_number", it.documentNumber),
                ("number", it.number),
                ("due", ChinaTime.deadline(ChinaTime.midnightAfter(it.dueOn), in: texts.clock)),
                ("silence", texts[it.silenceAgrees ? "written.silence.agrees" : "written.silence.plain"]),
            ], body: it.body, passages: passages,
            publicHref: it.isProcedurePublic ? "/consultations/\(it.procedureNumber)" : nil, texts)
    }

    private init(facts: [Fact], paragraphs: [String], passages: Filled<Passage>?, publicHref: String?) {
        (self.facts, self.paragraphs) = (facts, paragraphs)
        (self.passages, self.publicHref, scanHref) = (passages, publicHref, publicHref)
    }

    static let sample = LetterPart(
        facts: [Fact(label: "文号", text: "龙民函〔2026〕12号")], paragraphs: ["各有关单位："],
        passages: Filled([Passage(number: "5", name: "社会救助 · 低保", words: "办事指南")]), publicHref: "/consultations/C")
}

/// The fields of a reply, as typed.
struct LetterReplyFields: Sendable {
    let key: String
    /// The reply that it corrects; empty for a first one.
    let replaces: String
    let kinds: [AnswerFields.Choice]
    let content: String
    let documentNumber: String
    let limit: Int

    init(_ reply: LetterReply, _ texts: Texts) {
        (key, replaces) = (reply.key.uuidString.lowercased(), reply.replaces.map(String.init) ?? "")
        kinds = Addressee.ReplyKind.allCases.map {
            .init(
                id: "kind-\($0.rawValue)", value: $0.rawValue, text: texts["written.reply_kinds.\($0.rawValue)"],
                chosen: $0 == reply.kind)
        }
        (content, documentNumber, limit) = (reply.body, reply.documentNumber, LetterReply.longest)
    }

    static let sample = LetterReplyFields(
        LetterReply(key: UUID(), kind: .opinion, body: "建议写明时限。", documentNumber: "财函〔2026〕3号"))

    private init(_ reply: LetterReply) {
        (key, replaces) = (reply.key.uuidString.lowercased(), "1")
        kinds = [.init(id: "kind-opinion", value: "opinion", text: "有意见", chosen: true)]
        (content, documentNumber, limit) = (reply.body, reply.documentNumber, LetterReply.longest)
    }
}

extension LetterReply {
    /// An empty form, or what was said before, to be corrected.
    init(correcting it: Addressee, words: String?) {
        self.init(
            key: UUID(), kind: it.reply?.kind, body: words ?? "", documentNumber: it.reply?.documentNumber ?? "",
            replaces: it.reply?.id)
    }

    init(correcting it: ReceivedLetter) {
        self.init(key: UUID(), kind: it.replyKind, body: it.replyBody ?? "", replaces: it.replyID)
    }

    init(_ form: FormData) {
        self.init(
            key: form.idempotencyKey ?? UUID(), kind: Addressee.ReplyKind(rawValue: form.string("kind")),
            body: form.exactly("content"), documentNumber: form.string("document_number"),
            replaces: form.int("replaces"))
    }

    func errors(_ texts: Texts) -> FormErrors {
        FormErrors(faults.map { ($0.field, texts["written.errors.\($0.rawValue)", ["limit": Self.longest]]) })
    }
}

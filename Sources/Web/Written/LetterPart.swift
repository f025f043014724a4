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

    private init(
        facts: [(String, String)], body: String, passages: [Participation.Passage], publicHref: String?, _ texts: Texts
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
        self.publicHref = publicHref
    }

    init(_ it: WrittenConsultation, passages: [Participation.Passage], _ texts: Texts) {
        self.init(
            facts: [
                ("from", it.unitName), ("document_number", it.documentNumber), ("number", it.number),
                ("due", ChinaTime.deadline(it.dueAt, in: texts.clock)),
                ("silence", texts[it.silenceAgrees ? "written.silence.agrees" : "written.silence.plain"]),
            ], body: it.body, passages: passages, publicHref: nil, texts)
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
        (self.passages, self.publicHref) = (passages, publicHref)
    }

    static let sample = LetterPart(
        facts: [Fact(label: "文号", text: "龙民函〔2026〕12号")], paragraphs: ["各有关单位："],
        passages: Filled([Passage(number: "5", name: "社会救助 · 低保", words: "办事指南")]), publicHref: "/consultations/C")
}

/// The fields of a reply, as typed.
struct LetterReplyFields: Sendable {
    let key: String
    let kinds: [AnswerFields.Choice]
    let content: String
    let documentNumber: String
    let limit: Int

    init(_ reply: LetterReply, _ texts: Texts) {
        key = reply.key.uuidString.lowercased()
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
        key = reply.key.uuidString.lowercased()
        kinds = [.init(id: "kind-opinion", value: "opinion", text: "有意见", chosen: true)]
        (content, documentNumber, limit) = (reply.body, reply.documentNumber, LetterReply.longest)
    }
}

extension LetterReply {
    init(_ form: FormData) {
        self.init(
            key: form.idempotencyKey ?? UUID(), kind: Addressee.ReplyKind(rawValue: form.string("kind")),
            body: form.exactly("content"), documentNumber: form.string("document_number"))
    }

    func errors(_ texts: Texts) -> FormErrors {
        FormErrors(faults.map { ($0.field, texts["written.errors.\($0.rawValue)", ["limit": Self.longest]]) })
    }
}

import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Text

extension WebApplication {
    /// What a case of a message is about, for the page of the case.
    func messageMatter(of file: CaseFile, _ context: MinyiContext) async throws -> CaseMatter {
        guard let submission = file.submissionID else { throw Problem.notFound }
        let found = try await MessageRecord.find(
            submission: submission, in: pools.staff, as: try context.staff.databaseActor)
        guard let found else { throw Problem.notFound }
        var matter = CaseMatter(found, case: file.id, context.texts)
        let staff = try context.staff
        if [StaffRole.organiser, .clerk, .secrecyReviewer, .approver].contains(where: { staff.has($0) }) {
            let stage = found.seal.map { context.texts["submissions.seal.stages.\($0.stage.rawValue)"] }
            matter.sealing = CaseMatter.Sealing(
                number: file.number, text: stage,
                reasons: found.seal == nil && !found.isGone ? Filled(context.texts.sealChoices) : nil)
        }
        return matter
    }

    /// 转写: what is said in a recording, written down.
    func addTranscriptions(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("cases/:id/transcription") { _, context -> Response in
            let (id, record) = try await recorded(context)
            return try pages.render(
                TranscriptionPage(record, case: id, words: record.transcription ?? "", context.texts), in: context)
        }
        desk.post("cases/:id/transcription") { _, context -> Response in
            let (id, record) = try await recorded(context)
            let words = context.form.exactly("words")
            let written = try await TranscribeMessage(record.submissionID, words: words)(
                in: pools.staff, as: try context.staff.databaseActor)
            guard written else {
                let errors = FormErrors(
                    "words",
                    context.texts[
                        "messages.desk.transcription_length",
                        ["count": TextLength.count(words), "limit": Intake.longestBody]])
                return try pages.render(
                    TranscriptionPage(record, case: id, words: words, errors: errors, context.texts), in: context,
                    status: .unprocessableContent)
            }
            context.visit.flash(.done, context.texts["messages.desk.transcribed"])
            return .seeOther("/desk/cases/\(id)")
        }
    }

    /// The message of the case in the path, which has a recording.
    private func recorded(_ context: MinyiContext) async throws -> (Int, MessageRecord) {
        let id = try context.number("id")
        let found = try await MessageRecord.find(
            case: id, in: pools.staff, as: try context.staff.databaseActor)
        guard let record = found, record.recording != nil else { throw Problem.notFound }
        return (id, record)
    }
}

/// A recording, and the words that are heard in it.
struct TranscriptionPage: Page {
    static let template = "messages/transcription"
    let title: String
    let heading: String
    let recordingHref: String
    let words: String
    let action: String
    let caseHref: String
    let limit: Int
    let errors: FormErrors

    static let samples = [
        TranscriptionPage(
            title: "听写录音", heading: "语音留言", recordingHref: "/desk/attachments/x", words: "路灯坏了", action: "/t",
            caseHref: "/desk/cases/1", limit: 2000, errors: FormErrors("words", "请写下内容。"))
    ]
}

extension TranscriptionPage {
    init(_ record: MessageRecord, case id: Int, words: String, errors: FormErrors = FormErrors(), _ texts: Texts) {
        title = texts["messages.desk.transcribe"]
        heading = record.title
        recordingHref = "/desk/attachments/\(record.recording?.id.uuidString.lowercased() ?? "")"
        (caseHref, action) = ("/desk/cases/\(id)", "/desk/cases/\(id)/transcription")
        (self.words, limit, self.errors) = (words, Intake.longestBody, errors)
    }
}

extension CaseMatter {
    init(_ record: MessageRecord, case id: Int, _ texts: Texts) {
        title = record.title
        kind = texts["messages.kinds.\(record.kind.rawValue)"]
        text = record.isGone || record.words.isEmpty ? nil : record.words
        if record.isGone {
            absence = texts["casework.absent"]
        } else if record.needsTranscription {
            absence = texts["messages.desk.only_recording"]
        } else {
            absence = nil
        }
        facts = texts.deskFacts(of: record)
        files = ([record.recording].compactMap { $0 } + record.files).map { file in
            File(
                name: file.seconds == nil ? file.name : texts["messages.form.recording"],
                href: "/desk/attachments/\(file.id.uuidString.lowercased())",
                note: file.seconds.map { texts["messages.desk.seconds", ["count": Int($0.rounded(.up))]] }
                    ?? texts.size(file.size))
        }
        link =
            record.recording == nil || record.isGone
            ? nil
            : Link(
                href: "/desk/cases/\(id)/transcription",
                text: texts[record.needsTranscription ? "messages.desk.transcribe" : "messages.desk.transcribe_again"])
        additions = record.additions.filter { !$0.body.isEmpty }.map {
            Addition(time: ChinaTime.minute($0.addedAt, in: texts.clock), text: $0.body)
        }
        // What was said into a recording, and its transcription, stay with the office: the question is worded for the public.
        question = record.body
    }
}

extension Texts {
    /// What its author said beside the words, and what stands behind it.
    fileprivate func deskFacts(of record: MessageRecord) -> [Fact] {
        var facts: [Fact] = []
        func add(_ label: String, _ text: String?) {
            if let text, !text.isEmpty { facts.append(Fact(label: self[label], text: text)) }
        }
        add("messages.form.place", record.place)
        add("messages.form.unit", record.wishedUnit)
        add("messages.form.concerned", record.concernedUnits)
        add("messages.form.names", record.concernedNames)
        add("messages.desk.channel", channel(record.channel.rawValue))
        add("messages.desk.external", record.external)
        let publishing =
            record.mayBePublished
            ? record.mayShowName ? "messages.desk.publish_with_name" : "messages.desk.publish"
            : "messages.receipt.not_published"
        add("messages.form.publish_short", self[publishing])
        if record.fromSamePhone > 0 {
            add("messages.desk.same_phone", self["messages.desk.same_phone_count", ["count": record.fromSamePhone]])
        }
        add("messages.desk.transcribed_by", record.transcribedBy)
        if let rating = record.ratings.last {
            let words = [
                self["messages.rating.resolved_\(rating.resolved.rawValue)"],
                self["messages.rating.attitude"] + " \(rating.attitude)",
                self["messages.rating.speed"] + " \(rating.speed)",
                rating.reason,
            ]
            add(
                "messages.rating.public_title",
                words.filter { !$0.isEmpty }.joined(separator: self["messages.comma"]))
        }
        return facts
    }
}
